// npm openid-client and oauth4webapi, unmodified, against the running server: discovery, code with PKCE, refresh, introspection,
// revocation and the device grant. Plain http is allowed by the libraries' own option, because the server is on this machine.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';

import { Api, Server } from '../lib/server.mjs';
import { allow, Visitor } from '../lib/visitor.mjs';

const REDIRECT = 'https://app.example/cb';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const insecure = { execute: [client.allowInsecureRequests] };
const plainHttp = { [oauth.allowInsecureRequests]: true };
let server, admin;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
});
after(() => server?.stop());

async function register(more = {}) {
  const made = await admin.post('/v1/applications', { name: 'Library', redirectUris: [REDIRECT], scope: 'cjp:config_read cjp:user', deviceGrant: true, ...more });
  assert.equal(made.status, 201, made.text);
  return made.body;
}
const advance = (ms) => admin.post('/sandbox/v1/clock', { advanceMs: ms });
const works = async (token) => (await new Api(server, token).get(admin.org('/v2/site'))).status === 200;

async function decide(url, decision) {
  const visitor = new Visitor(server);
  let page = await visitor.follow(await visitor.signIn(undefined, undefined, await visitor.go(url)));
  page = await visitor.send(page, '/device');
  return visitor.send(page, '/device/decision', { decision });
}

describe('openid-client', () => {
  for (const [name, auth, confidential] of [
    ['secret in the body', client.ClientSecretPost, true],
    ['secret by Basic', client.ClientSecretBasic, true],
    ['a public client', client.None, false],
  ])
    test(`${name}: discovery, code with PKCE, refresh, introspection, revocation`, async () => {
      const app = await register({ confidential });
      const config = await client.discovery(new URL(server.url), app.clientId, app.clientSecret, auth(app.clientSecret), { ...insecure, algorithm: confidential ? 'oauth2' : 'oidc' });
      const pkceCodeVerifier = client.randomPKCECodeVerifier(), expectedState = client.randomState();
      const url = client.buildAuthorizationUrl(config, { redirect_uri: REDIRECT, scope: 'cjp:config_read', state: expectedState, code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256' });
      const back = new URL(await allow(new Visitor(server), url.href));
      const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState });
      assert.equal(tokens.scope, 'cjp:config_read');
      assert.equal(tokens.expires_in, 43200);
      const site = await client.fetchProtectedResource(config, tokens.access_token, new URL(admin.org('/v2/site'), server.url), 'GET');
      assert.equal(site.status, 200);
      const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
      assert.equal(renewed.refresh_token === tokens.refresh_token, confidential, 'only a confidential client keeps it');
      if (confidential) {
        const about = await client.tokenIntrospection(config, renewed.access_token);
        assert.deepEqual([about.active, about.client_id, about.username, about.scope, about.iss], [true, app.clientId, 'admin@demo.example', 'cjp:config_read', server.url]);
      } else await assert.rejects(client.tokenIntrospection(config, renewed.access_token), (e) => e.cause?.error === 'invalid_client' || e.error === 'invalid_client' || e.status === 401);
      await client.tokenRevocation(config, renewed.refresh_token);
      assert.equal(await works(renewed.access_token), false, 'the refresh token took all along');
      if (confidential) assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, false);
      await assert.rejects(client.refreshTokenGrant(config, renewed.refresh_token), { error: 'invalid_grant' });
    });

  test('the device grant', async () => {
    const app = await register();
    const config = await client.discovery(new URL(server.url), app.clientId, app.clientSecret, undefined, { ...insecure, algorithm: 'oauth2' });
    const begun = await client.initiateDeviceAuthorization(config, { scope: 'cjp:user' });
    assert.match(begun.user_code, /^[B-Z]{4}-[B-Z]{4}$/);
    assert.equal((await decide(begun.verification_uri_complete, 'allow')).status, 200);
    const tokens = await client.pollDeviceAuthorizationGrant(config, begun);
    assert.equal(tokens.scope, 'cjp:user');
    assert.ok((await client.refreshTokenGrant(config, tokens.refresh_token)).access_token);
  });

  test('client_credentials is not offered, and the library hears why', async () => {
    const app = await register();
    const config = await client.discovery(new URL(server.url), app.clientId, app.clientSecret, undefined, { ...insecure, algorithm: 'oauth2' });
    await assert.rejects(client.clientCredentialsGrant(config), { error: 'unsupported_grant_type' });
  });
});

