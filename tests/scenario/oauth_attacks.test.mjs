// What RFC 9700 (and 6749, 7009, 7636, 7662, 8252, 8628, 9207) say must not work, one attack a test, against the running server.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Api, Server } from '../lib/server.mjs';
import { allow, form, PASSWORD, pkce, Visitor } from '../lib/visitor.mjs';

const REDIRECT = 'https://app.example/cb';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'cjp:config_read cjp:user';
let server, admin, secret, open, other;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  secret = await register();
  other = await register({ name: 'Other' });
  open = await register({ confidential: false, redirectUris: [REDIRECT, 'http://127.0.0.1/native', 'com.example.app:/cb'] });
});
after(() => server?.stop());

async function register(more = {}) {
  const made = await admin.post('/v1/applications', { name: 'Victim', redirectUris: [REDIRECT], scope: SCOPE, deviceGrant: true, ...more });
  assert.equal(made.status, 201, made.text);
  return made.body;
}
const advance = (ms) => admin.post('/sandbox/v1/clock', { advanceMs: ms });
const proof = (app) => ({ client_id: app.clientId, ...(app.clientSecret && { client_secret: app.clientSecret }) });
const url = (app, more = {}) => {
  const query = { response_type: 'code', client_id: app.clientId, redirect_uri: REDIRECT, scope: SCOPE, state: 'st', ...more };
  return `${server.url}/v1/authorize?${new URLSearchParams(Object.entries(query).filter(([, v]) => v !== undefined))}`;
};
async function post(path, body, headers = {}) {
  const answer = await fetch(server.url + path, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: typeof body === 'string' ? body : String(new URLSearchParams(body)) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: text.startsWith('{') ? JSON.parse(text) : text };
}
const token = (fields, headers) => post('/v1/access_token', fields, headers);
const refused = (answer, error, status = 400) => assert.deepEqual([answer.status, answer.body.error], [status, error], answer.text);
const lives = async (access) => (await new Api(server, access).get('/v1/people/me')).status === 200;

// A code for the app, with all that its client knows about it.
async function code(app, more = {}) {
  const { verifier, ...challenge } = pkce();
  const back = new URL(await allow(new Visitor(server), url(app, { ...challenge, ...more })));
  return { code: back.searchParams.get('code'), verifier, back };
}
const exchange = (app, c, more = {}) => ({ grant_type: 'authorization_code', ...proof(app), code: c.code, redirect_uri: REDIRECT, code_verifier: c.verifier, ...more });
async function tokens(app) {
  const answer = await token(exchange(app, await code(app)));
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}
const refresh = (app, refresh_token, more = {}) => token({ grant_type: 'refresh_token', ...proof(app), refresh_token, ...more });

describe('the code', () => {
  test('replay: a second use is refused and revokes what the first one gave', async () => {
    for (const app of [secret, open]) {
      const c = await code(app);
      const first = (await token(exchange(app, c))).body;
      assert.equal(await lives(first.access_token), true);
      refused(await token(exchange(app, c)), 'invalid_grant');
      assert.equal(await lives(first.access_token), false);
      refused(await refresh(app, first.refresh_token), 'invalid_grant');
    }
  });
  test('bound to its client', async () => {
    const c = await code(secret);
    refused(await token(exchange(other, c)), 'invalid_grant');
    refused(await token(exchange(open, c)), 'invalid_grant');
    assert.equal((await token(exchange(secret, c))).status, 200, 'the owner is not locked out');
  });
  test('bound to its redirect URI', async () => {
    const c = await code(open);
    refused(await token(exchange(open, c, { redirect_uri: 'com.example.app:/cb' })), 'invalid_grant');
    refused(await token(exchange(open, c, { redirect_uri: '' })), 'invalid_request');
  });
  test('dies after 60 seconds', async () => {
    const c = await code(secret);
    await advance(60_000);
    refused(await token(exchange(secret, c)), 'invalid_grant');
  });
  test('guessing: garbage and near misses', async () => {
    const c = await code(secret);
    const flipped = c.code.replace(/^./, (x) => (x === '0' ? '1' : '0'));
    for (const guess of [flipped, c.code.slice(1), c.code + '0', 'x', '%00']) refused(await token(exchange(secret, { ...c, code: guess })), 'invalid_grant');
  });
  test('an access or refresh token is no code, and a code no token', async () => {
    const t = await tokens(secret), c = await code(secret);
    for (const wrong of [t.access_token, t.refresh_token]) refused(await token(exchange(secret, { ...c, code: wrong })), 'invalid_grant');
    refused(await refresh(secret, c.code), 'invalid_grant');
    assert.equal(await lives(c.code), false);
  });
});

