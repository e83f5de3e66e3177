// Limits of addresses: connections at once, and who the client is behind a proxy.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';

import { Server } from '../lib/server.mjs';

async function open(server) {
  const socket = connect(new URL(server.url).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  const [first] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])]);
  return { socket, served: first.toString().startsWith('HTTP/1.1 200') };
}

test('one address has only so many connections at once', async () => {
  const server = await Server.start({ args: ['--connections-per-address', '3'] });
  try {
    const three = [await open(server), await open(server), await open(server)];
    assert.deepEqual(three.map((c) => c.served), [true, true, true]);
    assert.equal((await open(server)).served, false);
    three[0].socket.destroy();
    let again;
    for (let i = 0; i < 50 && !(again = await open(server)).served; i++);
    assert.equal(again.served, true, 'one that ends makes room');
    for (const c of [...three, again]) c.socket.destroy();
  } finally {
    await server.stop();
  }
});

// Failed logins are counted for the address: see the waiting times of the guard.
async function login(server, email, forwarded) {
  const headers = forwarded ? { 'x-forwarded-for': forwarded } : {};
  const page = await fetch(server.url + '/login', { headers });
  const cookie = page.headers.getSetCookie()[0].split(';')[0];
  const token = (await page.text()).match(/name="form_token" value="([^"]+)"/)[1];
  const body = new URLSearchParams({ form_token: token, query: '', email, password: 'wrong password' });
  return (await fetch(server.url + '/v1/authorize/login', { method: 'POST', headers: { ...headers, cookie }, body })).status;
}

test('X-Forwarded-For counts from a trusted proxy only', async () => {
  const proxied = await Server.start({ clock: 'virtual', args: ['--trusted-proxy', '127.0.0.1'] });
  const direct = await Server.start({ clock: 'virtual' });
  try {
    for (const [server, from] of [[proxied, '203.0.113.1'], [direct, '203.0.113.1']])
      for (let i = 0; i < 11; i++) assert.equal(await login(server, `nobody${i}@demo.example`, from), 403);
    assert.equal(await login(proxied, 'other@demo.example', '203.0.113.1'), 429, 'the address has to wait');
    assert.equal(await login(proxied, 'other@demo.example', '203.0.113.2'), 403, 'another client of the proxy has not');
    assert.equal(await login(proxied, 'more@demo.example', '203.0.113.2, 203.0.113.1'), 429, 'what the client wrote in front says nothing');
    assert.equal(await login(direct, 'other@demo.example', '203.0.113.2'), 429, 'without the setting the header says nothing');
  } finally {
    await proxied.stop();
    await direct.stop();
  }
});
