// What security leaves behind: events that can be asked for, and nowhere a secret.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';

import { allow, pkce, Visitor } from '../lib/visitor.mjs';
import { Api, Server, within } from '../lib/server.mjs';

const REDIRECT = 'http://127.0.0.1:9/callback';
const secrets = new Map(); // text -> what it is; all that any test here uses
const secret = (what, text) => (secrets.set(text, what), text);
const refusals = []; // bodies of answers that refused something

let server, admin, users;
before(async () => {
  server = await Server.start({ clock: 'virtual', args: ['--log-level', 'debug'] });
  admin = await server.api('admin@demo.example');
  secret('token of the command line', admin.token);
  users = Object.fromEntries((await admin.get(admin.org('/v2/user'))).body.data.map((u) => [u.email, u.id]));
});
after(() => server?.stop());

const list = async (query = '', api = admin) => (await api.get(api.org(`/security-event?${query}`))).body.data;
const newest = async (query) => (await list(query))[0];
const eventually = (query, good) => within(5000, () => list(query), good);

async function post(path, fields, headers = {}) {
  const answer = await fetch(server.url + path, { method: 'POST', body: new URLSearchParams(fields), headers });
  const text = await answer.text();
  if (answer.status >= 400) refusals.push(text);
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

async function newClient(more = {}) {
  const made = await admin.post('/v1/applications', { name: 'Events', redirectUris: [REDIRECT], scope: 'cjp:config_read cjp:user', ...more });
  assert.equal(made.status, 201, made.text);
  if (made.body.clientSecret) secret('client secret', made.body.clientSecret);
  return made.body;
}

async function codeFor(client, email) {
  const { verifier, ...challenge } = pkce();
  secret('code verifier', verifier);
  const visitor = new Visitor(server);
  const query = { response_type: 'code', client_id: client.clientId, redirect_uri: REDIRECT, scope: 'cjp:user', state: 's', ...challenge };
  const back = await allow(visitor, `${server.url}/v1/authorize?${new URLSearchParams(query)}`, email);
  for (const value of visitor.cookies.values()) secret('cookie', value);
  const code = secret('authorization code', new URL(back).searchParams.get('code'));
  return { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT, client_id: client.clientId, ...(client.clientSecret && { client_secret: client.clientSecret }) };
}

async function tokens(fields) {
  const { status, body } = await post('/v1/access_token', fields);
  if (status === 200) for (const name of ['access_token', 'refresh_token']) secret(name, body[name]);
  return { status, body };
}

test('login, failed login, lock-out, sign-out', async () => {
  const visitor = new Visitor(server);
  const user = users['agent05@demo.example'];
  await visitor.signIn('agent05@demo.example', secret('wrong password', 'not-the-right-one'));
  const [failed] = await eventually(`type=login-failed&userId=${user}`, (e) => e.length);
  assert.equal(failed.address, '127.0.0.1');
  assert.equal(failed.userName, 'Agent Five');
  assert.equal(failed.detail, 'password');

  secret('password', 'cordboard-demo');
  const signedIn = await visitor.signIn('agent05@demo.example');
  secret('cookie', visitor.cookies.get('cordboard-session'));
  const login = await newest(`type=login&userId=${user}`);
  assert.equal(login.address, '127.0.0.1');
  await visitor.send(await visitor.follow(signedIn), '/account/sign-out');
  assert.equal((await newest(`userId=${user}`)).type, 'sign-out');

  for (let i = 0; i < 5; i++) await visitor.signIn('agent05@demo.example', 'not-the-right-one');
  assert.equal((await eventually(`type=locked-out&userId=${user}`, (e) => e.length))[0].userName, 'Agent Five');
});

// Account and address no longer have to wait, and no window of failures is open.
const calm = () => admin.post('/sandbox/v1/clock', { advanceMs: 3_700_000 });

test('a flood of failures is told once and then counted', async () => {
  const visitor = new Visitor(server);
  const user = users['agent06@demo.example'];
  const began = (await calm()).body.now;
  const told = () => list(`userId=${user}&from=${began}`);
  for (let i = 0; i < 12; i++) {
    await visitor.signIn('agent06@demo.example', 'not-the-right-one');
    await admin.post('/sandbox/v1/clock', { advanceMs: 100 });
  }
  await eventually(`type=locked-out&userId=${user}`, (e) => e.length === 1);
  assert.equal((await told()).length, 2, 'one failure, one lock-out');
  await admin.post('/sandbox/v1/clock', { advanceMs: 300_000 });
  const after = await told();
  assert.equal(after.length, 4);
  assert.equal(after.slice(0, 2).reduce((sum, e) => sum + e.count, 0), 10, 'and ten more');
  assert.ok(after[0].since < after[0].time);
});

test('a flood of different failures is told up to a limit, the rest is one number', async () => {
  await calm();
  const most = (await admin.get('/sandbox/v1/limits')).body.limits.find((l) => l.name === 'security_failures_max').value;
  const clients = [];
  for (let i = 0; i < most + 7; i++) clients.push(await newClient());
  for (const { clientId } of clients) await post('/v1/access_token', { grant_type: 'refresh_token', refresh_token: 'x', client_id: clientId, client_secret: 'wrong' });
  await eventually('type=client-refused&pageSize=100', (e) => e.length === most);
  await admin.post('/sandbox/v1/clock', { advanceMs: 300_000 });
  assert.equal((await list('type=client-refused&pageSize=100')).length, most);
  const db = new DatabaseSync(join(server.data, 'cordboard.db'), { readOnly: true });
  const rows = db.prepare("SELECT body FROM journal WHERE CAST(body AS TEXT) LIKE '%failures of many kinds%'").all();
  db.close();
  assert.equal(rows.length, 1);
  assert.equal(JSON.parse(Buffer.from(rows[0].body).toString()).count, 7);
});

test('accounts that do not exist are nobody’s events, and what was typed is told nowhere', async () => {
  await calm();
  const total = async () => (await admin.get(admin.org('/security-event'))).body.meta.totalRecords;
  const all = await total();
  const visitor = new Visitor(server);
  await visitor.signIn(secret('typed into the wrong field', 'hunter2-typed-as@email.example'), 'x-x-x-x-x');
  await new Visitor(server).signIn('agent07@demo.example', 'not-the-right-one');
  await eventually(`type=login-failed&userId=${users['agent07@demo.example']}`, (e) => e.length);
  assert.equal(await total(), all + 1);
});

test('consent, tokens issued, refreshed, revoked; reuse', async () => {
  await calm();
  const client = await newClient();
  assert.equal((await newest(`type=client-created&clientId=${client.clientId}`)).user, undefined);
  assert.equal((await newest(`type=client-created&clientId=${client.clientId}`)).by, users['admin@demo.example']);
  const grant = await codeFor(client, 'agent01@demo.example');
  const user = users['agent01@demo.example'];
  const kinds = async () => (await list(`clientId=${client.clientId}&userId=${user}`)).map((e) => e.type).reverse();
  assert.deepEqual(await kinds(), ['consent']);
  const first = (await tokens(grant)).body;
  assert.equal((await newest(`type=token-issued&clientId=${client.clientId}`)).detail, 'cjp:user');
  const again = { grant_type: 'refresh_token', client_id: client.clientId, client_secret: client.clientSecret };
  await tokens({ ...again, refresh_token: first.refresh_token });
  await post('/v1/revoke', { ...again, token: first.access_token });
  assert.deepEqual(await kinds(), ['consent', 'token-issued', 'token-refreshed', 'token-revoked']);
  assert.equal((await tokens(grant)).status, 400);
  assert.equal((await newest(`type=token-reuse&clientId=${client.clientId}`)).detail, 'authorization code');

  const visitor = new Visitor(server);
  await visitor.signIn('agent01@demo.example');
  const page = await visitor.go('/account/consents');
  await visitor.send(page, '/account/consents', { client: client.clientId });
  assert.equal((await newest(`type=token-revoked&clientId=${client.clientId}&userId=${user}`)).detail, 'consent withdrawn');
  assert.equal((await tokens({ ...again, refresh_token: first.refresh_token })).status, 400, 'the family is gone');
  await eventually(`type=token-refused&clientId=${client.clientId}`, (e) => e.length);
  assert.equal((await tokens({ ...again, client_secret: secret('wrong client secret', 'f'.repeat(64)), refresh_token: first.refresh_token })).status, 401);
  await eventually(`type=client-refused&clientId=${client.clientId}`, (e) => e.length && e[0].address === '127.0.0.1');
});

test('a public client’s old refresh token', async () => {
  const client = await newClient({ confidential: false });
  const first = (await tokens(await codeFor(client, 'agent02@demo.example'))).body;
  const again = { grant_type: 'refresh_token', client_id: client.clientId };
  assert.equal((await tokens({ ...again, refresh_token: first.refresh_token })).status, 200);
  assert.equal((await tokens({ ...again, refresh_token: first.refresh_token })).status, 400);
  assert.equal((await newest(`type=token-reuse&clientId=${client.clientId}`)).detail, 'refresh token');
});

test('integrations changed and deleted, passwords, rights', async () => {
  const client = await newClient();
  await admin.put(`/v1/applications/${client.clientId}/rate-limit`, { requestsPerMinute: 7 });
  assert.equal((await newest(`type=client-changed&clientId=${client.clientId}`)).detail, 'rate limit');
  assert.equal((await admin.delete(`/v1/applications/${client.clientId}`)).status, 204);
  assert.equal((await newest(`clientId=${client.clientId}`)).type, 'client-deleted');

  const user = users['agent08@demo.example'];
  const set = await admin.put(admin.org(`/user/${user}/password`), { password: secret('password', 'a-quite-new-password') });
  assert.equal(set.status, 204, set.text);
  const event = await newest(`type=password-set&userId=${user}`);
  assert.equal(event.by, users['admin@demo.example']);
  assert.equal(event.byName, 'Ada Admin');

  const body = (await admin.get(admin.org(`/user/${user}`))).body;
  const profiles = (await admin.get(admin.org('/v3/user-profile'))).body.data;
  const supervisor = profiles.find((p) => p.name === 'Supervisor');
  const put = await admin.put(admin.org(`/user/${user}`), { ...body, userProfileId: supervisor.id });
  assert.equal(put.status, 200, put.text);
  const rights = await newest(`type=rights-changed&userId=${user}`);
  assert.equal(rights.detail, 'user profile');
  assert.equal(rights.by, users['admin@demo.example']);
});

test('filters, pages, and who may ask', async () => {
  const all = await admin.get(admin.org('/security-event?pageSize=3'));
  assert.equal(all.body.data.length, 3);
  assert.ok(all.body.meta.totalRecords > 10);
  const times = (await list('pageSize=100')).map((e) => e.time);
  assert.deepEqual(times, times.toSorted((a, b) => b - a), 'the newest first');
  const middle = times[Math.floor(times.length / 2)];
  assert.ok((await list(`from=${middle}&pageSize=100`)).every((e) => e.time >= middle));
  assert.ok((await list(`to=${middle}&pageSize=100`)).every((e) => e.time < middle));
  assert.deepEqual(await list('address=203.0.113.7'), []);
  for (const bad of ['type=nonsense', 'userId=1', 'from=x', 'to=-1', 'page=-1'])
    assert.equal((await admin.get(admin.org(`/security-event?${bad}`))).status, 400, bad);
  for (const email of ['agent01@demo.example', 'supervisor1@demo.example']) {
    const other = await server.api(email);
    assert.equal((await other.get(other.org('/security-event'))).status, 403, email);
  }
  assert.equal((await new Api(server, '').get(admin.org('/security-event'))).status, 401);
});

test('they outlive a crash', async () => {
  const before = await list('pageSize=100');
  await server.kill();
  await server.launch();
  const after = await list('pageSize=100');
  assert.deepEqual(after.filter((e) => before.some((b) => b.id === e.id)).length, before.length);
});

test('no secret stands in the log, the store or an error', async () => {
  await new Api(server, admin.token.replace(/^./, 'x')).get(admin.org('/site')).then((a) => refusals.push(a.text));
  const files = (await readdir(server.data)).filter((name) => name !== 'control.sock');
  assert.ok(files.includes('cordboard.db'));
  const places = [['the log', await server.log()], ['an error', refusals.join('\n')]];
  for (const name of files) places.push([name, (await readFile(join(server.data, name))).toString('latin1')]);
  assert.ok(places[0][1].includes('"request"'), 'the log is at its most talkative');
  assert.ok(secrets.size > 20);
  for (const [text, what] of secrets)
    for (const [place, content] of places) {
      if (place === 'the log' && text === 'cordboard-demo') continue; // --demo says its password at the start, on stdout
      assert.ok(!content.includes(text), `${what} in ${place}: ${text.slice(0, 6)}...`);
    }
});