describe('PKCE', () => {
  test('verifier mismatch', async () => refused(await token(exchange(open, { ...(await code(open)), verifier: pkce().verifier })), 'invalid_grant'));
  test('missing verifier', async () => {
    for (const app of [open, secret]) refused(await token(exchange(app, { ...(await code(app)), verifier: '' })), 'invalid_grant');
  });
  test('the challenge instead of the verifier', async () => {
    const { verifier, ...challenge } = pkce();
    const c = await code(open, challenge);
    refused(await token(exchange(open, { ...c, verifier: challenge.code_challenge })), 'invalid_grant');
  });
  test('verifier too short, too long, or with foreign characters', async () => {
    const c = await code(open);
    for (const verifier of ['a'.repeat(42), 'a'.repeat(129), 'a'.repeat(42) + '!']) refused(await token(exchange(open, { ...c, verifier })), 'invalid_grant');
  });
  test('downgrade: a public client without a challenge', async () => {
    const visitor = new Visitor(server);
    const page = await visitor.go(url(open));
    assert.equal(new URL(page.location).searchParams.get('error'), 'invalid_request');
  });
  test('downgrade: plain, and no method (which means plain)', async () => {
    const { code_challenge } = pkce();
    for (const more of [{ code_challenge, code_challenge_method: 'plain' }, { code_challenge }, { code_challenge, code_challenge_method: 's256' }, { code_challenge: '!'.repeat(43), code_challenge_method: 'S256' }])
      assert.equal(new URL((await new Visitor(server).go(url(secret, more))).location).searchParams.get('error'), 'invalid_request');
  });
  test('downgrade: a verifier for a code that was asked without a challenge', async () => {
    const back = new URL(await allow(new Visitor(server), url(secret)));
    const c = { code: back.searchParams.get('code'), verifier: pkce().verifier };
    refused(await token(exchange(secret, c)), 'invalid_grant');
  });
});

