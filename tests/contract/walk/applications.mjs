// Integrations, service apps and devices: by API and by page.
import assert from 'node:assert/strict';

import { Visitor } from '../../lib/visitor.mjs';

async function integrations({ admin }) {
  const body = { name: 'Walk', redirectUris: ['https://walk.example/cb'], scope: 'cjp:config_read cjp:user' };
  const made = await admin.post('/v1/applications', body);
  assert.equal(made.status, 201, made.text);
  const path = `/v1/applications/${made.body.clientId}`;
  assert.equal((await admin.get(path)).body.name, 'Walk');
  assert.equal((await admin.put(path, { ...body, name: 'Walked' })).body.name, 'Walked');
  assert.notEqual((await admin.post(path + '/secret', { overlapSeconds: 60 })).body.clientSecret, made.body.clientSecret);
  assert.equal((await admin.put(path + '/rate-limit', { requestsPerMinute: null })).status, 204);
  assert.equal((await admin.delete(path)).status, 204);
  assert.equal((await admin.get(path)).status, 404);
}

async function serviceApps({ server, admin }) {
  const made = await admin.post('/v1/service-apps', { name: 'Walk', scope: 'cjp:config_read' });
  assert.equal(made.status, 201, made.text);
  const { clientId } = made.body, path = `/v1/service-apps/${clientId}`;
  const { clientSecret } = (await admin.post(path + '/secret')).body;
  const proof = { clientId, clientSecret, targetOrgId: server.orgId };
  assert.equal((await admin.post(`/v1/applications/${clientId}/token`, proof)).status, 400);
  assert.equal((await admin.put(path + '/authorization', {})).body.state, 'authorized');
  assert.equal((await admin.post(`/v1/applications/${clientId}/token`, proof)).status, 200);
  assert.equal((await admin.post(`/v1/applications/${clientId}/token`, { ...proof, clientSecret: 'wrong' })).status, 401);
  assert.ok((await admin.get('/v1/service-apps')).body.items.some((x) => x.clientId === clientId));
  assert.equal((await admin.get(path)).body.authorizedScope, 'cjp:config_read');
  assert.equal((await admin.delete(path + '/authorization')).body.state, 'requested');
  assert.equal((await admin.delete(path)).status, 204);
}

async function devices({ server, admin }) {
  const made = await admin.post('/v1/applications', { name: 'Walk', scope: 'cjp:config_read', deviceGrant: true });
  const client = { client_id: made.body.clientId, client_secret: made.body.clientSecret };
  const post = async (path, fields) => {
    const answer = await fetch(server.url + path, { method: 'POST', body: new URLSearchParams({ ...client, ...fields }) });
    return { status: answer.status, body: await answer.json() };
  };
  const begun = await post('/v1/device/authorize', {});
  assert.equal(begun.status, 200);
  const ask = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: begun.body.device_code };
  assert.equal((await post('/v1/device/token', ask)).body.error, 'authorization_pending');
  const visitor = new Visitor(server);
  let page = await visitor.follow(await visitor.signIn(undefined, undefined, await visitor.go(begun.body.verification_uri_complete)));
  assert.equal((await visitor.send(page, '/device', { user_code: 'BBBB-BBBB' })).status, 404);
  page = await visitor.send(page, '/device');
  assert.equal((await visitor.send(page, '/device/decision', { decision: 'allow' })).status, 200);
  assert.equal((await post('/v1/device/token', ask)).status, 200);
}

async function pages({ server }) {
  const visitor = new Visitor(server);
  let page = await visitor.follow(await visitor.signIn(undefined, undefined, await visitor.go('/account/applications')));
  page = await visitor.send(page, '/account/applications', { name: 'By page', redirects: 'https://walk.example/cb', 'scope:cjp:user': 'on' });
  assert.equal(page.status, 200);
  const path = page.html.match(/action="(\/account\/applications\/C[0-9a-f]+)"/)[1];
  page = await visitor.go(path);
  assert.equal((await visitor.send(page, path, { action: 'delete' })).status, 303);
  assert.equal((await visitor.send(await visitor.go('/account/consents'), '/account/consents')).status, 303);
}

async function signOut({ server, admin }) {
  const other = await server.api('agent02@demo.example');
  assert.equal((await other.post('/v1/people/me/sign-out')).status, 204);
  assert.equal((await other.get('/v1/people/me')).status, 401);
  const user = (await admin.get(admin.org('/v2/user?filter=email=="agent02@demo.example"'))).body.data[0];
  assert.equal((await admin.post(admin.org(`/user/${user.id}/sign-out`))).status, 204);
}

export async function applications(context) {
  for (const part of [integrations, serviceApps, devices, pages, signOut]) await part(context);
}
