// https: which versions, what the pages say, and certificates that change while the server runs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';

import { Server, within } from '../lib/server.mjs';

let folder, server, files;
function makeCertificate(name) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key, cert };
}
async function install({ key, cert }) {
  await copyFile(key, files.key);
  await copyFile(cert, files.cert);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordboard-tls-'));
  files = { key: join(folder, 'live.key'), cert: join(folder, 'live.pem') };
  await install(makeCertificate('first'));
  server = await Server.start({ args: ['--tls-cert', files.cert, '--tls-key', files.key] });
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function connect(options = {}) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: hostname, port, rejectUnauthorized: false, ...options });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}
async function nameServed() {
  const socket = await connect();
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}
async function ask(socket, path = '/healthz') {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  let text = '';
  while (!/\r\n\r\n/.test(text)) text += (await once(socket, 'data'))[0].toString();
  return text;
}
const reload = () => process.kill(server.pid, 'SIGHUP');
const logHas = (pattern, count = 1) =>
  within(5000, () => server.log(), (log) => (log.match(new RegExp(pattern, 'g')) ?? []).length >= count);

test('TLS 1.2 and 1.3, nothing older', async () => {
  assert.ok(server.url.startsWith('https://'));
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const socket = await connect({ minVersion: version, maxVersion: version });
    assert.equal(socket.getProtocol(), version);
    socket.destroy();
  }
  await assert.rejects(connect({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
});

test('browsers are told to stay with https, and cookies to stay with this host', async () => {
  const socket = await connect();
  const page = await ask(socket, '/login');
  assert.match(page, /strict-transport-security: max-age=31536000\r\n/i);
  assert.match(page, /set-cookie: __Host-cordboard-form=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Secure/i);
  socket.destroy();
});

test('SIGHUP: new connections get the new certificate, open ones live on', async () => {
  const open = await connect();
  assert.equal(open.getPeerCertificate().subject.CN, 'first');
  assert.match(await ask(open), /^HTTP\/1.1 200/);
  await install(makeCertificate('second'));
  assert.equal(await nameServed(), 'first', 'not before it is told');
  reload();
  await within(5000, nameServed, (name) => name === 'second');
  assert.match(await ask(open), /^HTTP\/1.1 200/, 'the same connection');
  open.destroy();
});

test('a bad file leaves the old certificate in use and says so', async () => {
  const was = await nameServed();
  await writeFile(files.cert, 'no certificate');
  reload();
  await logHas('not a certificate in PEM');
  await install({ ...makeCertificate('third'), key: makeCertificate('fourth').key });
  reload();
  await logHas('"result":"CORRUPT"', 2);
  await rm(files.key);
  reload();
  await logHas('live.key: No such file');
  assert.equal(await nameServed(), was);
  for (let i = 0; i < 12; i++) {
    await install(makeCertificate(`round${i}`));
    reload();
    await within(5000, nameServed, (name) => name === `round${i}`);
  }
});

test('refused at the start: a key without its certificate, halves', async () => {
  const data = join(folder, 'other');
  const refused = (words, why) => assert.rejects(
    server.command('serve', '--data', data, '--listen', '127.0.0.1:0', ...words), (e) => why.test(e.stderr) || assert.fail(e.stderr));
  const [one, two] = [makeCertificate('one'), makeCertificate('two')];
  await refused(['--tls-cert', one.cert, '--tls-key', two.key], /its own key/);
  await refused(['--tls-cert', one.cert], /belong together/);
  await refused(['--tls-key', one.key], /belong together/);
});

test('SIGHUP without TLS ends nothing', async () => {
  const plain = await Server.start();
  process.kill(plain.pid, 'SIGHUP');
  await within(5000, () => plain.log(), (log) => log.includes('"event":"reloaded"') || log.includes('reloaded'));
  assert.equal((await fetch(plain.url + '/healthz')).status, 200);
  await plain.stop();
});

test('the data directory is closed to others, also one that was open', async () => {
  const modeOf = async (path) => ((await stat(path)).mode & 0o777).toString(8);
  const names = ['cordboard.db', 'cordboard.db-wal', 'cordboard.db-shm', 'history.duckdb', 'control.sock'];
  assert.equal(await modeOf(server.data), '700');
  for (const name of names) assert.equal(await modeOf(join(server.data, name)), '600', name);

  const root = await mkdtemp(join(tmpdir(), 'cordboard-open-'));
  const data = join(root, 'data');
  await mkdir(data);
  await chmod(data, 0o755);
  await writeFile(join(data, 'notes.txt'), 'x');
  await chmod(join(data, 'notes.txt'), 0o644);
  await assert.rejects(server.command('token', '--data', data, '--user', 'nobody@demo.example'), /no user/);
  assert.equal(await modeOf(data), '700');
  assert.equal(await modeOf(join(data, 'notes.txt')), '600');
  await rm(root, { recursive: true });
});