describe('redirects', () => {
  const stays = async (target) => {
    const page = await new Visitor(server).go(target);
    assert.equal(page.status, 400);
    assert.equal(page.location, null, 'no redirect to an address that is not known to be right');
    return page;
  };
  test('open redirect: unknown client, unregistered address, no address', async () => {
    await stays(url({ clientId: 'C' + '0'.repeat(32) }));
    await stays(url(secret, { redirect_uri: 'https://evil.example/' }));
    await stays(url(secret, { redirect_uri: undefined }));
    await stays(url(secret, { redirect_uri: 'https://evil.example/', response_type: 'token' }));
  });
  const partial = {
    suffix: REDIRECT + '/more', 'suffix of the name': REDIRECT + 'evil', prefix: 'https://app.example/', 'a trailing slash': REDIRECT + '/',
    'path traversal': 'https://app.example/cb/../evil', 'encoded traversal': 'https://app.example/cb/%2e%2e/evil', userinfo: 'https://app.example@evil.example/cb',
    'userinfo before the right host': 'https://evil@app.example/cb', fragment: REDIRECT + '#x', query: REDIRECT + '?x=1', subdomain: 'https://x.app.example/cb',
    'a longer host': 'https://app.example.evil.example/cb', port: 'https://app.example:444/cb', 'the default port': 'https://app.example:443/cb', scheme: 'http://app.example/cb',
    'upper case': 'https://APP.example/cb', 'a backslash': 'https://evil.example\\@app.example/cb', 'white space': REDIRECT + ' ', 'a NUL': REDIRECT + '\0', 'two addresses': REDIRECT + ' https://evil.example',
    'another scheme': 'javascript:alert(1)//app.example/cb',
  };
  for (const [name, redirect_uri] of Object.entries(partial)) test(`partial match: ${name}`, () => stays(url(secret, { redirect_uri })));
  test('loopback: any port for a public client, nothing else', async () => {
    const good = await new Visitor(server).go(url(open, { redirect_uri: 'http://127.0.0.1:51004/native', ...pkce(), verifier: undefined }));
    assert.equal(good.status, 200, 'sign-in page');
    for (const redirect_uri of ['http://127.0.0.1:51004/other', 'http://localhost:51004/native', 'http://127.0.0.1:51004@evil.example/native', 'http://127.0.0.1.evil.example/native', 'http://127.0.0.2/native'])
      await stays(url(open, { redirect_uri }));
    assert.equal((await admin.post('/v1/applications', { name: 'x', redirectUris: ['http://127.0.0.1/native'], scope: SCOPE })).status, 201);
  });
  test('what cannot be registered', async () => {
    for (const uri of ['http://app.example/cb', 'javascript:alert(1)', 'data:text/html,x', 'https://a@app.example/cb', REDIRECT + '#f', '/cb', 'https:///cb', 'https://*/cb', 'https://a;b/cb', "https://a'b/cb", 'https://app.example:1;x/cb', 'https://a,b/cb', 'https://app.example/c b', 'https://app.example/\r\nSet-Cookie: x', 'app:/cb', 'https://' + 'a'.repeat(1100) + '.example/'])
      assert.equal((await admin.post('/v1/applications', { name: 'x', redirectUris: [uri], scope: SCOPE })).status, 400, uri);
  });
  test('the sign-in form leads to pages of ours only', async () => {
    for (const more of [{ goal: 'https://evil.example' }, { goal: '//evil.example' }, { goal: 'account', query: '\r\nLocation: https://evil.example' }, { query: 'https://evil.example' }, { goal: 'device', query: '//evil.example/' }]) {
      const visitor = new Visitor(server);
      const page = await visitor.send(await visitor.go('/login'), '/v1/authorize/login', { email: 'admin@demo.example', password: PASSWORD, ...more });
      assert.ok(page.location === null || /^\/(account|device|v1\/authorize)(\?|$)/.test(page.location), page.location);
    }
  });
  test('header injection in state and in the redirect URI', async () => {
    const state = 'a\r\nSet-Cookie: stolen=1\r\n\r\n<script>';
    const c = await code(secret, { state });
    assert.equal(c.back.searchParams.get('state'), state, 'comes back as it was, encoded');
    assert.ok(!/[\r\n<]/.test(c.back.href));
    await stays(url(secret, { redirect_uri: REDIRECT + '\r\nSet-Cookie: stolen=1' }));
    const page = await new Visitor(server).go(url(secret, { state, response_type: 'token' }));
    assert.equal(page.headers.get('set-cookie'), null);
  });
  test('307 is not used: a form with a password is never sent on', async () => {
    const visitor = new Visitor(server);
    const login = await visitor.signIn(undefined, undefined, await visitor.go(url(secret, { ...pkce(), verifier: undefined })));
    assert.equal(login.status, 303);
    const page = await visitor.follow(login, (l) => l.startsWith(REDIRECT));
    if (page.status === 200) assert.equal((await visitor.send(page, '/v1/authorize/consent', { decision: 'deny' })).status, 303);
  });
});

