// Signing in by the pages, an integration with PKCE and its tokens, and what the server says of itself.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

import { form, Visitor } from '../../lib/visitor.mjs';

const REDIRECT = 'http://127.0.0.1:9/callback';

async function signIn(visitor, page) {
  const { action, fields } = form(page.html);
  const refused = await visitor.go(action, { ...fields, email: 'admin@demo.example', password: 'not the password' });
  const again = form(refused.html || (await visitor.follow(refused)).html);
  return visitor.go(again.action, { ...again.fields, email: 'admin@demo.example', password: 'cordboard-demo' });
}

async function authorize({ server, admin }) {
  const made = await admin.post('/v1/applications', { name: 'Walk', redirectUris: [REDIRECT], scope: 'cjp:config_read cjp:user', confidential: true });
  assert.equal(made.status, 201, made.text);
  const { clientId, clientSecret } = made.body;
  assert.ok((await admin.get('/v1/applications')).body.items.some((x) => x.clientId === clientId));
  assert.equal((await admin.put(`/v1/applications/${clientId}/rate-limit`, { requestsPerMinute: 6000 })).status, 204);
  const verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = { response_type: 'code', client_id: clientId, redirect_uri: REDIRECT, scope: 'cjp:config_read', state: 'x', code_challenge, code_challenge_method: 'S256' };
  const visitor = new Visitor(server);
  const back = (location) => location?.startsWith(REDIRECT);
  let page = await visitor.follow(await visitor.go(`/v1/authorize?${new URLSearchParams(query)}`));
  page = await visitor.follow(await signIn(visitor, page), back);
  const consent = form(page.html);
  page = await visitor.follow(await visitor.go(consent.action, { ...consent.fields, decision: 'allow' }), back);
  const code = new URL(page.location).searchParams.get('code');
  // Signed in and allowed: the next time leads straight back.
  assert.equal((await visitor.go(`/v1/authorize?${new URLSearchParams(query)}`)).status, 302);
  return { clientId, clientSecret, code, verifier };
}

export async function identity(context) {
  const { server, admin } = context;
  const { clientId, clientSecret, code, verifier } = await authorize(context);
  const client = { client_id: clientId, client_secret: clientSecret };
  const token = async (status, fields) => {
    const answer = await fetch(server.url + '/v1/access_token', { method: 'POST', body: new URLSearchParams({ ...client, ...fields }) });
    assert.equal(answer.status, status);
    return answer.json();
  };
  const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: verifier };
  const first = await token(200, grant);
  await token(401, { ...grant, client_secret: 'wrong' });
  const second = await token(200, { grant_type: 'refresh_token', refresh_token: first.refresh_token });
  const about = await fetch(server.url + '/v1/introspect', { method: 'POST', body: new URLSearchParams({ ...client, token: second.access_token }) });
  assert.equal((await about.json()).active, true);
  assert.equal((await fetch(server.url + '/v1/introspect', { method: 'POST', body: new URLSearchParams({ token: 'x' }) })).status, 401);
  const revoked = await fetch(server.url + '/v1/revoke', { method: 'POST', body: new URLSearchParams({ ...client, token: second.access_token }) });
  assert.equal(revoked.status, 200);
  await token(400, grant);
  assert.equal((await admin.get('/v1/people/me')).body.orgId, server.orgId);
  await pages(server);
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) assert.equal((await fetch(server.url + path)).status, 200, path);
}

async function pages(server) {
  const visitor = new Visitor(server);
  for (const path of ['/', '/login.css']) assert.equal((await visitor.go(path)).status, 200, path);
  let page = await visitor.follow(await signIn(visitor, await visitor.go('/login')));
  page = await visitor.go('/account');
  assert.equal(page.status, 200);
  const token = form(page.html, '/account/token');
  page = await visitor.go(token.action, token.fields);
  assert.equal(page.status, 200);
  const out = form((await visitor.go('/account')).html, '/account/sign-out');
  assert.equal((await visitor.go(out.action, out.fields)).status, 303);
  await visitor.follow(await visitor.signIn('agent03@demo.example'));
  page = await visitor.send(await visitor.go('/account/password'), '/account/password', { current: 'cordboard-demo', password: 'walked all the way' });
  assert.equal(page.status, 303);
  const owner = await server.api('agent03@demo.example');
  assert.equal((await owner.put('/v1/people/me/password', { currentPassword: 'walked all the way', password: 'walked all the way back' })).status, 204);
  await visitor.follow(await visitor.signIn('agent03@demo.example', 'walked all the way back'));
  assert.equal((await visitor.send(await visitor.go('/account'), '/account/sign-out-everywhere')).status, 303);
}
