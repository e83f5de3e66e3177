// Organisations of one server, by the command line: made, isolated, suspended, resumed, limited, deleted with everything in them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';

import { Agent } from '../lib/agent.mjs';
import { SILENCE } from '../lib/catalogue.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { Api, BINARY, Server, within } from '../lib/server.mjs';
import { call, furnish } from '../lib/tenant.mjs';

const DAY_MS = 86_400_000;
let server, demo;
before(async () => {
  server = await Server.start();
  demo = await server.api('admin@demo.example');
});
after(() => server?.stop());

const org = async (verb, ...more) => JSON.parse(await server.command('org', verb, '--data', server.data, ...more));
const refused = (...words) =>
  new Promise((resolve) => execFile(BINARY, ['org', ...words, '--data', server.data], (error, stdout, stderr) => resolve(error ? stderr : 'done: ' + stdout)));
const api = async (user, orgId, ...more) => {
  const api = new Api(server, await server.token(user, ...more));
  api.org = (path) => `/organization/${orgId}${path}`;
  return api;
};
const within2s = (ask, good) => within(2000, ask, good);

const tasks = async (o) => {
  const now = Date.now();
  return (await o.admin.search(`{ taskDetails(from: ${now - DAY_MS}, to: ${now + 1000}) { tasks { id status isActive terminationReason:terminationType } } }`)).taskDetails.tasks;
};

// What the database holds of an organisation, also of the words in its names.
async function rowsOf({ orgId, name }) {
  await server.kill('SIGTERM');
  const db = new DatabaseSync(join(server.data, 'cordboard.db'), { readOnly: true });
  const bytes = Buffer.from(orgId);
  const rows = db.prepare('SELECT kind, id, body FROM rows').all().map((r) => ({ kind: Buffer.from(r.kind).toString(), id: Buffer.from(r.id).toString(), text: Buffer.from(r.body).toString() }));
  const found = {
    rows: db.prepare('SELECT count(*) AS n FROM rows WHERE org = ?').get(bytes).n,
    named: rows.filter((r) => [orgId, `of ${name}`, `@${name}.`].some((mark) => r.text.includes(mark) || r.id.includes(mark))).map((r) => `${r.kind} ${r.text}`),
    events: db.prepare('SELECT count(*) AS n FROM journal WHERE org = ?').get(bytes).n,
    said: db.prepare('SELECT body FROM journal').all().filter((e) => Buffer.from(e.body).toString().includes(orgId)).length,
  };
  db.close();
  await server.launch();
  return found;
}

// The sign-in page, filled in.
async function signIn(email, password) {
  const page = await fetch(server.url + '/login', { redirect: 'manual' });
  const token = (await page.text()).match(/name="form_token" value="([^"]+)"/)[1];
  return fetch(server.url + '/v1/authorize/login', {
    method: 'POST', redirect: 'manual', headers: { cookie: page.headers.get('set-cookie').split(';')[0], 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ form_token: token, email, password, query: '' }),
  });
}

test('made with the defaults and an administrator who can sign in; its id comes in no list of another', async () => {
  const made = await org('create', '--name', 'Acme', '--admin', 'ada@acme.example', '--first-name', 'Ada', '--last-name', 'Byron', '--timezone', 'Europe/Berlin');
  assert.match(made.orgId, /^[0-9a-f-]{36}$/);
  assert.equal(made.adminEmail, 'ada@acme.example');
  assert.equal(made.password.length, 24);
  const ada = await api('ada@acme.example', made.orgId);
  const itself = (await ada.get(ada.org(''))).body;
  assert.deepEqual([itself.name, itself.timezone, itself.id], ['Acme', 'Europe/Berlin', made.orgId]);
  assert.ok((await ada.get(ada.org('/v2/auxiliary-code'))).body.data.some((c) => c.name === 'RONA'));
  assert.deepEqual((await ada.get(ada.org('/v2/user'))).body.data.map((u) => u.email), ['ada@acme.example']);
  const shown = await org('show', '--org', made.orgId);
  assert.deepEqual([shown.name, shown.state, shown.users], ['Acme', 'active', 1]);
  assert.deepEqual((await org('list')).map((o) => o.name), ['Acme', 'Demo Contact Centre']);
  assert.equal((await signIn('ada@acme.example', 'wrong-password')).status, 403);
  assert.equal((await signIn('ada@acme.example', made.password)).status, 303);
});

