// Passwords: which may be chosen, how they are changed and reset, how they are kept, and what a stranger learns.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';

import { allow, pkce, Visitor } from '../lib/visitor.mjs';
import { Api, Server, within } from '../lib/server.mjs';

let server, admin, users;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  users = Object.fromEntries((await admin.get(admin.org('/v2/user'))).body.data.map((u) => [u.email, u.id]));
});
after(() => server?.stop());

const calm = () => admin.post('/sandbox/v1/clock', { advanceMs: 3_700_000 });
const reset = (email, body) => admin.put(admin.org(`/user/${users[email]}/password`), body);
const account = async (visitor) => (await visitor.go('/account')).status === 200;

test('what may be chosen: length in characters, nothing common, nothing about the person, no other rules', async () => {
  const email = 'agent01@demo.example';
  for (const bad of ['short-7', 'password', 'P@ssw0rd2024', '12345678', 'aaaaaaaaaa', 'qwertyuiop', 'агент12', 'xx-agent01-xx', 'Cordboard-demo', 'x'.repeat(257)])
    assert.equal((await reset(email, { password: bad, temporary: false })).status, 400, bad);
  assert.match((await reset(email, { password: 'iloveyou1' })).body.error.message[0].description, /tried first/);
  for (const good of ['only small letters', '8417250936145', 'пароль-надёжный', 'a b'.repeat(21) + 'c', '🦄🌈🌵🍄🦄🌈🍀🐝'])
    assert.equal((await reset(email, { password: good, temporary: false })).status, 204, good);
  const visitor = new Visitor(server);
  await visitor.signIn(email, '🦄🌈🌵🍄🦄🌈🍀🐝');
  assert.ok(await account(visitor));
});

test('a reset ends sessions and tokens, and asks for another password at the next sign-in', async () => {
  const email = 'agent02@demo.example';
  const before = new Visitor(server);
  await before.signIn(email);
  assert.ok(await account(before));
  const token = await server.api(email);
  assert.equal((await reset(email, { password: 'given by the helpdesk' })).status, 204);
  assert.equal(await account(before), false);
  assert.equal((await token.get('/v1/people/me')).status, 401);

  const visitor = new Visitor(server);
  const signedIn = await visitor.signIn(email, 'given by the helpdesk');
  assert.equal(signedIn.location, '/account/password?goal=account');
  assert.equal(await account(visitor), false, 'nothing else before');
  const page = await visitor.go(signedIn.location);
  assert.match(page.html, /set by somebody else/);
  const send = (more) => visitor.send(page, '/account/password', more);
  const old = { current: 'given by the helpdesk' };
  assert.match((await send({ ...old, password: 'given by the helpdesk' })).html, /is the old one/);
  assert.equal((await send({ ...old, password: 'sunshine1' })).status, 400);
  assert.equal((await send({ current: 'not the old one', password: 'one of my own' })).status, 403);
  assert.equal(await account(visitor), false);
  const changed = await send({ ...old, password: 'one of my own' });
  assert.equal(changed.location, '/account');
  assert.ok(await account(visitor));
  const again = new Visitor(server);
  assert.equal((await again.signIn(email, 'one of my own')).location, '/account');
});

test('with a temporary password the way of an authorization goes over the change and on to the client', async () => {
  const email = 'agent03@demo.example';
  const back = 'http://127.0.0.1:9/callback';
  const client = (await admin.post('/v1/applications', { name: 'Change', redirectUris: [back], scope: 'cjp:user' })).body;
  await reset(email, { password: 'for the first time' });
  const { verifier, ...challenge } = pkce();
  const query = new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: back, scope: 'cjp:user', state: 'a b&c', ...challenge });
  const visitor = new Visitor(server);
  const page = await visitor.follow(await visitor.signIn(email, 'for the first time', await visitor.go(`/v1/authorize?${query}`)));
  const onward = await visitor.send(page, '/account/password', { current: 'for the first time', password: 'for the second time' });
  assert.ok(onward.location.startsWith('/v1/authorize?'), onward.location);
  const answer = new URL(await allow(visitor, new URL(onward.location, server.url), email));
  assert.ok(answer.searchParams.get('code'));
  assert.equal(answer.searchParams.get('state'), 'a b&c');
});

