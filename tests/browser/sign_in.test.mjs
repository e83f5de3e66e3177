// A person signs in with a real browser: the start page, a wrong password, the account page, a personal token, consent for an
// integration, signing out.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

import { Api, Server } from '../lib/server.mjs';

const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
let server, browser, page;
const problems = [];

before(async () => {
  server = await Server.start();
  browser = await chromium.launch({
    executablePath: BROWSERS.find(existsSync),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  page = await browser.newPage();
  page.on('console', (m) => m.type() === 'error' && problems.push(m.text()));
  page.on('pageerror', (e) => problems.push(String(e)));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function signIn(password) {
  await page.fill('#email', 'admin@demo.example');
  await page.fill('#password', password);
  await page.click('#sign-in');
}

test('the start page leads to sign-in', async () => {
  await page.goto(server.url);
  assert.match(await page.title(), /Cordboard/);
  await page.click('#login');
  assert.ok(await page.isVisible('#password'));
});

test('a wrong password is refused without telling why', async () => {
  await signIn('wrong');
  assert.ok(await page.isVisible('#problem'));
  assert.doesNotMatch(await page.textContent('#problem'), /exist|unknown|no such/i);
});

test('the right one shows who is signed in, and makes a token that works', async () => {
  await signIn('cordboard-demo');
  await page.waitForSelector('#address');
  assert.equal(await page.textContent('#address'), 'admin@demo.example');
  const cookies = await page.context().cookies();
  assert.ok(cookies.some((c) => c.httpOnly && c.sameSite === 'Lax'));
  await page.click('#make-token');
  const token = (await page.inputValue('#token')).trim();
  assert.equal(token.split('_')[2], server.orgId);
  const api = new Api(server, token);
  assert.equal((await api.get(api.org('/v2/site'))).status, 200);
});

test('an integration is allowed on a page that names its scopes', async () => {
  const redirect = server.url + '/healthz';
  const client = JSON.parse(await server.command('client', '--data', server.data, '--name', '<b>Wall & Board</b>', '--redirect', redirect, '--scope', 'cjp:config_read'));
  const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url');
  const query = new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: redirect, scope: 'cjp:config_read', state: 's', code_challenge: challenge, code_challenge_method: 'S256' });
  await page.goto(`${server.url}/v1/authorize?${query}`);
  assert.equal(await page.textContent('#client'), '<b>Wall & Board</b>', 'shown as text');
  assert.match(await page.textContent('body'), /cjp:config_read/);
  await page.click('#allow');
  await page.waitForURL(/healthz\?/);
  assert.ok(new URL(page.url()).searchParams.get('code'));
});

test('signing out ends the session', async () => {
  await page.goto(server.url + '/account');
  await page.click('#sign-out');
  await page.goto(server.url + '/account');
  assert.ok(!(await page.isVisible('#address').catch(() => false)));
});

test('no error on any console', () => assert.deepEqual(problems.filter((p) => !/favicon|401|403/.test(p)), []));
