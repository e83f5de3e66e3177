// What hostile or broken clients send: each is refused with a clear error in the family's shape, and nothing is left half done.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';

import { Agent } from '../lib/agent.mjs';
import { Api, Server } from '../lib/server.mjs';

let server, admin, agent;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  agent = await server.api('agent01@demo.example');
});
after(() => server?.stop());

// Sends bytes as they are and reads until the server closes or a whole answer stands there.
function raw(...parts) {
  return new Promise((resolve, reject) => {
    const socket = connect(new URL(server.url).port, '127.0.0.1');
    let text = '';
    socket.setTimeout(15_000, () => (socket.destroy(), resolve(text)));
    socket.on('data', (d) => {
      text += d.toString('latin1');
      const [head, body] = text.split('\r\n\r\n');
      const length = head.match(/content-length: (\d+)/i)?.[1];
      if (body !== undefined && length !== undefined && body.length >= Number(length)) socket.destroy();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (e) => (e.code === 'ECONNRESET' || e.code === 'EPIPE' ? resolve(text) : reject(e)));
    for (const part of parts) socket.write(part);
  });
}
const status = (text) => Number(text.match(/^HTTP\/1\.1 (\d+)/)?.[1]);
const head = (...more) => `POST ${admin.org('/site')} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\nContent-Type: application/json\r\n${more.map((l) => l + '\r\n').join('')}\r\n`;
const sites = async () => (await admin.get(admin.org('/v2/site'))).body.meta.totalRecords;

test('unknown path and wrong method', async () => {
  assert.equal((await admin.get('/v1/no-such-thing')).status, 404);
  assert.equal((await admin.get(admin.org('/no-such-resource'))).status, 404);
  const wrong = await admin.delete('/v1/agents/login');
  assert.equal(wrong.status, 405);
  assert.match(wrong.headers.get('allow'), /POST/);
});

test('no token, a wrong one, one in the query', async () => {
  const nobody = new Api(server);
  for (const path of [admin.org('/site'), '/v1/subscriptions']) assert.equal((await nobody.get(path)).status, 401);
  assert.equal((await nobody.post('/search', { query: '{__typename}' })).status, 401);
  assert.equal((await new Api(server, admin.token.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))).get(admin.org('/site'))).status, 401);
  assert.equal((await nobody.get(admin.org(`/site?access_token=${admin.token}`))).status, 401);
  const refused = await nobody.get(admin.org('/site'));
  assert.equal(refused.body.error.key, '401');
  assert.ok(refused.body.trackingId);
});

test("another organisation's id", async () => {
  const other = '11111111-1111-7111-8111-111111111111';
  const answer = await admin.get(`/organization/${other}/site`);
  assert.equal(answer.status, 403);
  assert.equal((await admin.post(`/search?orgId=${other}`, { query: '{__typename}' })).status, 403);
  assert.equal((await admin.post(`/organization/${other}/site`, { name: 'x', active: true })).status, 403);
});

test('scopes and roles', async () => {
  assert.equal((await agent.post(agent.org('/site'), { name: 'Mine', active: true })).status, 403);
  assert.equal((await agent.post('/search', { query: '{__typename}' })).status, 403);
  const reader = await server.api('admin@demo.example', '--scope', 'cjp:config_read');
  assert.equal((await reader.get(reader.org('/site'))).status, 200);
  assert.equal((await reader.post(reader.org('/site'), { name: 'x' })).status, 403);
});

test('bodies: too large, not UTF-8, too deep, twice the same key, not JSON, of another type', async () => {
  const before = await sites();
  const post = (body, type = 'application/json') => admin.request('POST', admin.org('/site'), body, { 'content-type': type });
  assert.equal((await post(`{"name":"${'x'.repeat(3 << 20)}"}`).catch(() => ({ status: 413 }))).status, 413);
  assert.equal((await post('['.repeat(10_000) + ']'.repeat(10_000))).status, 400);
  assert.equal((await post('{"name":"a","name":"b"}')).status, 400);
  assert.equal((await post('{"name":"a"')).status, 400);
  assert.equal((await post('')).status, 400);
  assert.equal((await post('name=a', 'application/x-www-form-urlencoded')).status, 415);
  const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
  assert.equal(status(await raw(head(`Content-Length: ${body.length}`, 'Connection: close'), body)), 400);
  assert.equal(await sites(), before);
});