describe('oauth4webapi', () => {
  const discover = async () => oauth.processDiscoveryResponse(new URL(server.url), await oauth.discoveryRequest(new URL(server.url), { algorithm: 'oauth2', ...plainHttp }));

  test('discovery names what is there and nothing else', async () => {
    const as = await discover();
    assert.deepEqual(as.grant_types_supported, ['authorization_code', 'refresh_token', DEVICE]);
    assert.deepEqual(as.code_challenge_methods_supported, ['S256']);
    assert.deepEqual(as.response_types_supported, ['code']);
    assert.equal(as.authorization_response_iss_parameter_supported, true);
    for (const name of ['authorization', 'token', 'revocation', 'introspection', 'device_authorization']) assert.ok(as[`${name}_endpoint`].startsWith(server.url), name);
    assert.deepEqual(await (await fetch(server.url + '/.well-known/openid-configuration')).json(), as);
    assert.equal(as.jwks_uri ?? as.id_token_signing_alg_values_supported ?? as.userinfo_endpoint, undefined);
  });

  test('code with PKCE, refresh, introspection, revocation', async () => {
    const app = await register(), as = await discover();
    const me = { client_id: app.clientId }, proof = oauth.ClientSecretBasic(app.clientSecret);
    const verifier = oauth.generateRandomCodeVerifier(), state = oauth.generateRandomState();
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({ response_type: 'code', client_id: app.clientId, redirect_uri: REDIRECT, scope: 'cjp:config_read', state, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
    const params = oauth.validateAuthResponse(as, me, new URL(await allow(new Visitor(server), url.href)), state);
    const tokens = await oauth.processAuthorizationCodeResponse(as, me, await oauth.authorizationCodeGrantRequest(as, me, proof, params, REDIRECT, verifier, plainHttp));
    assert.equal(await works(tokens.access_token), true);
    const renewed = await oauth.processRefreshTokenResponse(as, me, await oauth.refreshTokenGrantRequest(as, me, proof, tokens.refresh_token, plainHttp));
    const introspect = async (token) => oauth.processIntrospectionResponse(as, me, await oauth.introspectionRequest(as, me, proof, token, plainHttp));
    assert.equal((await introspect(renewed.access_token)).active, true);
    await advance(43_200_000);
    admin = await server.api('admin@demo.example');
    assert.equal((await introspect(renewed.access_token)).active, false, 'expired');
    assert.equal((await introspect(renewed.refresh_token)).active, true);
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, me, proof, renewed.refresh_token, plainHttp));
    assert.equal((await introspect(renewed.refresh_token)).active, false);
  });

  test('the device grant: pending, slow down, denied, expired', async () => {
    const app = await register(), as = await discover();
    const me = { client_id: app.clientId }, proof = oauth.ClientSecretPost(app.clientSecret);
    const begin = async () => oauth.processDeviceAuthorizationResponse(as, me, await oauth.deviceAuthorizationRequest(as, me, proof, { scope: 'cjp:user' }, plainHttp));
    const poll = async (begun) => oauth.processDeviceCodeResponse(as, me, await oauth.deviceCodeGrantRequest(as, me, proof, begun.device_code, plainHttp));
    let begun = await begin();
    await assert.rejects(poll(begun), { error: 'authorization_pending' });
    await assert.rejects(poll(begun), { error: 'slow_down' });
    await advance(10_000);
    await assert.rejects(poll(begun), { error: 'authorization_pending' });
    await decide(begun.verification_uri_complete, 'deny');
    await assert.rejects(poll(begun), { error: 'access_denied' });
    begun = await begin();
    await advance(begun.expires_in * 1000);
    await assert.rejects(poll(begun), { error: 'expired_token' });
  });
});