test('a password from a file; what is refused leaves nothing behind', async () => {
  const file = join(server.root, 'secret');
  await writeFile(file, 'chosen-by-hand\n');
  const made = await org('create', '--name', 'Beta', '--admin', 'bo@beta.example', '--password-file', file, '--id', '0198a0a0-0000-7000-8000-00000000beta'.replace('beta', 'be7a'));
  assert.equal(made.password, undefined);
  const before = await org('list');
  const create = (...more) => refused('create', '--name', 'Gamma', ...more);
  assert.match(await create('--admin', 'no address'), /email/);
  assert.match(await create('--admin', 'ADA@acme.example'), /already used/);
  assert.match(await create('--admin', 'g@gamma.example', '--id', made.orgId), /already used/);
  assert.match(await create('--admin', 'g@gamma.example', '--timezone', 'Nowhere'), /time zone/);
  await writeFile(file, 'short\n');
  assert.match(await create('--admin', 'g@gamma.example', '--password-file', file), /too short/);
  assert.match(await refused('show', '--org', '0198a0a0-0000-7000-8000-000000000000'), /not known/);
  assert.match(await refused('delete', '--org', 'nonsense'), /not an id/);
  assert.match(await refused('dance'), /usage/);
  assert.deepEqual(await org('list'), before);
  const taken = await demo.post(demo.org('/user'), { firstName: 'A', lastName: 'B', email: 'bo@beta.example', userProfileId: (await demo.get(demo.org('/v3/user-profile'))).body.data[0].id, contactCenterEnabled: false, active: true });
  assert.equal(taken.status, 409, 'an address signs in on the whole server, so it is there once');
});

test('suspended: live contacts end, agents are logged out, sockets close, nobody gets in; resumed: all is there', async () => {
  const o = await furnish(server, 'sus');
  const agentApi = await api('agent@sus.example', o.orgId);
  const agent = await Agent.open(agentApi);
  await agent.login('7001', o.team);
  await agent.available();
  const connected = await call(o);
  await agent.message('AgentOfferContact');
  await agent.task(connected, 'accept', {}, 'AgentContactAssigned');
  const waiting = await call(o);
  await within2s(() => tasks(o), (t) => t.some((x) => x.id === connected && x.status === 'connected') && t.some((x) => x.id === waiting && x.status === 'parked'));
  const sitesBefore = (await o.admin.get(o.admin.org('/v2/site'))).text;

  assert.equal((await org('suspend', '--org', o.orgId)).state, 'suspended');
  await agent.message('ContactEnded');
  await agent.message('AgentLogoutSuccess');
  await agent.closed;
  for (const who of [o.admin, agentApi]) {
    const answer = await who.get(`/organization/${o.orgId}/v2/site`);
    assert.equal(answer.status, 403);
    assert.match(answer.text, /suspended/);
  }
  assert.equal((await o.admin.post('/v1/notification/subscribe', {})).status, 403);
  assert.equal((await o.admin.post('/sandbox/v1/contacts', { channel: 'telephony', entryPointId: o.entryPoint, from: '+1' })).status, 403);
  await assert.rejects(server.token('admin@sus.example'), /suspended/);
  assert.equal((await demo.get(demo.org('/v2/site'))).status, 200, 'the others go on');
  assert.match(await refused('suspend', '--org', o.orgId), /done/, 'again is fine');

  const page = await signIn('admin@sus.example', 'sus-is-a-tenant');
  assert.equal(page.status, 403);
  assert.match(await page.text(), /organisation is suspended/);
  assert.doesNotMatch(await (await signIn('admin@sus.example', 'guessed')).text(), /suspended/, 'said only to who knows the password');

  await server.kill('SIGKILL');
  await server.launch();
  assert.equal((await o.admin.get(`/organization/${o.orgId}/v2/site`)).status, 403, 'also after a crash');

  assert.equal((await org('resume', '--org', o.orgId)).state, 'active');
  assert.equal((await o.admin.get(o.admin.org('/v2/site'))).text, sitesBefore, 'old tokens work again and nothing is lost');
  const ended = await within2s(() => tasks(o), (t) => t.every((x) => !x.isActive));
  assert.deepEqual(new Set(ended.map((t) => t.id)), new Set([connected, waiting]));
  const again = await Agent.open(agentApi);
  await again.login('7001', o.team);
  await again.logout();
  again.close();
});

