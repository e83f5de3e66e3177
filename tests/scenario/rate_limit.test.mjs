// The contract's rate limit under a virtual clock: who is counted together, what is told, when it is over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Api, Server } from '../lib/server.mjs';

const MINUTE = 60_000;
let server, operator;
before(async () => {
  server = await Server.start({ clock: 'virtual', args: ['--rate-limit', '300', '--personal-rate-limit', '20'] });
  operator = await server.api('admin@demo.example');
});
after(() => server?.stop());

const clientNames = new Set();
async function newClient(more = []) {
  const name = `Wallboard ${clientNames.size}`;
  clientNames.add(name);
  return JSON.parse(
    await server.command('client', '--data', server.data, '--name', name, '--redirect', 'http://localhost/back',
      '--scope', 'cjp:config_read cjp:user', ...more),
  ).clientId;
}
const tokenOf = (client, user = 'admin@demo.example') => server.api(user, '--client', client);
const sites = (api) => api.get(api.org('/v2/site'));
const limitsOf = async (api) => (await api.get('/sandbox/v1/limits')).body.rateLimit;
const advance = (ms) => operator.post('/sandbox/v1/clock', { advanceMs: ms });

async function use(api, count) {
  for (let i = 0; i < count; i++) assert.equal((await sites(api)).status, 200, `request ${i + 1}`);
}

test('300 a minute and client id; then 429 until the minute is over', async () => {
  const client = await newClient();
  const [one, two] = [await tokenOf(client), await tokenOf(client, 'supervisor1@demo.example')];
  const first = await sites(one);
  assert.equal(first.headers.get('ratelimit'), '"default";r=299;t=60');
  assert.equal(first.headers.get('ratelimit-policy'), '"default";q=300;w=60');
  await advance(20_500);
  await use(one, 149);
  assert.equal((await two.get('/v1/people/me')).headers.get('ratelimit'), '"default";r=149;t=40', 'all tokens of a client share one count');
  await use(one, 149);

  const refused = await sites(one);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '40', 'of 39.5 s, rounded up');
  assert.equal(refused.headers.get('ratelimit'), '"default";r=0;t=40');
  assert.equal(refused.body.error.key, '429');
  assert.match(refused.body.trackingId, /^ccconfig_/);
  assert.ok(refused.body.error.message[0].description);

  await advance(39_499);
  assert.equal((await sites(two)).headers.get('retry-after'), '1');
  await advance(1);
  const again = await sites(one);
  assert.equal(again.status, 200);
  assert.equal(again.headers.get('ratelimit'), '"default";r=299;t=60');
});

test('waiting as long as Retry-After says is enough', async () => {
  const api = await tokenOf(await newClient(['--rate-limit', '2']));
  await use(api, 2);
  await advance(12_345);
  const refused = await sites(api);
  await advance(1000 * Number(refused.headers.get('retry-after')));
  assert.equal((await sites(api)).status, 200);
});

test('every family says it in its own words', async () => {
  const api = await tokenOf(await newClient(['--rate-limit', '1']));
  await use(api, 1);
  const search = await api.post('/search', { query: '{__typename}' });
  assert.equal(search.status, 429);
  assert.equal(search.body.error.key, '429');
  const hooks = await api.get('/v1/subscriptions');
  assert.equal(hooks.status, 429);
  assert.equal(hooks.body.error.key, 429);
  const me = await api.get('/v1/people/me');
  assert.equal(me.status, 429);
  assert.equal(me.body.message, me.body.errors[0].description);
  const desktop = await api.post('/v1/agents/login', {});
  assert.equal(desktop.status, 429);
  assert.equal(desktop.body.reasonCode, 429);
  for (const answer of [search, hooks, me, desktop]) assert.equal(answer.headers.get('retry-after'), '60');
});

test('what is ours is not counted, and tells what is left', async () => {
  const api = await tokenOf(await newClient(['--rate-limit', '2']));
  const whole = { policy: 'default', countedBy: 'client', limited: true, requestsPerMinute: 2 };
  assert.deepEqual(await limitsOf(api), { ...whole, left: 2, resetSeconds: 60 });
  await use(api, 2);
  await advance(15_000);
  assert.deepEqual(await limitsOf(api), { ...whole, left: 0, resetSeconds: 45 });
  assert.equal((await sites(api)).status, 429);
  const named = (await api.get('/sandbox/v1/limits')).body.limits;
  assert.ok(named.find((l) => l.name === 'body_bytes_max' && l.value === 1 << 20 && l.about));
  assert.equal((await new Api(server, '').get('/sandbox/v1/limits')).status, 401);
});