test('a truncated body does nothing', async () => {
  const before = await sites();
  const socket = connect(new URL(server.url).port, '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.write(head('Content-Length: 500') + '{"name":"Cut"', resolve));
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.destroy();
  await closed;
  assert.equal(await sites(), before);
});

test('request smuggling', async () => {
  const before = await sites();
  const body = '{}';
  const attempts = {
    'both lengths': raw(head('Content-Length: 2', 'Transfer-Encoding: chunked', 'Connection: close'), `2\r\n${body}\r\n0\r\n\r\n`),
    'two lengths': raw(head('Content-Length: 2', 'Content-Length: 3', 'Connection: close'), body),
    'the same length twice': raw(head('Content-Length: 2', 'Content-Length: 2', 'Connection: close'), body),
    'length with a sign': raw(head('Content-Length: +2', 'Connection: close'), body),
    'another coding': raw(head('Transfer-Encoding: xchunked', 'Connection: close'), body),
    'NUL in a header': raw(head('X-Odd: a\0b', 'Content-Length: 2', 'Connection: close'), body),
    'bare CR in a header': raw(head('X-Odd: a\rb', 'Content-Length: 2', 'Connection: close'), body),
    'no Host': raw(`GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n`),
    'two Hosts': raw(`GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`),
    'headers without end': raw(`GET /healthz HTTP/1.1\r\nHost: a\r\n${Array.from({ length: 3000 }, (_, i) => `X-${i}: ${'y'.repeat(50)}\r\n`).join('')}\r\n`),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const answer = await attempt;
    assert.ok(answer === '' || (status(answer) >= 400 && status(answer) < 500), `${name}: ${answer.slice(0, 200)}`);
  }
  assert.equal(await sites(), before);
  assert.equal(status(await raw('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')), 200);
});

const closing = (url, onOpen) =>
  new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on('open', () => onOpen?.(socket));
    socket.on('unexpected-response', (_, response) => resolve({ status: response.statusCode }));
    socket.on('close', (code) => resolve({ code }));
    socket.on('error', () => {});
  });

test('WebSocket: wrong and used secrets, oversized, fragmented and binary frames', async () => {
  const base = server.url.replace('http', 'ws') + '/v1/notification/subscription/';
  assert.equal((await closing(base + 'test-11111111-1111-4111-8111-111111111111')).status, 401);
  const desk = await Agent.open(agent);
  assert.equal((await closing(desk.socketUrl)).status, 401, 'a secret opens one socket');
  desk.close();
  await desk.closed;

  const fresh = async () => (await agent.post('/v1/notification/subscribe', { clientType: 'hostile', force: true })).body.webSocketUrl;
  assert.equal((await closing(await fresh(), (s) => s.send('x'.repeat(1 << 20)))).code, 1009);
  assert.equal((await closing(await fresh(), (s) => s.send(Buffer.from([1, 2])))).code, 1003);
  const fragmented = await closing(await fresh(), (s) => {
    for (let i = 0; i < 40; i++) s.send('y'.repeat(4000), { fin: false });
  });
  assert.equal(fragmented.code, 1009);
  const expired = await fresh();
  await admin.post('/sandbox/v1/clock', { advanceMs: 61_000 });
  assert.equal((await closing(expired)).status, 401, 'an unused secret lapses');
});

test('keepalive is answered; a fragmented one too', async () => {
  const url = (await agent.post('/v1/notification/subscribe', { clientType: 'alive', force: true })).body.webSocketUrl;
  const socket = new WebSocket(url);
  const seen = [];
  const two = new Promise((resolve) => socket.on('message', (m) => seen.push(m.toString()) >= 3 && resolve()));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send('{"keepalive":"true"}');
  socket.send('{"keepalive":', { fin: false });
  socket.send('"true"}', { fin: true });
  await two;
  assert.deepEqual(seen.slice(1), ['{"keepalive":"true"}', '{"keepalive":"true"}']);
  socket.close();
});

test('malformed GraphQL', async () => {
  const ask = (query, variables) => admin.post('/search', { query, variables });
  for (const query of ['{', 'query {', '{ nothing }', '{ taskDetails(from: 1, to: 2) { tasks { nothing } } }', '{ taskDetails { tasks { id } } }', '{ taskDetails(from: 1, to: 2) { tasks } }', `{ ${'a{'.repeat(100_000)}`, `{ ${'__typename '.repeat(20_000)} }`]) {
    const answer = await ask(query);
    assert.equal(answer.status, 400, query.slice(0, 60) + answer.text.slice(0, 200));
    assert.equal(answer.body.error.key, '400');
    assert.ok(answer.body.error.message[0].description);
  }
  assert.equal((await admin.post('/search', { query: 5 })).status, 400);
  assert.equal((await admin.post('/search', {})).status, 400);
});

test('webhooks do not reach into the private network', async () => {
  const body = (destinationUrl) => ({ name: 'Inside job', eventTypes: ['task:new'], destinationUrl, orgId: server.orgId });
  for (const url of ['http://10.0.0.1/x', 'http://192.168.1.1/', 'http://169.254.169.254/latest', 'http://[fd00::1]/', 'ftp://127.0.0.1/', 'http://user:pw@127.0.0.1/', 'not a url'])
    assert.equal((await admin.post('/v1/subscriptions', body(url))).status, 400, url);
  const strict = await Server.start({ demo: true, args: ['--private-webhooks', 'no'] });
  try {
    const boss = await strict.api('admin@demo.example');
    for (const url of ['http://127.0.0.1:1/', 'https://localhost/', 'https://127.0.0.1/', 'https://[::1]/'])
      assert.equal((await boss.post('/v1/subscriptions', { ...body(url), orgId: strict.orgId })).status, 400, url);
  } finally {
    await strict.stop();
  }
});

test('the data directory is private and taken by one server', async () => {
  await assert.rejects(server.command('serve', '--data', server.data, '--listen', '127.0.0.1:0'), /cannot be opened|in use|running/);
  const { statSync } = await import('node:fs');
  assert.equal(statSync(server.data).mode & 0o777, 0o700);
  assert.ok(!(await server.log()).includes(admin.token), 'tokens never reach the log');
});
