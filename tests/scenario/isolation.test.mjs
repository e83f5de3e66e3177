// Two organisations of one server. Whatever id of the other one is used, wherever: the answer is the same as for an id that exists nowhere, to the
// letter, and no answer ever holds anything of the other. (One thing is the whole server's: an email signs in, so it is there once.)
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Agent } from '../lib/agent.mjs';
import { Catalogue, NOBODY, resources } from '../lib/catalogue.mjs';
import { Many } from '../lib/many.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { access, Requests } from '../lib/requests.mjs';
import { Server, within } from '../lib/server.mjs';
import { apiIn, call, furnish } from '../lib/tenant.mjs';

let server, many, ours, theirs, mine, hidden, agent;
let compared = 0;
before(async () => {
  server = await Server.start({ args: ['--private-webhooks', 'yes'] });
  many = new Many(server.url);
  ours = await furnish(server, 'ours');
  theirs = await furnish(server, 'hidden');
  agent = await apiIn(server, ours.orgId, 'agent@ours.example');
  mine = new Requests(ours.admin, new Catalogue(ours.admin), ours.orgId);
  hidden = new Requests(theirs.admin, new Catalogue(theirs.admin), theirs.orgId);
  await mine.fill();
  await hidden.fill();
  hidden.ids.task = await call(theirs, 'hidden-customer');
  hidden.ids.queue = theirs.queue;
});
after(async () => {
  many?.close();
  await server?.stop();
});

// Their words must not come up; ids that we sent ourselves are taken out before.
const MARKS = /hidden/i;
const nobody = (id) => (id.startsWith('C') ? 'C' + randomUUID().replaceAll('-', '') : randomUUID());
const plain = (text, ids) =>
  ids.reduce((t, id) => t.replaceAll(id, 'ID'), text).replace(/"(trackingId|timestamp|instance)":"?[^",}]*"?/g, '').replace(/_?[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => (id.includes(theirs.orgId) ? id : 'UUID'));

// The same request with their id and with nobody's, by one of us.
async function compare(what, token, request) {
  const invented = new Map();
  const asked = [];
  const one = async (swap) => {
    const { method, path, body } = request((id) => {
      asked.push(id);
      if (!swap) return id;
      if (!invented.has(id)) invented.set(id, nobody(id));
      return invented.get(id);
    });
    return many.ask(method, path, token, body);
  };
  const [theirId, noId] = [await one(false), await one(true)];
  const ids = [...asked, ...invented.values()];
  compared++;
  assert.equal(theirId.status, noId.status, `${what}: ${theirId.text} / ${noId.text}`);
  assert.equal(plain(theirId.text, ids), plain(noId.text, ids), what);
  assert.ok(!MARKS.test(theirId.text) && !theirId.text.includes(theirs.orgId), `${what} tells: ${theirId.text}`);
  return theirId;
}

