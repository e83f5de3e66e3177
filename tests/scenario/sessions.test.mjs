// Sign-in sessions: how long they live, what ends them, and what becomes of those of people who have left.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';

import { WebSocket } from 'ws';

import { Agent } from '../lib/agent.mjs';
import { PASSWORD, Visitor } from '../lib/visitor.mjs';
import { Server } from '../lib/server.mjs';

const MINUTE = 60_000, ANOTHER = 'another good password';
let server, admin, users;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  users = Object.fromEntries((await admin.get(admin.org('/v2/user'))).body.data.map((u) => [u.email, u.id]));
});
after(() => server?.stop());

const advance = async (ms) => {
  admin = await server.api('admin@demo.example');
  return admin.post('/sandbox/v1/clock', { advanceMs: ms });
};
// Kinds of rows that identity keeps of somebody.
function kept(user) {
  const db = new DatabaseSync(join(server.data, 'cordboard.db'), { readOnly: true });
  const rows = db.prepare('SELECT CAST(kind AS TEXT) AS kind, CAST(id AS TEXT) AS id, CAST(body AS TEXT) AS body FROM rows').all();
  db.close();
  const kinds = ['credential', 'consent', 'session', 'token', 'code', 'device-code'];
  return [...new Set(rows.filter((r) => kinds.includes(r.kind) && (r.id.includes(user) || r.body.includes(user))).map((r) => r.kind))].sort();
}
const lives = async (visitor) => (await visitor.go('/account')).status === 200;
async function signedIn(email) {
  const visitor = new Visitor(server);
  await visitor.signIn(email);
  assert.ok(await lives(visitor));
  return visitor;
}

test('a session ends when nobody uses it for an hour', async () => {
  const visitor = await signedIn('agent01@demo.example');
  await advance(59 * MINUTE);
  assert.ok(await lives(visitor), 'and this was a use');
  await advance(59 * MINUTE);
  assert.ok(await lives(visitor));
  await advance(60 * MINUTE);
  assert.equal(await lives(visitor), false);
});

test('used all the time it ends after twelve hours, also over a restart', async () => {
  const visitor = await signedIn('agent02@demo.example');
  for (let i = 0; i < 11; i++) {
    await advance(59 * MINUTE);
    assert.ok(await lives(visitor), `hour ${i}`);
  }
  await server.kill();
  await server.launch();
  assert.ok(await lives(visitor), 'a crash ends nothing');
  await advance(59 * MINUTE);
  assert.ok(await lives(visitor));
  await advance(12 * MINUTE);
  assert.equal(await lives(visitor), false);
});

test('signing out ends it for good, whoever still has the cookie', async () => {
  const visitor = await signedIn('agent03@demo.example');
  const stolen = new Visitor(server);
  stolen.cookies = new Map(visitor.cookies);
  assert.ok(await lives(stolen));
  await visitor.send(await visitor.go('/account'), '/account/sign-out');
  assert.equal(await lives(stolen), false);
});

test('every page for people who are signed in has the way out', async () => {
  const back = 'http://127.0.0.1:9/callback';
  admin = await server.api('admin@demo.example');
  const client = (await admin.post('/v1/applications', { name: 'Out', redirectUris: [back], scope: 'cjp:user' })).body;
  const consent = `/v1/authorize?${new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: back, scope: 'cjp:user' })}`;
  for (const path of ['/account', '/account/password', '/account/applications', '/account/consents', '/device', consent]) {
    const visitor = await signedIn('admin@demo.example');
    const page = await visitor.go(path);
    assert.equal(page.status, 200, path);
    const account = await visitor.go(path === '/account' ? path : page.html.match(/id="way-out" href="([^"]+)"/)[1]);
    assert.equal((await visitor.send(account, '/account/sign-out"')).status, 303, path);
    assert.equal(await lives(visitor), false, path);
  }
  for (const path of ['/', '/login']) assert.ok(!(await new Visitor(server).go(path)).html.includes('way-out'), path);
});