test('many contacts end in pieces, and a crash in the middle is made up for', async () => {
  const o = await furnish(server, 'many');
  const count = async (active) => {
    const window = `from: ${Date.now() - DAY_MS}, to: ${Date.now() + 1000}`;
    const { tasks } = (await o.admin.search(`{ taskDetails(${window}, filter: {isActive: {equals: ${active}}}, aggregations: [{field: "id", type: count, name: "n"}]) { tasks { aggregation { value } } } }`)).taskDetails;
    return tasks[0]?.aggregation[0].value ?? 0;
  };
  await Promise.all(Array.from({ length: 600 }, () => call(o)));
  await within(20_000, () => count(true), (n) => n === 600);
  const suspending = org('suspend', '--org', o.orgId).catch(() => null);
  await new Promise((resolve) => setTimeout(resolve, 25)); // somewhere in it
  await server.kill('SIGKILL');
  await suspending;
  await server.launch();
  assert.equal((await org('suspend', '--org', o.orgId)).state, 'suspended'); // the crash may have come before anything was promised
  assert.equal((await call(o)), undefined);
  await org('resume', '--org', o.orgId);
  await within(20_000, () => count(false), (n) => n === 600);
  assert.equal(await count(true), 0);
  assert.ok(await call(o));
});

test('limits of one organisation', async () => {
  const o = await furnish(server, 'lim');
  const shown = await org('limits', '--org', o.orgId, '--tasks', '1', '--subscriptions', '0', '--entities', '1', '--clients', '0', '--devices', '1', '--agents', '0');
  assert.deepEqual(shown.limits, { entities: 1, clients: 0, subscriptions: 0, tasks: 1, agents: 0, devices: 1 });
  assert.ok(await call(o));
  const post = (path, body) => o.admin.post(path, body);
  assert.equal((await post('/sandbox/v1/contacts', { channel: 'telephony', entryPointId: o.entryPoint, from: '+1' })).status, 429);
  assert.equal((await post(o.admin.org('/site'), { name: 'Two', active: true, multimediaProfileId: (await o.admin.get(o.admin.org('/v2/multimedia-profile'))).body.data[0].id })).status, 429);
  assert.equal((await post('/v1/applications', { name: 'x', redirectUris: ['https://x.example/'], scope: 'cjp:user' })).status, 429);
  assert.equal((await post('/v2/subscriptions', { name: 'x', destinationUrl: 'https://x.example/', resourceVersion: 'agent:1.0.0', eventTypes: ['agent:login'], orgId: o.orgId })).status, 400);
  assert.equal((await o.admin.get('/v2/subscriptions')).body.meta.subscriptionLimit, 0);
  await o.admin.put('/sandbox/v1/devices/1', { answerAfterMs: null });
  assert.equal((await o.admin.put('/sandbox/v1/devices/2', { answerAfterMs: null })).status, 429);
  const agent = await Agent.open(await api('agent@lim.example', o.orgId));
  await assert.rejects(agent.login('7002', o.team));
  agent.close();
  assert.match(await refused('limits', '--org', o.orgId, '--tasks', '100001'), /tasks: should be from 0 to 100000/);
  assert.match(await refused('limits', '--org', o.orgId, '--tasks', 'many'), /number/);
  await server.kill('SIGKILL');
  await server.launch();
  assert.equal((await org('limits', '--org', o.orgId)).limits.tasks, 1);
  assert.equal((await org('limits', '--org', o.orgId, '--tasks', 'default')).limits.tasks, 100000);
  assert.ok(await call(o));
});

