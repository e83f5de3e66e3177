// Requests that come twice but must act once (Idempotency-Key, ours), for every way of changing the configuration; bulk requests whose
// items are of all kinds; and users from their first day to their last.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Server } from '../lib/server.mjs';

const DAY_MS = 86_400_000;
let server, admin;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
});
after(() => server?.stop());

const NOBODY = '01000000-0000-7000-8000-000000000000';
const org = (path) => admin.org(path);
let count = 0;
const name = (word) => `${word} ${++count}`;

async function made(path, body) {
  const answer = await admin.post(org(path), body);
  assert.ok([200, 201].includes(answer.status), answer.text);
  return answer.body;
}
const skill = (more) => made('/skill', { name: name('Skill'), serviceLevelThreshold: 1, active: true, skillType: 'PROFICIENCY', ...more });
const profileId = async (what) => (await admin.get(org(`/v3/user-profile?filter=${encodeURIComponent(`name=="${what}"`)}`))).body.data[0].id;
const person = async (more) => ({ firstName: 'Pat', lastName: 'Doe', email: `pat${++count}@demo.example`, contactCenterEnabled: true, active: true, userProfileId: await profileId('Premium Agent'), ...more });
const queue = (more) => made('/contact-service-queue', { name: name('Queue'), queueType: 'INBOUND', channelType: 'CHAT', serviceLevelThreshold: 20, maxActiveContacts: 5, maxTimeInQueue: 60, active: true, routingType: 'LONGEST_AVAILABLE_AGENT', ...more });
const total = async (resource) => (await admin.get(org(`/v2/${resource}?pageSize=1`))).body.meta.totalRecords;