describe('service apps', () => {
  test('requested by a developer, authorized by an administrator, tokens without a person, withdrawn', async () => {
    const developer = await server.api('agent01@demo.example');
    const { clientId, clientSecret } = (await developer.post('/v1/service-apps', { name: 'Nightly', scope: 'cjp:config_read' })).body;
    const ask = () => new Api(server).post(`/v1/applications/${clientId}/token`, { clientId, clientSecret, targetOrgId: server.orgId });
    assert.equal((await ask()).body.error, 'access_denied');
    assert.equal((await developer.put(`/v1/service-apps/${clientId}/authorization`, {})).status, 403, 'not by the developer');
    assert.equal((await admin.put(`/v1/service-apps/${clientId}/authorization`, {})).body.state, 'authorized');
    const { access_token, refresh_token } = (await ask()).body;
    const machine = new Api(server, access_token);
    assert.equal((await machine.get(machine.org('/v2/site'))).status, 200);
    assert.equal((await machine.post(machine.org('/site'), { name: 'x' })).status, 403, 'only what was authorized');
    const { body } = await machine.get('/v1/people/me');
    assert.deepEqual([body.type, body.id, body.displayName, body.emails], ['appuser', clientId, 'Nightly', []]);
    const config = await client.discovery(new URL(server.url), clientId, clientSecret, undefined, { ...insecure, algorithm: 'oauth2' });
    const renewed = await client.refreshTokenGrant(config, refresh_token);
    assert.equal(renewed.refresh_token, refresh_token);
    assert.equal((await client.tokenIntrospection(config, renewed.access_token)).sub, clientId);
    assert.equal((await admin.delete(`/v1/service-apps/${clientId}/authorization`)).body.state, 'requested');
    assert.equal(await works(renewed.access_token), false);
    await assert.rejects(client.refreshTokenGrant(config, refresh_token), { error: 'invalid_grant' });
    assert.equal((await ask()).body.error, 'access_denied');
  });

  test('by page: an agent requests, an administrator authorizes, the refresh token is shown once', async () => {
    const agent = new Visitor(server), boss = new Visitor(server);
    await agent.signIn('agent01@demo.example');
    await boss.signIn();
    let page = await agent.go('/account/applications');
    assert.doesNotMatch(page.html, /new-integration/, 'integrations are for administrators');
    page = await agent.send(page, '/account/applications', { name: 'By page', 'scope:cjp:config_read': 'on' });
    assert.match(page.html, /id="secret"[^>]*>[0-9a-f]{64}</);
    const path = page.html.match(/action="(\/account\/applications\/C[0-9a-f]+)"/)[1];
    assert.doesNotMatch((await agent.go(path)).html, /id="secret"/, 'shown once');
    assert.equal((await agent.send(await agent.go(path), path, { action: 'authorize' })).status, 403);
    assert.match((await boss.go(path)).html, /id="owner">agent01@demo.example</, 'whom to ask');
    assert.match((await boss.send(await boss.go(path), path, { action: 'authorize' })).html, /id="state">authorized/);
    page = await agent.send(await agent.go(path), path, { action: 'token' });
    assert.match(page.html, /id="secret"[^>]*>[0-9a-f]{64}_/);
    const other = new Visitor(server);
    await other.signIn('agent02@demo.example');
    assert.equal((await other.go(path)).status, 404, "another agent's");
    assert.match((await boss.send(await boss.go(path), path, { action: 'withdraw' })).html, /id="state">requested/);
  });

  test('a service app or a narrow token cannot give away what it does not have', async () => {
    const narrow = await server.api('admin@demo.example', '--scope', 'cjp:config_write');
    const wide = (await narrow.post('/v1/service-apps', { name: 'Wide', scope: 'cjp:config cordboard:sandbox' })).body;
    assert.equal((await narrow.put(`/v1/service-apps/${wide.clientId}/authorization`, {})).status, 403);
    await admin.put(`/v1/service-apps/${wide.clientId}/authorization`, { scope: 'cjp:config' });
    assert.equal((await narrow.post(`/v1/service-apps/${wide.clientId}/secret`)).status, 403, 'its secret is worth more');
    const proof = { clientId: wide.clientId, clientSecret: wide.clientSecret, targetOrgId: server.orgId };
    const machine = new Api(server, (await new Api(server).post(`/v1/applications/${wide.clientId}/token`, proof)).body.access_token);
    assert.equal((await machine.post('/v1/service-apps', { name: 'Child', scope: 'cjp:user' })).status, 403);
    assert.equal((await machine.put(`/v1/service-apps/${wide.clientId}/authorization`, {})).status, 403);
  });

  test('a service app or a narrow token cannot make itself a person or another integration', async () => {
    const all = (await admin.get('/.well-known/oauth-authorization-server')).body.scopes_supported.join(' ');
    const app = (await admin.post('/v1/service-apps', { name: 'All', scope: all })).body;
    assert.equal((await admin.put(`/v1/service-apps/${app.clientId}/authorization`, {})).status, 200);
    const proof = { clientId: app.clientId, clientSecret: app.clientSecret, targetOrgId: server.orgId };
    const machine = new Api(server, (await new Api(server).post(`/v1/applications/${app.clientId}/token`, proof)).body.access_token);
    const narrow = await server.api('admin@demo.example', '--scope', 'cjp:config cjp:user');
    const { id } = (await admin.get(admin.org('/v2/user?filter=email=="agent09@demo.example"'))).body.data[0];
    const password = { password: 'correct horse battery', temporary: false };
    for (const token of [machine, narrow]) assert.equal((await token.put(admin.org(`/user/${id}/password`), password)).status, 403);
    assert.equal((await admin.put(admin.org(`/user/${id}/password`), password)).status, 204);

    const other = await register({ scope: 'cjp:config cordboard:sandbox' });
    const path = `/v1/applications/${other.clientId}`, turned = { name: 'Turned', redirectUris: ['https://thief.example/cb'], scope: 'cjp:config' };
    assert.equal((await narrow.put(path, turned)).status, 403);
    assert.equal((await narrow.post(path + '/secret')).status, 403);
    assert.equal((await admin.get(path)).body.name, other.name);
    assert.equal((await admin.put(path, turned)).status, 200);
    assert.equal((await narrow.put(path, { ...turned, name: 'Within what the token has' })).status, 200);
  });
});

