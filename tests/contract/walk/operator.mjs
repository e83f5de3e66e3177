// The operator's API: an organisation from its making to its end.
import assert from 'node:assert/strict';

import { Api, within } from '../../lib/server.mjs';

const PATH = '/operator/v1/organizations';

export async function operator({ server }) {
  const api = new Api(server, await server.command('org', 'token', '--data', server.data));
  const done = async (status, method, path, body) => {
    const answer = await api.request(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  const request = { name: 'Walked', timezone: 'Europe/Berlin', admin: { email: 'walked@walked.example', password: 'by the long way' } };
  const made = await done(201, 'POST', PATH, request);
  assert.equal(made.password, undefined, 'a password that was given is not said again');
  assert.equal((await api.post(PATH, request)).status, 409);
  for (const wrong of [{}, { ...request, name: '' }, { ...request, admin: {} }, { ...request, admin: { email: 'new@walked.example', password: 'short' } }, { ...request, orgId: 'x' }])
    assert.equal((await api.post(PATH, wrong)).status, 400, JSON.stringify(wrong));
  const other = await done(201, 'POST', PATH, { name: 'Other', admin: { email: 'other@walked.example' } });
  assert.equal(other.password.length, 24);
  assert.ok((await done(200, 'GET', PATH)).items.some((o) => o.orgId === made.orgId && o.state === 'active'));
  const one = `${PATH}/${made.orgId}`;
  const admin = new Api(server, await server.token('walked@walked.example'));
  assert.equal((await done(200, 'POST', one + '/suspend')).state, 'suspended');
  assert.equal((await admin.get(`/organization/${made.orgId}`)).status, 403);
  assert.equal((await done(200, 'POST', one + '/resume')).state, 'active');
  assert.equal((await admin.get(`/organization/${made.orgId}`)).status, 200);
  assert.equal((await done(200, 'PUT', one + '/limits', { tasks: 5, agents: null })).limits.tasks, 5);
  for (const wrong of [{ tasks: -1 }, { tasks: 'many' }, { nonsense: 1 }, { tasks: 1e9 }]) assert.equal((await api.put(one + '/limits', wrong)).status, 400, JSON.stringify(wrong));
  assert.equal((await done(200, 'GET', one)).limits.tasks, 5);
  assert.equal((await done(202, 'DELETE', one)).state, 'deleting');
  await within(10_000, () => api.get(one), (answer) => answer.status === 404);
  for (const [method, path, body] of [['POST', one + '/suspend'], ['POST', one + '/resume'], ['DELETE', one], ['PUT', one + '/limits', { tasks: 1 }], ['GET', PATH + '/nonsense'], ['DELETE', PATH + '/nonsense']])
    await done(404, method, path, body);
  await done(202, 'DELETE', `${PATH}/${other.orgId}`);
  for (const path of [`/organization/${server.orgId}`, '/v1/people/me', '/sandbox/v1/clock', '/v1/applications']) assert.equal((await api.get(path)).status, 403, path);
}