// What an answer says, without what every answer has of its own.
const said = ({ status, text }) => [status, text.replace(/"trackingId":"[^"]*"/g, '')];

// Does it twice under one key: the second gets the first answer and changes nothing; something else under the key is a conflict.
async function twice(method, path, body, other, state) {
  const key = { 'idempotency-key': `key ${++count}` };
  const first = await admin.request(method, path, body, key);
  assert.ok(first.status < 300, first.text);
  assert.equal(first.headers.get('idempotency-replayed'), null);
  const after = await state();
  const again = await admin.request(method, path, body, key);
  assert.deepEqual(said(again), said(first));
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.deepEqual(await state(), after, 'the second time changed something');
  const conflict = await admin.request(method, other?.path ?? path, other?.path ? body : other, key);
  assert.equal(conflict.status, 409, conflict.text);
  assert.match(conflict.text, /Idempotency-Key: was used for another request/);
  assert.deepEqual(await state(), after);
  return { first, key };
}

describe('a key acts once', () => {
  test('creating, replacing, changing, deleting', async () => {
    const body = { name: name('Site'), active: true, multimediaProfileId: (await admin.get(org('/v2/multimedia-profile'))).body.data[0].id };
    const { first } = await twice('POST', org('/site'), body, { ...body, description: 'x' }, () => total('site'));
    const item = org(`/site/${first.body.id}`), state = async () => (await admin.get(item)).body;
    await twice('PUT', item, { ...first.body, description: 'a' }, { ...first.body, description: 'b' }, state);
    const user = await made('/user', await person());
    await twice('PATCH', org(`/user/${user.id}`), { mobile: '1' }, { mobile: '2' }, async () => (await admin.get(org(`/user/${user.id}`))).body);
    const { body: second } = await admin.post(org('/site'), { ...body, name: name('Site') });
    await twice('DELETE', item, undefined, { path: org(`/site/${second.id}`) }, () => total('site'));
  });

  test('bulk, with every outcome an item can have; also after a crash', async () => {
    const gone = await skill();
    const items = [
      { itemIdentifier: 1, item: { name: name('Bulk'), serviceLevelThreshold: 1, active: true, skillType: 'TEXT' } },
      { itemIdentifier: 2, item: { id: gone.id }, requestAction: 'DELETE' },
      { itemIdentifier: 3, item: { name: 'no' } },
      { itemIdentifier: 4, item: { id: NOBODY }, requestAction: 'DELETE' },
    ];
    const { first, key } = await twice('POST', org('/skill/bulk'), { items }, { items: items.slice(0, 2) }, () => total('skill'));
    assert.deepEqual(first.body.items.map((x) => [x.itemIdentifier, x.status]), [[1, 201], [2, 204], [3, 400], [4, 404]]);
    await server.kill();
    await server.launch();
    const again = await admin.request('POST', org('/skill/bulk'), { items }, key);
    assert.deepEqual(said(again), said(first));
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.equal((await admin.get(first.body.items[0].href.replace('/api', ''))).status, 200);
  });

  test('bulk of changes', async () => {
    const user = await made('/user', await person()), state = async () => (await admin.get(org(`/user/${user.id}`))).body;
    const items = (mobile) => ({ items: [{ itemIdentifier: 1, item: { id: user.id, mobile } }] });
    await twice('PATCH', org('/user/bulk'), items('1'), items('2'), state);
    const one = await skill({ dynamicSkill: true });
    const given = (proficiencyValue) => ({ items: [{ itemIdentifier: 1, item: { userId: user.id, proficiencyValue } }] });
    await twice('PATCH', org(`/user/bulk/update-dynamic-skill/${one.id}`), given(3), given(4), state);
    await twice('PATCH', org(`/user/${user.id}/reskill`), { dynamicSkills: { add: [{ skillId: one.id, proficiencyValue: 5 }] } }, { dynamicSkills: { remove: [one.id] } }, state);
  });

  test('agents of a queue, a collection, a purge', async () => {
    const user = await made('/user', await person()), { id } = await queue({ queueRoutingType: 'AGENT_BASED', agents: [] });
    const state = async () => (await admin.get(org(`/contact-service-queue/${id}`))).body;
    await twice('POST', org(`/v2/contact-service-queue/${id}/reassign-agents`), { add: [user.id], remove: [] }, { add: [], remove: [user.id] }, state);
    await made('/skill', { name: name('Idle'), serviceLevelThreshold: 1, active: false, skillType: 'TEXT' });
    assert.equal((await admin.post('/sandbox/v1/clock', { advanceMs: 31 * DAY_MS })).status, 200);
    admin = await server.api('admin@demo.example');
    const purge = org('/skill/purge-inactive-entities');
    const { first } = await twice('POST', purge, {}, { path: `${purge}?nextStartId=${NOBODY}` }, () => total('skill'));
    assert.equal(first.body.details.purged.length, 1);
    const fresh = await skill();
    const kinds = ['audio-prompt', 'working-hour', 'idle-wrapup-code', 'holiday-list', 'function', 'sub-flow', 'desktop-profile', 'desktop-layout', 'cad-variable', 'address-book', 'flow', 'multimedia-profile', 'skill-profile', 'skill-definition', 'override', 'outdial-ani'];
    const collection = await made('/resource-collection', { name: name('Part'), resources: [...['site', 'channel', 'team', 'queue'].map((n) => ({ name: n, accessLevel: 'ALL' })), ...kinds.map((n) => ({ name: n, accessLevel: 'NONE' }))] });
    const put = { resourceType: 'skill-definition', resourceId: fresh.id, resourceCollections: [{ id: collection.id }] };
    await twice('POST', org('/resource-collection/update-resource'), put, { ...put, resourceId: NOBODY }, async () => (await admin.get(org(`/resource-collection/${collection.id}`))).body.version);
  });

  test('a key that is none is refused everywhere', async () => {
    const wrong = { 'idempotency-key': 'x'.repeat(256) };
    for (const [method, path, body] of [['POST', '/skill/bulk', { items: [] }], ['POST', '/skill/purge-inactive-entities', {}], ['POST', '/skill', { name: 'a' }]]) {
      const { status, text } = await admin.request(method, org(path), body, wrong);
      assert.equal(status, 400, text);
      assert.match(text, /Idempotency-Key: should be at most 255/);
    }
  });
});

describe('bulk', () => {
  test('items act in their order, each on what the ones before it left', async () => {
    const { id, name: taken } = await skill();
    const body = { name: taken, serviceLevelThreshold: 1, active: true, skillType: 'TEXT' };
    const save = (itemIdentifier) => ({ itemIdentifier, item: body });
    const { status, body: answer } = await admin.post(org('/skill/bulk'), { items: [save(7), { itemIdentifier: 5, item: { id }, requestAction: 'DELETE' }, save(6), save(6), { itemIdentifier: 1, item: { id }, requestAction: 'DELETE' }] });
    assert.equal(status, 207);
    assert.deepEqual(answer.items.map((x) => [x.itemIdentifier, x.status, x.operationType]), [[7, 409, 'CREATE'], [5, 204, 'DELETE'], [6, 201, 'CREATE'], [6, 409, 'CREATE'], [1, 404, 'DELETE']]);
    for (const item of answer.items) assert.equal(item.apiError?.error.key ?? String(item.status), String(item.status));
    assert.deepEqual((await admin.post(org('/skill/bulk'), { items: [] })).body, { items: [] });
  });

  test('PATCH refuses DELETE as a whole', async () => {
    const user = await made('/user', await person());
    const items = [{ itemIdentifier: 1, item: { id: user.id, mobile: '1' } }, { itemIdentifier: 2, item: { id: user.id }, requestAction: 'DELETE' }];
    const { status, text } = await admin.patch(org('/user/bulk'), { items });
    assert.equal(status, 400);
    assert.match(text, /requestAction should be empty or specified as 'SAVE' for PATCH/);
    assert.equal((await admin.get(org(`/user/${user.id}`))).body.version, user.version);
  });
});

test('a user signs in, changes, is held by what names it, and is gone with its tokens', async () => {
  const body = await person();
  const { id, ciUserId, active } = await made('/user', body);
  assert.deepEqual([ciUserId, active], [id, true]);
  assert.equal((await admin.post(org('/user'), { ...(await person()), email: body.email.toUpperCase() })).status, 409);
  assert.equal((await admin.post(org('/user'), { ...(await person()), ciUserId })).status, 409);
  const self = await server.api(body.email);
  assert.deepEqual((await self.get('/v1/people/me')).body.emails, [body.email]);
  const whole = (await admin.get(org(`/user/${id}`))).body;
  for (const fixed of ['firstName', 'lastName', 'email']) {
    const { status, text } = await admin.put(org(`/user/${id}`), { ...whole, [fixed]: 'other@demo.example' });
    assert.equal(status, 400);
    assert.ok(text.includes(`${fixed}: This configuration cannot be changed. Original value is ${body[fixed]}`), text);
  }
  const put = await admin.put(org(`/user/${id}`), { ...whole, workPhone: '5550100' });
  assert.deepEqual([put.status, put.body.workPhone, put.body.version], [200, '5550100', 2], put.text);
  const holder = await queue({ queueRoutingType: 'AGENT_BASED', agents: [{ id }] });
  const held = await admin.delete(org(`/user/${id}`));
  assert.equal(held.status, 412);
  assert.deepEqual(held.body.error.message.flatMap((m) => m.referencedEntities), ['contact-service-queue']);
  assert.equal((await admin.delete(org(`/contact-service-queue/${holder.id}`))).status, 204);
  assert.equal((await admin.delete(org(`/user/${id}`))).status, 204);
  assert.equal((await admin.get(org(`/user/${id}`))).status, 404);
  assert.equal((await self.get(org(`/user/${id}`))).status, 401, 'a token without its user');
  await assert.rejects(server.token(body.email), /no user/);
  const again = await made('/user', body);
  assert.notEqual(again.id, id);
  assert.equal((await self.get(org(`/user/${id}`))).status, 401, 'old tokens do not come back');
});

test('a user that is not in use has no way in', async () => {
  const body = await person();
  const { id } = await made('/user', body);
  const self = await server.api(body.email);
  assert.equal((await admin.patch(org(`/user/${id}`), { active: false })).status, 200);
  assert.equal((await self.get(org('/v2/site'))).status, 401);
});