describe('an administrator whom a user profile narrows', () => {
  test('makes no password, service app or integration that reaches further', async () => {
    const profile = await admin.post(admin.org('/v3/user-profile'), { name: 'Sites only', profileType: 'ADMINISTRATOR_ONLY', active: true, permissionAccessLevel: 'SPECIFIC', resourceAccessLevel: 'ALL', permissions: [{ name: 'site', access: 'EDIT' }] });
    assert.equal(profile.status, 201, profile.text);
    const sue = await admin.post(admin.org('/user'), { firstName: 'Sue', lastName: 'Sites', email: 'sites@demo.example', userProfileId: profile.body.id, contactCenterEnabled: false, active: true });
    const [password, other] = ['correct horse battery', await register()];
    assert.equal((await admin.put(admin.org(`/user/${sue.body.id}/password`), { password, temporary: false })).status, 204);
    const narrowed = await server.api('sites@demo.example');
    const boss = (await admin.get('/v1/people/me')).body.id;
    const app = (await narrowed.post('/v1/service-apps', { name: 'Own', scope: 'cjp:config' })).body;
    const integration = { name: 'Turned', redirectUris: ['https://thief.example/cb'], scope: 'cjp:config' };
    const refused = async (status, said) => assert.equal((await said).status, status, (await said).text);
    await refused(403, narrowed.put(admin.org(`/user/${boss}/password`), { password: 'taken over by Sue', temporary: false }));
    await refused(403, narrowed.post(admin.org(`/user/${boss}/sign-out`)));
    await refused(403, narrowed.put(`/v1/service-apps/${app.clientId}/authorization`, {}));
    await refused(403, narrowed.post('/v1/applications', integration));
    await refused(404, narrowed.put(`/v1/applications/${other.clientId}`, integration));
    await refused(404, narrowed.post(`/v1/applications/${other.clientId}/secret`));
    await refused(404, narrowed.delete(`/v1/applications/${other.clientId}`));
    await refused(403, narrowed.put(`/v1/applications/${other.clientId}/rate-limit`, { requestsPerMinute: 1 }));
    await refused(200, narrowed.get(`/v1/service-apps/${app.clientId}`));

    const visitor = new Visitor(server);
    await visitor.signIn('sites@demo.example', password);
    const page = await visitor.go(`/account/applications/${app.clientId}`);
    assert.ok(page.html.includes('Own') && !page.html.includes('value="authorize"'));
    assert.equal((await visitor.send(page, `/account/applications/${app.clientId}`, { action: 'authorize' })).status, 403);
    assert.equal((await visitor.go(`/account/applications/${other.clientId}`)).status, 404);
    assert.equal((await visitor.send(await visitor.go('/account/applications'), '/account/applications', { kind: 'integration', name: 'x', redirects: 'https://thief.example/cb', 'scope:cjp:config': 'on' })).status, 403);

    await admin.put(admin.org(`/v3/user-profile/${profile.body.id}`), { ...profile.body, permissionAccessLevel: 'ALL' });
    assert.equal((await narrowed.put(`/v1/service-apps/${app.clientId}/authorization`, {})).status, 200, 'a profile that is widened counts at once');
  });
});

