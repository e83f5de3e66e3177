// With a real browser: an administrator registers an integration, connects a device to it, and signs out everywhere.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

import { Api, Server } from '../lib/server.mjs';

const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
let server, browser, page, app;
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

const post = async (path, fields) => (await fetch(server.url + path, { method: 'POST', body: new URLSearchParams({ client_id: app.id, client_secret: app.secret, ...fields }) })).json();

test('applications ask for a sign-in first and come back', async () => {
  await page.goto(server.url + '/account/applications');
  await page.fill('#email', 'admin@demo.example');
  await page.fill('#password', 'cordboard-demo');
  await page.click('#sign-in');
  await page.waitForURL(/\/account\/applications$/);
});

test('an integration is registered; its secret is shown once', async () => {
  await page.fill('#integration-name', '<b>Telephone</b>');
  await page.fill('#integration-redirects', 'https://a.example/cb\nhttps://b.example/cb');
  await page.check('#new-integration input[name="scope:cjp:user"]');
  await page.check('#new-integration input[name="device"]');
  await page.click('#make-integration');
  app = { id: await page.textContent('#client-id'), secret: await page.inputValue('#secret') };
  assert.equal(await page.textContent('#name'), '<b>Telephone</b>', 'shown as text');
  assert.equal(await page.inputValue('#change-redirects'), 'https://a.example/cb\nhttps://b.example/cb\n');
  await page.goto(`${server.url}/account/applications/${app.id}`);
  assert.equal(await page.locator('#secret').count(), 0);
});

test('a device is connected with its code', async () => {
  const begun = await post('/v1/device/authorize', {});
  await page.goto(begun.verification_uri);
  await page.fill('#user_code', begun.user_code.toLowerCase().replace('-', ' '));
  await page.click('#continue');
  assert.equal(await page.textContent('#client'), '<b>Telephone</b>');
  await page.click('#allow');
  assert.ok(await page.isVisible('#decided'));
  const tokens = await post('/v1/device/token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: begun.device_code });
  assert.equal((await new Api(server, tokens.access_token).get('/v1/people/me')).body.emails[0], 'admin@demo.example');
  app.access = tokens.access_token;
});

test('signing out everywhere ends the session and the token', async () => {
  await page.goto(server.url + '/account');
  await page.click('#sign-out-everywhere');
  await page.goto(server.url + '/account');
  assert.ok(await page.isVisible('#password'));
  assert.equal((await new Api(server, app.access).get('/v1/people/me')).status, 401);
});

test('no error on any console', () => assert.deepEqual(problems.filter((p) => !/favicon/.test(p)), []));