test('ids in paths, with every operation', async (t) => {
  const fitting = access.operations.filter((op) => op.auth === 'token' && /\{(?!org[iI]d)/.test(op.path) && !op.path.includes('{dialNumber}') && !op.path.startsWith('/operator'));
  for (const op of fitting) {
    const body = await hidden.body(op);
    // An entity's own id stands in its body too.
    const request = (id) => ({
      method: op.method, path: hidden.path(op, id, ours.orgId),
      body: body && JSON.parse(JSON.stringify(body), (name, value) => (name === 'id' && Object.values(hidden.ids).includes(value) ? id(value) : name === 'organizationId' ? ours.orgId : value)),
    });
    for (const [who, api] of [['administrator', ours.admin], ['agent', agent]]) {
      const answer = await compare(`${op.method} ${op.path} by our ${who}`, api.token, request);
      if (who === 'administrator' && !op.path.includes('{profileType}')) assert.ok([200, 202, 400, 404, 207].includes(answer.status), `${op.id}: ${answer.status}`);
    }
  }
  // The test would notice: with our own ids the same requests get other answers than with nobody's.
  let different = 0;
  for (const op of fitting.filter((o) => o.method === 'GET')) {
    const [own, none] = [await many.ask('GET', mine.path(op), ours.admin.token), await many.ask('GET', mine.path(op, nobody), ours.admin.token)];
    different += own.status === 200 && none.status === 404;
  }
  assert.ok(different > 40, `${different}`);
  t.diagnostic(`${fitting.length} operations, ${compared} comparisons, ${different} own ids found`);
});

// Every id in a text that is one of theirs.
const theirIds = () => new Set(Object.values(hidden.ids).filter((id) => id !== NOBODY));

test('references in bodies: every field of every resource that points somewhere', async (t) => {
  const before = compared;
  const all = new Catalogue(ours.admin, { foreign: new Catalogue(theirs.admin) });
  for (const [resource, { cases, operations }] of Object.entries(resources)) {
    const row = operations.find((o) => o.op === 'create');
    if (!row) continue;
    for (const entry of cases.filter((c) => c.kind === 'tenant')) {
      const change = await all.resolve(entry.change);
      const base = await all.body(resource);
      const path = await all.path(resource, row);
      const ids = JSON.stringify(change).match(/[0-9a-f]{8}-[0-9a-f-]{27}/g);
      const answer = await compare(`${resource}.${entry.field}`, ours.admin.token, (id) => ({
        method: 'POST', path, body: all.sent(resource, row, { ...base, ...JSON.parse(ids.reduce((text, old) => text.replaceAll(old, id(old)), JSON.stringify(change))) }),
      }));
      assert.equal(answer.status, 400, `${resource}.${entry.field}: ${answer.text}`);
    }
  }
  t.diagnostic(`${compared - before} references`);
  assert.ok(compared - before > 30);
});

test('lists, filters, searches, exports and look-ups show nothing of theirs', async () => {
  const token = ours.admin.token;
  for (const op of access.operations.filter((o) => o.method === 'GET' && o.auth === 'token' && !o.path.startsWith('/operator') && !/\{(?!org[iI]d)/.test(o.path))) {
    const path = mine.path(op);
    for (const query of ['', '?search=hidden', ...[...theirIds()].slice(0, 6).map((id) => `?filter=id==%22${id}%22`), `?entityId=${theirs.queue}&entityType=contact-service-queue`, `?queueId=${theirs.queue}&userInQueue=assigned`]) {
      const { text } = await many.ask('GET', path + query, token);
      const said = query ? text.replaceAll(decodeURIComponent(query).replace(/^[^=]*=+/, ''), '') : text;
      assert.ok(!said.includes(theirs.orgId) && !/of hidden|@hidden|hidden-customer/.test(said), `${op.id}${query}: ${said.slice(0, 300)}`);
      if (!query) for (const id of theirIds()) assert.ok(!text.includes(id), `${op.id} shows ${id}`);
    }
  }
  for (const op of ['fetch-user-details-by-ids']) {
    await compare(op, token, (id) => ({ method: 'POST', path: `/organization/${ours.orgId}/user/${op}`, body: { userIds: [id(theirs.user)], ids: [id(theirs.user)] } }));
  }
});

test('contacts: what they do on ours is heard by nobody, and their history is not found', async () => {
  const desk = await Agent.open(agent);
  await desk.login('8001', ours.team);
  await desk.available();
  for (const verb of ['accept', 'reject', 'end', 'hold', 'unhold', 'wrapup']) {
    const body = { mediaResourceId: randomUUID(), auxCodeId: randomUUID(), wrapUpReason: 'x' };
    await compare(`tasks/${verb}`, agent.token, (id) => ({ method: 'POST', path: `/v1/tasks/${id(hidden.ids.task)}/${verb}`, body }));
  }
  assert.equal((await ours.admin.post(`/sandbox/v1/contacts/${hidden.ids.task}/hangup`)).status, 404);
  const entry = await compare('entry point of a contact', ours.admin.token, (id) => ({ method: 'POST', path: '/sandbox/v1/contacts', body: { channel: 'telephony', entryPointId: id(theirs.entryPoint), from: '+1' } }));
  assert.ok(entry.status >= 400, entry.text);
  const team = await compare('team of a login', agent.token, (id) => ({ method: 'POST', path: '/v1/agents/login', body: { dialNumber: '8002', teamId: id(theirs.team), roles: ['agent'], deviceType: 'EXTENSION', isExtension: true, deviceId: '8002' } }));
  assert.equal(team.status, 202);
  await compare('another agent', ours.admin.token, (id) => ({ method: 'PUT', path: '/v1/agents/logout', body: { logoutReason: 'x', agentId: id(theirs.user) } }));
  await compare('buddies', agent.token, (id) => ({ method: 'POST', path: '/v1/agents/buddyList', body: { agentProfileId: id(hidden.ids['agent-profile']), mediaType: 'telephony' } }));

  const other = await Agent.open(await apiIn(server, theirs.orgId, 'agent@hidden.example'));
  await other.login('8001', theirs.team); // the same number is another telephone there
  await other.available();
  await other.message('AgentOfferContact');
  await other.task(hidden.ids.task, 'accept', {}, 'AgentContactAssigned');
  const now = Date.now();
  const find = (api, filter = '') => api.search(`{ taskDetails(from: ${now - 86_400_000}, to: ${now + 86_400_000}${filter}) { tasks { id origin lastQueue { name } } } agentSession(from: ${now - 86_400_000}, to: ${now + 86_400_000}) { agentSessions { agentName } } }`);
  await within(2000, () => find(theirs.admin), (d) => d.taskDetails.tasks.length === 1 && d.agentSession.agentSessions.length === 1);
  for (const filter of ['', `, filter: {id: {equals: "${hidden.ids.task}"}}`]) {
    const found = await find(ours.admin, filter);
    assert.deepEqual(found.taskDetails.tasks.filter((t) => t.id === hidden.ids.task), []);
    assert.ok(!JSON.stringify(found).includes('hidden'), JSON.stringify(found));
  }
  assert.equal((await many.ask('POST', `/search?orgId=${theirs.orgId}`, ours.admin.token, { query: '{ __typename }' })).status, 403);
  assert.deepEqual(desk.inbox.filter((m) => JSON.stringify(m).includes('hidden') || JSON.stringify(m.message).includes(theirs.orgId)), []);
  assert.ok(!desk.inbox.some((m) => m.name === 'AgentOfferContact'), 'their contact was not offered to our agent');
  desk.close();
  other.close();
});

test('telephones, keys and names are each organisation’s own', async () => {
  const set = (api, ms) => api.put('/sandbox/v1/devices/4712', { answerAfterMs: ms });
  assert.deepEqual([(await set(ours.admin, 5)).status, (await set(theirs.admin, 7)).status], [200, 200]);
  const site = async (org) => org.admin.post(org.admin.org('/site'), { name: 'Same name', active: true, multimediaProfileId: (await org.admin.get(org.admin.org('/v2/multimedia-profile'))).body.data[0].id }, { 'idempotency-key': 'the-same' });
  const [a, b] = [await site(ours), await site(theirs)];
  assert.deepEqual([a.status, b.status], [201, 201]);
  assert.notEqual(a.body.id, b.body.id);
  assert.equal(b.body.organizationId, theirs.orgId);
});

test('webhooks hear their own organisation alone', async (t) => {
  const receiver = await Receiver.start();
  t.after(() => receiver.stop());
  const made = await ours.admin.post('/v2/subscriptions', { name: 'ours', destinationUrl: receiver.url, eventTypes: ['task:new'], resourceVersion: 'task:1.0.0' });
  assert.equal(made.status, 201, made.text);
  const named = await ours.admin.post('/v2/subscriptions', { name: 'x', destinationUrl: receiver.url, eventTypes: ['task:new'], resourceVersion: 'task:1.0.0', orgId: theirs.orgId });
  assert.equal(named.status, 403);
  await call(theirs, 'hidden-caller');
  const own = await call(ours, 'own-caller');
  await receiver.of('task:new', own);
  assert.deepEqual(receiver.deliveries.map((d) => d.event.data.taskId), [own], 'theirs came first and was not told');
});

test('integrations and service apps of theirs', async () => {
  const proof = { clientId: hidden.ids.service, clientSecret: 'x'.repeat(64) };
  for (const org of [theirs.orgId, ours.orgId]) await compare('a token of a service app', ours.admin.token, (id) => ({ method: 'POST', path: `/v1/applications/${id(hidden.ids.service)}/token`, body: { ...proof, clientId: id(hidden.ids.service), targetOrgId: org } }));
});

test('the audit trail and what else is written down', async () => {
  const trail = (await ours.admin.get(ours.admin.org('/audit?pageSize=100'))).text;
  for (const id of theirIds()) assert.ok(!trail.includes(id));
  assert.ok(!trail.includes('hidden') || !/of hidden|@hidden/.test(trail));
  const all = await theirs.admin.get(theirs.admin.org('/audit'));
  assert.equal(all.status, 200);
  assert.ok(!all.text.includes(ours.orgId));
});