test('a client gets a limit of its own, by API and by command line, at once and over a restart', async () => {
  const client = await newClient();
  const path = `/v1/applications/${client}/rate-limit`;
  const api = await tokenOf(client);
  await use(api, 3);
  assert.equal((await operator.put(path, { requestsPerMinute: 3 })).status, 204);
  assert.equal((await sites(api)).status, 429);
  const listed = (await operator.get('/v1/applications')).body.items.find((c) => c.clientId === client);
  assert.equal(listed.requestsPerMinute, 3);
  await server.kill();
  await server.launch();
  operator = await server.api('admin@demo.example');
  assert.equal((await sites(api)).headers.get('ratelimit-policy'), '"default";q=3;w=60');

  await server.command('limit', '--data', server.data, '--client', client, '--rate-limit', 'off');
  const free = await sites(api);
  assert.equal(free.status, 200);
  assert.equal(free.headers.get('ratelimit'), null);
  assert.deepEqual(await limitsOf(api), { policy: 'default', countedBy: 'client', limited: false });
  await server.command('limit', '--data', server.data, '--client', client, '--rate-limit', 'default');
  assert.equal((await limitsOf(api)).requestsPerMinute, 300);

  for (const bad of [-1, 1_000_001, 1.5, '3', true]) assert.equal((await operator.put(path, { requestsPerMinute: bad })).status, 400, `${bad}`);
  assert.equal((await operator.put(path, {})).status, 400);
  assert.equal((await operator.put('/v1/applications/Cdeadbeef/rate-limit', { requestsPerMinute: 1 })).status, 404);
  assert.equal((await api.put(path, { requestsPerMinute: 1 })).status, 403, 'it may not lift its own');
  await assert.rejects(server.command('limit', '--data', server.data, '--client', client, '--rate-limit', '0'), /1 to 1000000/);
});

test('without a client each user is counted; the personal token has a lower limit', async () => {
  const agent = await server.api('agent01@demo.example');
  const other = await server.api('agent02@demo.example');
  assert.equal((await agent.get('/v1/people/me')).headers.get('ratelimit'), '"default";r=299;t=60');
  assert.equal((await other.get('/v1/people/me')).headers.get('ratelimit'), '"default";r=299;t=60');

  const page = async (path, options = {}) => {
    const answer = await fetch(server.url + path, { redirect: 'manual', ...options });
    return { cookie: answer.headers.getSetCookie().map((c) => c.split(';')[0]).join('; '), text: await answer.text() };
  };
  const field = (html) => html.match(/name="form_token" value="([^"]+)"/)[1];
  const form = (cookie, body) => ({ method: 'POST', headers: { cookie }, body: new URLSearchParams(body) });
  const login = await page('/login');
  const signedIn = await page('/v1/authorize/login', form(login.cookie, {
    form_token: field(login.text), query: '', email: 'supervisor1@demo.example', password: 'cordboard-demo' }));
  const account = await page('/account', { headers: { cookie: signedIn.cookie } });
  const made = await page('/account/token', form(signedIn.cookie, { form_token: field(account.text) }));
  const personal = new Api(server, made.text.match(/<textarea[^>]*>\s*([^<\s]+)/)[1]);
  assert.equal((await personal.get('/v1/people/me')).headers.get('ratelimit'), '"personal";r=19;t=60');
  for (let i = 0; i < 19; i++) assert.equal((await personal.get('/v1/people/me')).status, 200);
  assert.equal((await personal.get('/v1/people/me')).status, 429);
});

test('other quotas by setting; a bad one is refused', async () => {
  const own = await Server.start({ clock: 'virtual', args: ['--rate-limit', '50'] });
  try {
    const api = await own.api('admin@demo.example');
    assert.equal((await sites(api)).headers.get('ratelimit-policy'), '"default";q=50;w=60');
    await own.kill('SIGTERM');
    for (const bad of ['0', '-1', 'many', '1000001'])
      await assert.rejects(own.command('serve', '--data', own.data, '--listen', '127.0.0.1:0', '--rate-limit', bad), /rate-limit/);
  } finally {
    await own.stop();
  }
});