describe('applications', () => {
  test('a secret is rotated with an overlap, and at once', async () => {
    const app = await register();
    const proves = async (secret) => (await fetch(server.url + '/v1/introspect', { method: 'POST', body: new URLSearchParams({ client_id: app.clientId, client_secret: secret, token: 'x' }) })).status === 200;
    const rotate = async (body) => (await admin.post(`/v1/applications/${app.clientId}/secret`, body)).body.clientSecret;
    const second = await rotate({ overlapSeconds: 60 });
    assert.deepEqual([await proves(app.clientSecret), await proves(second)], [true, true]);
    await advance(60_000);
    assert.deepEqual([await proves(app.clientSecret), await proves(second)], [false, true]);
    const third = await rotate();
    assert.deepEqual([await proves(second), await proves(third)], [false, true]);
    assert.equal((await admin.post(`/v1/applications/${app.clientId}/secret`, { overlapSeconds: 604_801 })).status, 400);
  });

  test('by page: registered, changed, a new secret, deleted', async () => {
    const boss = new Visitor(server);
    await boss.signIn();
    let page = await boss.send(await boss.go('/account/applications'), '/account/applications', { name: '<i>Wall</i>', redirects: 'https://a.example/cb\r\nhttps://b.example/cb\r\n', 'scope:cjp:user': 'on' });
    const secret = page.html.match(/id="secret"[^>]*>([0-9a-f]{64})</)[1];
    assert.doesNotMatch(page.html, /<i>Wall/);
    const id = page.html.match(/id="client-id">(C[0-9a-f]+)</)[1], path = `/account/applications/${id}`;
    assert.deepEqual((await admin.get(`/v1/applications/${id}`)).body.redirectUris, ['https://a.example/cb', 'https://b.example/cb']);
    page = await boss.send(page, path, { action: 'change', name: 'Wall', redirects: 'https://a.example/cb', 'scope:cjp:config_read': 'on' });
    assert.equal(page.status, 200);
    assert.equal((await admin.get(`/v1/applications/${id}`)).body.scope, 'cjp:config_read');
    page = await boss.send(page, path, { action: 'rotate' });
    assert.notEqual(page.html.match(/id="secret"[^>]*>([0-9a-f]{64})</)[1], secret);
    assert.equal((await boss.send(page, path, { action: 'change', name: '', 'scope:cjp:user': 'on' })).status, 400);
    assert.equal((await boss.send(page, path, { action: 'delete' })).status, 303);
    assert.equal((await boss.go(path)).status, 404);
  });

  test('what was allowed is shown, and withdrawn: by consent and by device', async () => {
    const visitor = new Visitor(server), web = await register({ name: 'Web' }), phone = await register({ name: 'Phone' });
    const config = await client.discovery(new URL(server.url), web.clientId, web.clientSecret, undefined, { ...insecure, algorithm: 'oauth2' });
    const url = client.buildAuthorizationUrl(config, { redirect_uri: REDIRECT, scope: 'cjp:user' });
    const tokens = await client.authorizationCodeGrant(config, new URL(await allow(visitor, url.href)));
    const device = await client.discovery(new URL(server.url), phone.clientId, phone.clientSecret, undefined, { ...insecure, algorithm: 'oauth2' });
    const begun = await client.initiateDeviceAuthorization(device, { scope: 'cjp:user' });
    await decide(begun.verification_uri_complete, 'allow');
    const given = await client.pollDeviceAuthorizationGrant(device, { ...begun, interval: 0.01 });
    const page = await visitor.go('/account/consents');
    assert.match(page.html, /<strong>Web<\/strong>[^<]*<code>cjp:user<\/code>/);
    assert.match(page.html, /<strong>Phone<\/strong>/);
    for (const [app, access] of [[web, tokens.access_token], [phone, given.access_token]]) {
      assert.equal((await visitor.send(page, '/account/consents', { client: app.clientId })).status, 303);
      assert.equal(await works(access), false);
    }
    const told = (await admin.get(admin.org('/security-event?type=token-revoked'))).body.data;
    assert.deepEqual(told.slice(0, 2).map((e) => [e.detail, e.client]), [['consent withdrawn', phone.clientId], ['consent withdrawn', web.clientId]]);
    assert.equal((await visitor.go(url.href)).status, 200, 'asked again');
    assert.doesNotMatch((await visitor.go('/account/consents')).html, /<strong>(Web|Phone)/);
  });

  test('signing out everywhere, by page and by an administrator', async () => {
    const visitor = new Visitor(server), elsewhere = new Visitor(server);
    await visitor.signIn('agent03@demo.example');
    await elsewhere.signIn('agent03@demo.example');
    const api = await server.api('agent03@demo.example');
    await visitor.send(await visitor.go('/account'), '/account/sign-out-everywhere');
    assert.equal((await elsewhere.go('/account')).location, '/login');
    assert.equal((await api.get('/v1/people/me')).status, 401);
    const again = await server.api('agent03@demo.example');
    const { id } = (await again.get('/v1/people/me')).body;
    assert.equal((await admin.post(admin.org(`/user/${id}/sign-out`))).status, 204);
    assert.equal((await again.get('/v1/people/me')).status, 401);
    assert.equal((await again.post(admin.org(`/user/${id}/sign-out`))).status, 401);
  });
});