describe('mix-up', () => {
  test('iss in every answer, the same as in the discovery document', async () => {
    const { issuer } = await (await fetch(server.url + '/.well-known/oauth-authorization-server')).json();
    assert.equal((await code(secret)).back.searchParams.get('iss'), issuer);
    const wrong = await new Visitor(server).go(url(secret, { response_type: 'token' }));
    assert.equal(new URL(wrong.location).searchParams.get('iss'), issuer, 'errors too');
  });
});

describe('refresh tokens', () => {
  test("reuse of a public client's old one revokes the family", async () => {
    const first = await tokens(open);
    const second = (await refresh(open, first.refresh_token)).body;
    assert.notEqual(second.refresh_token, first.refresh_token);
    refused(await refresh(open, first.refresh_token), 'invalid_grant');
    assert.equal(await lives(second.access_token), false);
    refused(await refresh(open, second.refresh_token), 'invalid_grant');
  });
  test('of another client', async () => {
    const t = await tokens(secret);
    refused(await refresh(other, t.refresh_token), 'invalid_grant');
    refused(await refresh(open, t.refresh_token), 'invalid_grant');
    assert.equal((await refresh(secret, t.refresh_token)).status, 200);
  });
  test('without the secret, or with a wrong one', async () => {
    const { refresh_token } = await tokens(secret);
    refused(await token({ grant_type: 'refresh_token', client_id: secret.clientId, refresh_token }), 'invalid_client', 401);
    refused(await refresh(secret, refresh_token, { client_secret: 'x'.repeat(64) }), 'invalid_client', 401);
  });
  test('more scopes than were granted', async () => {
    const answer = await token(exchange(secret, await code(secret, { scope: 'cjp:user' })));
    refused(await refresh(secret, answer.body.refresh_token, { scope: SCOPE }), 'invalid_scope');
  });
  test('is no access token', async () => assert.equal(await lives((await tokens(secret)).refresh_token), false));
  test('of a client that is deleted', async () => {
    const app = await register();
    const t = await tokens(app);
    await admin.delete(`/v1/applications/${app.clientId}`);
    assert.equal(await lives(t.access_token), false);
    refused(await refresh(app, t.refresh_token), 'invalid_client', 401);
  });
  test('revocation by another client changes nothing and tells nothing', async () => {
    const t = await tokens(secret);
    for (const it of [t.access_token, t.refresh_token, 'nonsense']) assert.equal((await post('/v1/revoke', { ...proof(other), token: it })).status, 200);
    assert.equal(await lives(t.access_token), true);
    refused(await post('/v1/revoke', { client_id: secret.clientId, token: t.access_token }), 'invalid_client', 401);
    assert.equal(await lives(t.access_token), true);
  });
});