test('the sessions and tokens of somebody who is deactivated or deleted are worth nothing at once', async () => {
  const email = 'agent04@demo.example';
  const [visitor, api] = [await signedIn(email), await server.api(email)];
  assert.equal((await api.get('/v1/people/me')).status, 200);
  const path = admin.org(`/user/${users[email]}`);
  const user = (await admin.get(path)).body;
  const put = await admin.put(path, { ...user, active: false });
  assert.equal(put.status, 200, put.text);
  assert.equal(await lives(visitor), false);
  assert.equal((await api.get('/v1/people/me')).status, 401);
  const again = new Visitor(server);
  assert.equal((await again.signIn(email)).status, 403);

  assert.equal((await admin.patch(path, { active: true })).status, 200);
  assert.equal(await lives(visitor), false, 'what ended does not come back with the person');
  assert.equal((await api.get('/v1/people/me')).status, 401);
  const back = await signedIn(email);
  const fresh = await server.api(email);
  assert.deepEqual(kept(users[email]), ['credential', 'session', 'token']);
  assert.equal((await admin.patch(path, { active: false })).status, 200);
  assert.deepEqual(kept(users[email]), ['credential']);
  assert.equal((await admin.delete(path)).status, 204);
  assert.equal(await lives(back), false);
  assert.equal((await fresh.get('/v1/people/me')).status, 401);
  assert.deepEqual(kept(users[email]), [], 'nobody inherits the password');
});

test('the notification sockets of somebody end with all their tokens, and only then', async () => {
  const email = 'agent06@demo.example', user = admin.org(`/user/${users[email]}`);
  const other = await Agent.open(await server.api('agent07@demo.example'));
  const ends = async (act, password = PASSWORD) => {
    const api = await server.api(email);
    const agent = await Agent.open(api);
    const unused = await api.post('/v1/notification/subscribe', { force: false, isKeepAliveEnabled: false, clientType: 'second', allowMultiLogin: true });
    const visitor = new Visitor(server);
    await visitor.signIn(email, password);
    await visitor.send(await visitor.go('/account'), '/account/sign-out');
    assert.equal(agent.socket.readyState, 1, 'signing out of the pages alone ends the session alone');
    assert.ok([200, 204].includes((await act()).status));
    assert.equal(await agent.closed, 1008);
    const late = new WebSocket(unused.body.webSocketUrl);
    await assert.rejects(new Promise((resolve, reject) => { late.on('open', resolve); late.on('error', reject); }));
  };
  await ends(() => admin.post(user + '/sign-out'));
  await ends(() => admin.put(user + '/password', { password: ANOTHER, temporary: false }));
  await ends(() => admin.patch(user, { active: false }), ANOTHER);
  assert.equal(other.socket.readyState, 1, 'nobody else\'s');
});

test('one user has at most twenty sessions: the oldest goes', async () => {
  const first = await signedIn('agent05@demo.example');
  for (let i = 0; i < 19; i++) await new Visitor(server).signIn('agent05@demo.example');
  assert.ok(await lives(first));
  await new Visitor(server).signIn('agent05@demo.example');
  assert.equal(await lives(first), false);
});

test('both lifetimes are settings', async () => {
  const own = await Server.start({ clock: 'virtual', args: ['--session-s', '600', '--session-idle-s', '120'] });
  try {
    const visitor = new Visitor(own);
    await visitor.signIn('admin@demo.example');
    const operator = await own.api('admin@demo.example');
    const wait = (s) => operator.post('/sandbox/v1/clock', { advanceMs: s * 1000 });
    for (let i = 0; i < 5; i++) {
      await wait(119);
      assert.ok(await lives(visitor));
    }
    await wait(6);
    assert.equal(await lives(visitor), false);
  } finally {
    await own.stop();
  }
});