test('deleted: every trace of it, and of no other', async (t) => {
  const o = await furnish(server, 'del');
  const receiver = await Receiver.start();
  t.after(() => receiver.stop());
  const agentApi = await api('agent@del.example', o.orgId);
  receiver.status = 500;
  const subscription = await o.admin.post('/v2/subscriptions', { name: 'hook', destinationUrl: receiver.url, resourceVersion: 'task:1.0.0', eventTypes: ['task:new'], orgId: o.orgId });
  assert.equal(subscription.status, 201, subscription.text);
  await o.admin.post('/v1/applications', { name: 'App', redirectUris: ['https://app.example/'], scope: 'cjp:user' });
  await o.admin.put('/sandbox/v1/devices/9', { answerAfterMs: 5 });
  await o.admin.post(o.admin.org('/auxiliary-code'), { name: 'Once', defaultCode: false, active: true, workTypeCode: 'IDLE_CODE', workTypeId: (await o.admin.get(o.admin.org('/v2/work-type'))).body.data.find((w) => w.workTypeCode === 'IDLE_CODE').id }, { 'idempotency-key': 'k1' });
  const agent = await Agent.open(agentApi);
  await agent.login('7003', o.team);
  const task = await call(o);
  await within2s(() => tasks(o), (t) => t.length === 1);
  await receiver.delivery((d) => d.event.type === 'task:new');
  const before = await rowsOf(o);
  assert.ok(before.rows > 30 && before.events > 3, JSON.stringify(before));

  assert.equal((await org('delete', '--org', o.orgId)).state, 'deleting');
  await agent.closed;
  await within(10_000, () => org('list'), (list) => !list.some((x) => x.orgId === o.orgId));
  assert.equal((await o.admin.get(o.admin.org('/v2/site'))).status, 401, 'its tokens are as good as any text');
  await assert.rejects(server.token('admin@del.example'), /no user/);
  assert.match(await refused('resume', '--org', o.orgId), /not known/);
  assert.deepEqual(await rowsOf(o), { rows: 0, named: [], events: 0, said: 0 });
  assert.equal((await demo.get(demo.org('/v2/site'))).status, 200);

  const again = await org('create', '--name', 'del', '--admin', 'admin@del.example', '--id', o.orgId);
  assert.equal(again.orgId, o.orgId, 'id and address are free again');
  const admin = await api('admin@del.example', o.orgId);
  assert.deepEqual(await tasks({ admin }), [], 'the history has forgotten too');
  assert.deepEqual((await admin.get(admin.org('/audit'))).body.data, []);
  assert.equal((await o.admin.get(o.admin.org('/v2/site'))).status, 401, 'old tokens do not come back');
  assert.ok(task);
});

test('a crash in the middle of a deletion: the next start finishes it', async () => {
  for (let round = 0; round < 4; round++) {
    const o = await furnish(server, `crash${round}`);
    for (let i = 0; i < 20; i++) await call(o);
    await within2s(() => tasks(o), (t) => t.length === 20);
    const deleting = org('delete', '--org', o.orgId).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 5 + round * 8)); // somewhere in it: every place must do
    await server.kill('SIGKILL');
    await deleting;
    await server.launch();
    const state = (await org('list')).find((x) => x.orgId === o.orgId)?.state;
    if (state === 'active') await org('delete', '--org', o.orgId); // the crash came before anything was promised
    await within(10_000, () => org('list'), (list) => !list.some((x) => x.orgId === o.orgId));
    assert.deepEqual(await rowsOf(o), { rows: 0, named: [], events: 0, said: 0 });
  }
});

test('without a server the command line works on the directory itself', async () => {
  await server.kill('SIGTERM');
  const made = await org('create', '--name', 'Offline', '--admin', 'admin@offline.example');
  assert.equal((await org('delete', '--org', made.orgId)).state, 'deleting');
  await server.launch();
  await within(10_000, () => org('list'), (list) => !list.some((x) => x.orgId === made.orgId));
});