describe('clients', () => {
  const basic = (id, s) => ({ authorization: 'Basic ' + Buffer.from(`${id}:${s}`).toString('base64') });
  test('header and body at once', async () => refused(await token({ grant_type: 'refresh_token', ...proof(secret), refresh_token: 'x' }, basic(secret.clientId, secret.clientSecret)), 'invalid_request'));
  test('one client in the header, another in the body', async () => refused(await token({ grant_type: 'refresh_token', client_id: other.clientId, refresh_token: 'x' }, basic(secret.clientId, secret.clientSecret)), 'invalid_request'));
  test('a broken or foreign Authorization header', async () => {
    for (const authorization of ['Basic !!!', 'Basic', 'Bearer x', 'Basic ' + Buffer.from('nocolon').toString('base64')]) refused(await token({ grant_type: 'refresh_token', refresh_token: 'x' }, { authorization }), 'invalid_request');
  });
  test('a public client that shows a secret', async () => refused(await token({ grant_type: 'refresh_token', client_id: open.clientId, client_secret: 'x', refresh_token: 'x' }), 'invalid_client', 401));
  test('introspection without proof, by a public client, of what is none of its business', async () => {
    const t = await tokens(secret);
    refused(await post('/v1/introspect', { token: t.access_token }), 'invalid_client', 401);
    refused(await post('/v1/introspect', { ...proof(open), token: t.access_token }), 'invalid_client', 401);
    assert.deepEqual((await post('/v1/introspect', { ...proof(other), token: t.refresh_token })).body, { active: false });
    assert.deepEqual((await post('/v1/introspect', { ...proof(secret), token: 'x' })).body, { active: false });
  });
  test('secrets are compared in constant time: the one helper is the library\'s', async () => {
    const source = join(import.meta.dirname, '../../src');
    assert.match(await readFile(join(source, 'domain/identity/secret.c'), 'utf8'), /secret_equal\([^{]*\{\s*return CRYPTO_memcmp\(/);
    for (const file of ['client_view.c', 'codes.c']) assert.match(await readFile(join(source, 'domain/identity', file), 'utf8'), /secret_equal\(/, file);
  });
});

describe('the endpoints', () => {
  const endpoints = ['/v1/access_token', '/v1/revoke', '/v1/introspect', '/v1/device/authorize', '/v1/device/token'];
  test('duplicate parameters', async () => {
    const body = `grant_type=refresh_token&token=x&client_id=${secret.clientId}&client_id=${other.clientId}`;
    for (const path of endpoints) refused(await post(path, body), 'invalid_request');
    const page = await new Visitor(server).go(url(secret) + '&redirect_uri=https%3A%2F%2Fevil.example');
    assert.deepEqual([page.status, page.location], [400, null]);
  });
  test('oversized parameters, and too many', async () => {
    for (const path of endpoints) {
      refused(await post(path, { client_id: secret.clientId, x: 'a'.repeat(4097) }), 'invalid_request');
      refused(await post(path, Array.from({ length: 40 }, (_, i) => [`p${i}`, '1'])), 'invalid_request');
    }
    for (const more of [{ state: 'a'.repeat(4097) }, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, '1']))]) assert.equal((await new Visitor(server).go(url(secret, more))).status, 400);
  });
  test('credentials and tokens in the query', async () => {
    const t = await tokens(secret);
    for (const path of endpoints) refused(await post(`${path}?${new URLSearchParams({ ...proof(secret), token: t.access_token })}`, { token: 'x' }), 'invalid_request');
    assert.equal((await new Api(server).get(`/v1/people/me?access_token=${t.access_token}`)).status, 401);
    assert.equal((await new Api(server, t.access_token).get(`/v1/people/me?access_token=${t.access_token}`)).status, 400);
  });
  test('another content type', async () => {
    for (const path of endpoints) refused(await post(path, JSON.stringify(proof(secret)), { 'content-type': 'application/json' }), 'invalid_request', 415);
  });
  test('implicit and hybrid', async () => {
    for (const response_type of ['token', 'id_token', 'code token', 'code id_token', 'none', ''])
      assert.equal(new URL((await new Visitor(server).go(url(secret, { response_type }))).location).searchParams.get('error'), 'unsupported_response_type', response_type);
  });
  test('password, client_credentials and other grants', async () => {
    for (const grant_type of ['password', 'client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'urn:ietf:params:oauth:grant-type:token-exchange', 'implicit'])
      refused(await token({ grant_type, ...proof(secret), username: 'admin@demo.example', password: PASSWORD }), 'unsupported_grant_type');
    refused(await post('/v1/device/token', { ...proof(secret), grant_type: 'authorization_code', code: 'x' }), 'unsupported_grant_type');
  });
  test('answers with tokens are not cached, refusals have both shapes', async () => {
    const answer = await token(exchange(secret, await code(secret)));
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const { body, headers } = await token({ grant_type: 'refresh_token', client_id: 'x', refresh_token: 'y' });
    assert.deepEqual(Object.keys(body), ['error', 'error_description', 'message', 'errors', 'trackingId']);
    assert.equal(body.errors[0].description, body.message);
    assert.match(headers.get('www-authenticate'), /^Basic /);
    assert.equal(headers.get('cache-control'), 'no-store');
  });
});

describe('pages', () => {
  const signedIn = async (email) => {
    const visitor = new Visitor(server);
    assert.equal((await visitor.signIn(email)).status, 303);
    return visitor;
  };
  const forms = [
    ['/account', '/account/token', {}], ['/account', '/account/sign-out', {}], ['/account', '/account/sign-out-everywhere', {}],
    ['/account/applications', '/account/applications', { name: 'x', redirects: REDIRECT, 'scope:cjp:user': 'on' }], ['/device', '/device', { user_code: 'BCDF-GHJK' }],
  ];
  test('CSRF: forms without their token, with a made-up one, with one of another session', async () => {
    const victim = await signedIn(), attacker = await signedIn('agent01@demo.example');
    for (const [page, action, fields] of forms) {
      const stolen = form((await attacker.go(page)).html, action).fields.form_token;
      for (const form_token of [undefined, '', '0'.repeat(64), stolen]) {
        const answer = await victim.go(action, { ...fields, ...(form_token !== undefined && { form_token }) });
        assert.equal(answer.status, 403, `${action} ${form_token}`);
      }
    }
    assert.equal((await victim.go('/account')).status, 200, 'still signed in');
  });
  test('CSRF: the right token, sent by another site', async () => {
    const victim = await signedIn();
    for (const [page, action, fields] of forms) {
      const found = form((await victim.go(page)).html, action);
      assert.equal((await victim.go(action, { ...found.fields, ...fields }, { 'sec-fetch-site': 'cross-site' })).status, 403, action);
    }
  });
  test('CSRF on sign-in: a session of the attacker is not put under the victim', async () => {
    const attacker = new Visitor(server), victim = new Visitor(server);
    const { form_token } = form((await attacker.go('/login')).html).fields;
    await victim.go('/login');
    const answer = await victim.go('/v1/authorize/login', { form_token, email: 'agent01@demo.example', password: PASSWORD });
    assert.equal(answer.status, 403);
    assert.equal((await victim.go('/account')).location, '/login');
  });
  test("consent: a form of another session, and of the same session for another request", async () => {
    const app = await register(), third = await register();
    const victim = await signedIn(), attacker = await signedIn('agent01@demo.example');
    const mine = form((await victim.go(url(app))).html, 'consent'), foreign = form((await attacker.go(url(app))).html, 'consent');
    assert.equal((await victim.go(mine.action, { ...foreign.fields, decision: 'allow' })).status, 403, 'another session');
    const query = url(third).split('?')[1];
    assert.equal((await victim.go(mine.action, { ...mine.fields, query, decision: 'allow' })).status, 403, 'another request');
    const wider = mine.fields.query.replace('state=st', 'state=evil');
    assert.equal((await victim.go(mine.action, { ...mine.fields, query: wider, decision: 'allow' })).status, 403, 'another state');
    assert.equal((await victim.go(mine.action, { ...mine.fields, decision: 'allow' })).status, 303, 'and its own');
  });
  test('consent without anybody signed in', async () => {
    const victim = await signedIn();
    const found = form((await victim.go(url(await register()))).html, 'consent');
    const nobody = await new Visitor(server).go(found.action, { ...found.fields, decision: 'allow' });
    assert.equal(nobody.status, 403);
  });
  test('consent is asked for again: a public client each time, more scopes', async () => {
    const visitor = await signedIn();
    for (let i = 0; i < 2; i++) await allow(visitor, url(open, { ...pkce(), verifier: undefined }));
    assert.equal((await visitor.go(url(open, { ...pkce(), verifier: undefined }))).status, 200, 'the page, not a code');
    const app = await register();
    await allow(visitor, url(app, { scope: 'cjp:user' }));
    assert.equal((await visitor.go(url(app, { scope: 'cjp:user' }))).status, 302);
    assert.equal((await visitor.go(url(app))).status, 200, 'asks for more than was allowed');
  });
  test('more scopes than the client is registered for', async () => {
    const page = await new Visitor(server).go(url(secret, { scope: 'cjp:config_write' }));
    assert.equal(new URL(page.location).searchParams.get('error'), 'invalid_scope');
  });
  test('session fixation: a cookie from before is not taken over, and the old session ends', async () => {
    const visitor = new Visitor(server);
    const planted = 'a'.repeat(64);
    visitor.cookies.set('cordboard-session', planted);
    await visitor.signIn();
    const first = visitor.cookies.get('cordboard-session');
    assert.notEqual(first, planted);
    const fresh = new Visitor(server), page = await fresh.go('/login');
    for (const [name, value] of fresh.cookies) visitor.cookies.set(name, value);
    await visitor.signIn(undefined, undefined, page);
    assert.notEqual(visitor.cookies.get('cordboard-session'), first);
    const old = new Visitor(server);
    old.cookies.set('cordboard-session', first);
    assert.equal((await old.go('/account')).location, '/login');
  });
  test('clickjacking, script, referrers: the headers of every page and redirect', async () => {
    const visitor = await signedIn();
    const pages = ['/', '/account', '/account/applications', '/device', url(await register()), url(secret, { redirect_uri: 'https://evil.example' }), url(secret, { response_type: 'token' })];
    for (const path of [...pages, '/login']) {
      const { headers } = await (path === '/login' ? new Visitor(server) : visitor).go(path);
      assert.match(headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/, path);
      assert.doesNotMatch(headers.get('content-security-policy'), /unsafe|script-src/, path);
      assert.equal(headers.get('x-frame-options'), 'DENY', path);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
      assert.equal(headers.get('cache-control'), 'no-store', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    }
  });
  test('credentials are in no referrer: no page with a code or token has a link that leads away', async () => {
    const visitor = await signedIn();
    const page = await visitor.send(await visitor.go('/account'), '/account/token');
    assert.doesNotMatch(page.html, /(href|src)="(https?:)?\/\//);
  });
  test('what came in is shown as text', async () => {
    const visitor = await signedIn();
    const page = await visitor.go('/device?user_code=%22%3E%3Cscript%3E');
    assert.doesNotMatch(page.html, /<script/);
    const app = await register({ name: '"><script>alert(1)</script>' });
    assert.doesNotMatch((await visitor.go(url(app))).html, /<script/);
    assert.doesNotMatch((await new Visitor(server).go(url(secret, { state: '"><script>' }))).html, /<script/);
  });
  test('an unknown account looks like a wrong password', async () => {
    const ask = async (email) => {
      const answer = await new Visitor(server).signIn(email, 'wrong password');
      return [answer.status, answer.html.replaceAll(/value="[0-9a-f]{64}"/g, '')];
    };
    assert.deepEqual(await ask('agent02@demo.example'), await ask('nobody@demo.example'));
  });
  test("another organisation's or role's clients: an agent sees no integration", async () => {
    const agent = await signedIn('agent01@demo.example');
    assert.equal((await agent.go(`/account/applications/${secret.clientId}`)).status, 404);
    const page = await agent.go('/account/applications');
    const { form_token } = form(page.html, '/account/applications').fields;
    assert.equal((await agent.go('/account/applications', { form_token, kind: 'integration', name: 'x', redirects: REDIRECT, 'scope:cjp:user': 'on' })).status, 403);
  });
});

describe('devices', () => {
  const begin = async (app = secret) => (await post('/v1/device/authorize', { ...proof(app), scope: 'cjp:user' })).body;
  const poll = (app, device_code) => post('/v1/device/token', { ...proof(app), grant_type: DEVICE, device_code });
  const enter = async (visitor, user_code) => visitor.send(await visitor.go('/device'), '/device', { user_code });
  test('a client that is not registered for it', async () => {
    const app = await register({ deviceGrant: false });
    refused(await post('/v1/device/authorize', proof(app)), 'unauthorized_client');
  });
  test('polling faster than allowed is slowed down more and more', async () => {
    const { device_code } = await begin();
    refused(await poll(secret, device_code), 'authorization_pending');
    refused(await poll(secret, device_code), 'slow_down');
    await advance(9_000);
    refused(await poll(secret, device_code), 'slow_down');
    await advance(15_000);
    refused(await poll(secret, device_code), 'authorization_pending');
  });
  test('the device code of another client, a guessed one, one used twice', async () => {
    const visitor = new Visitor(server);
    await visitor.signIn();
    const { device_code, user_code } = await begin();
    await visitor.send(await enter(visitor, user_code), '/device/decision', { decision: 'allow' });
    refused(await poll(other, device_code), 'invalid_grant');
    refused(await poll(open, device_code), 'invalid_grant');
    refused(await poll(secret, device_code.replace(/^./, (c) => (c === '0' ? '1' : '0'))), 'invalid_grant');
    refused(await post('/v1/device/token', { client_id: secret.clientId, grant_type: DEVICE, device_code }), 'invalid_client', 401);
    assert.equal((await poll(secret, device_code)).status, 200);
    refused(await poll(secret, device_code), 'invalid_grant');
    assert.equal((await enter(visitor, user_code)).status, 404, 'the user code is used up too');
  });
  test('the decision: bound to the code that was shown and to the session', async () => {
    const victim = new Visitor(server), attacker = new Visitor(server);
    await victim.signIn();
    await attacker.signIn('agent01@demo.example');
    const own = await begin(), evil = await begin();
    const shown = form((await enter(victim, own.user_code)).html, '/device/decision');
    assert.equal((await victim.go(shown.action, { ...shown.fields, user_code: evil.user_code, decision: 'allow' })).status, 403, 'another code');
    const foreign = form((await enter(attacker, evil.user_code)).html, '/device/decision');
    assert.equal((await victim.go(foreign.action, { ...foreign.fields, decision: 'allow' })).status, 403, 'a form of another session');
    assert.equal((await new Visitor(server).go(shown.action, { ...shown.fields, decision: 'allow' })).status, 403, 'nobody signed in');
    refused(await poll(secret, evil.device_code), 'authorization_pending');
  });
  test('the link of an attacker decides nothing by itself, and the page warns', async () => {
    const victim = new Visitor(server);
    await victim.signIn();
    const evil = await begin();
    await victim.go(evil.verification_uri_complete);
    const page = await enter(victim, evil.user_code);
    assert.match(page.html, /Go on only if the device is in front of you/);
    assert.ok(page.html.includes('Victim') && page.html.includes('cjp:user'));
    refused(await poll(secret, evil.device_code), 'authorization_pending');
  });
  test('brute force of user codes has to wait, each time longer', async () => {
    await advance(3_600_000);
    admin = await server.api('admin@demo.example');
    const attacker = new Visitor(server);
    await attacker.signIn('agent04@demo.example');
    const waits = [];
    for (let i = 0; i < 20 && waits.length < 3; i++) {
      const answer = await enter(attacker, 'BBBB-BBB' + 'BCDFGHJKLMNPQRSTVWXZ'[i]);
      if (answer.status === 429) {
        waits.push(Number(answer.headers.get('retry-after')));
        await advance(waits.at(-1) * 1000);
      } else assert.equal(answer.status, 404);
    }
    assert.equal(waits.length, 3);
    assert.ok(waits[0] >= 1 && waits[2] > waits[0], String(waits));
    await advance(3_600_000);
    admin = await server.api('admin@demo.example');
  });
});

test('no code, token, secret or password is in the log', async () => {
  const t = await tokens(await register());
  const log = await server.log();
  for (const word of [t.access_token, t.refresh_token, secret.clientSecret, PASSWORD + '"', 'code=']) assert.ok(!log.includes(word), word.slice(0, 12));
  assert.ok(!/[0-9a-f]{64}/.test(log), 'nothing that looks like a secret');
});