test('changed by its owner by API, who shows the old one', async () => {
  const email = 'agent04@demo.example';
  const [api, other] = [await server.api(email), await server.api(email)];
  const change = (body) => api.put('/v1/people/me/password', body);
  assert.equal((await change({ currentPassword: 'wrong', password: 'quite another one' })).status, 403);
  assert.equal((await change({ currentPassword: 'cordboard-demo', password: 'football' })).status, 400);
  assert.equal((await change({ password: 'quite another one' })).status, 400, 'no guess');
  assert.equal((await change({ currentPassword: 'cordboard-demo', password: 'quite another one' })).status, 204);
  for (const ended of [api, other]) assert.equal((await ended.get('/v1/people/me')).status, 401);
  const visitor = new Visitor(server);
  await visitor.signIn(email, 'quite another one');
  assert.ok(await account(visitor));

  const tries = await server.api(email);
  for (let i = 0; i < 4; i++) await tries.put('/v1/people/me/password', { currentPassword: 'guess', password: 'quite another two' });
  assert.equal((await tries.put('/v1/people/me/password', { currentPassword: 'guess', password: 'quite another two' })).status, 429, 'guessing waits as at the sign-in page');
  assert.equal((await new Api(server, '').put('/v1/people/me/password', {})).status, 401);
});

test('the form needs its token and a session', async () => {
  const visitor = new Visitor(server);
  assert.equal((await visitor.go('/account/password')).location, '/login');
  await calm();
  await visitor.signIn('agent05@demo.example');
  const forged = await visitor.go('/account/password', { form_token: '0'.repeat(64), current: 'cordboard-demo', password: 'set by a stranger' });
  assert.equal(forged.status, 403);
  assert.ok(await account(visitor));
});

function hashOf(email) {
  const db = new DatabaseSync(join(server.data, 'cordboard.db'), { readOnly: true });
  const rows = db.prepare("SELECT CAST(id AS TEXT) AS id, CAST(body AS TEXT) AS body FROM rows WHERE CAST(kind AS TEXT) = 'credential'").all();
  db.close();
  return JSON.parse(rows.find((r) => r.id.includes(users[email])).body).hash;
}

test('kept as argon2id; a login raises the cost when the settings have risen, and only then', async () => {
  const email = 'agent06@demo.example';
  assert.match(hashOf(email), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await server.kill('SIGTERM');
  server.args.push('--password-passes', '3', '--password-memory-kib', '20000');
  await server.launch();
  admin = await server.api('admin@demo.example');
  const session = new Visitor(server);
  await session.signIn(email, 'not the password');
  assert.match(hashOf(email), /m=19456,t=2/);
  await session.signIn(email);
  const raised = await within(5000, async () => hashOf(email), (hash) => /m=20000,t=3,p=1/.test(hash));
  assert.ok(await account(session), 'the session lives');
  await new Visitor(server).signIn(email);
  await new Visitor(server).signIn(email);
  assert.equal(hashOf(email), raised);
  await server.kill('SIGTERM');
  for (const low of [['--password-passes', '1'], ['--password-memory-kib', '1024']])
    await assert.rejects(server.command('serve', '--data', server.data, '--listen', '127.0.0.1:0', ...low));
  await server.launch();
  admin = await server.api('admin@demo.example');
});

test('a stranger cannot tell accounts that exist from others: words, waits and work are the same', async () => {
  await calm();
  const attempt = async (email) => {
    const visitor = new Visitor(server);
    const page = await visitor.go('/login');
    const began = performance.now();
    const { status, html, headers } = await visitor.signIn(email, 'not the password', page);
    const words = html.replaceAll(/value="[^"]*"/g, '');
    return { ms: performance.now() - began, answer: JSON.stringify([status, words, headers.get('retry-after')]) };
  };
  const seen = { known: [], unknown: [] };
  for (let i = 0; i < 9; i++) {
    seen.known.push(await attempt('agent07@demo.example'));
    seen.unknown.push(await attempt('nobody@demo.example'));
    if (i === 2) assert.match(seen.known[2].answer, /not right/);
    if (i < 3) await calm();
  }
  assert.deepEqual(seen.known.map((s) => s.answer), seen.unknown.map((s) => s.answer));
  assert.match(seen.known.at(-1).answer, /^\[429/);
  const fastest = (list) => Math.min(...list.slice(0, 4).map((s) => s.ms));
  const ratio = fastest(seen.known) / fastest(seen.unknown);
  assert.ok(ratio > 0.5 && ratio < 2, `work differs: ${ratio}`);
});