test('lifetimes are settings: parity, and a number of its own', async () => {
  const other = await Server.start({ clock: 'virtual', args: ['--lifetimes', 'parity', '--access-token-s', '60'] });
  try {
    const boss = await other.api('admin@demo.example');
    const app = (await boss.post('/v1/service-apps', { name: 'Lives', scope: 'cjp:config_read' })).body;
    await boss.put(`/v1/service-apps/${app.clientId}/authorization`, {});
    const made = await boss.post(`/v1/applications/${app.clientId}/token`, { clientId: app.clientId, clientSecret: app.clientSecret, targetOrgId: other.orgId });
    assert.deepEqual([made.body.expires_in, made.body.refresh_token_expires_in], [60, 7_776_000]);
    await other.kill('SIGTERM');
    other.args.push('--authorization-max-s', '3600', '--require-pkce');
    await other.launch();
    const again = await (await other.api('admin@demo.example')).post(`/v1/applications/${app.clientId}/token`, { clientId: app.clientId, clientSecret: app.clientSecret, targetOrgId: other.orgId });
    assert.equal(again.body.refresh_token_expires_in, 3600);
    const web = (await (await other.api('admin@demo.example')).post('/v1/applications', { name: 'Web', redirectUris: [REDIRECT], scope: 'cjp:user' })).body;
    const page = await new Visitor(other).go(`/v1/authorize?${new URLSearchParams({ response_type: 'code', client_id: web.clientId, redirect_uri: REDIRECT })}`);
    assert.equal(new URL(page.location).searchParams.get('error_description'), 'code_challenge is required');
  } finally {
    await other.stop();
  }
});
