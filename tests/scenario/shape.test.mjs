// What the document says of objects inside entities, and of what is shown to those who ask: served as it says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Server } from '../lib/server.mjs';

let server, admin;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
});
after(() => server?.stop());

const org = (path) => admin.org(path);
let count = 0;
const unique = (word) => `${word} ${++count}`;
const first = async (path) => (await admin.get(org(path))).body.data[0];

async function made(resource, body) {
  const answer = await admin.post(org(`/${resource}`), body);
  assert.ok([200, 201].includes(answer.status), `${resource}: ${answer.text}`);
  return answer.body;
}

const later = () => admin.post('/sandbox/v1/clock', { advanceMs: 1000 });

const skill = (more = {}) => made('skill', { name: unique('Skill'), serviceLevelThreshold: 20, active: true, skillType: 'PROFICIENCY', ...more });
const queue = (more = {}) =>
  made('contact-service-queue', { name: unique('Queue'), queueType: 'INBOUND', channelType: 'CHAT', serviceLevelThreshold: 20, maxActiveContacts: 5, maxTimeInQueue: 60, active: true, routingType: 'LONGEST_AVAILABLE_AGENT', ...more });

// Objects that are entities of their own: [path, a new entity with one, the member, what changes the object].
const channels = { telephony: 1, chat: 3, email: 2, social: 2 };
const nested = {
  manuallyAssignable: ['multimedia-profile', () => made('multimedia-profile', { name: unique('Media'), active: true, blendingMode: 'BLENDED', blendingModeEnabled: true, ...channels, manuallyAssignable: channels }), { chat: 1 }],
  viewableStatistics: ['agent-profile', () => made('agent-profile', {
    name: unique('Desk'), parentType: 'ORGANIZATION', accessWrapUpCode: 'ALL', accessIdleCode: 'ALL', accessQueue: 'ALL', accessEntryPoint: 'ALL', accessBuddyTeam: 'ALL',
    agentDNValidation: 'ALL', active: true, viewableStatistics: { accessQueueStats: 'ALL', accessTeamStats: 'ALL' } }), { agentStats: true }],
  queueRankings: ['team', async () => made('team', { name: unique('Team'), teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true, siteId: (await first('/v2/site')).id, rankQueuesForTeam: true,
    queueRankings: [{ queueId: (await queue()).id, rank: 1 }] }), { rank: 2 }],
  queueSkillRequirements: ['contact-service-queue', async () => queue({ queueRoutingType: 'SKILL_BASED', queueSkillRequirements: [{ skillId: (await skill()).id, condition: 'GTE', skillValue: '5' }] }), { skillValue: '7' }],
  dynamicSkills: ['user', async () => {
    const user = await first('/v2/user?filter=contactCenterEnabled==true');
    const given = await admin.patch(org(`/user/${user.id}`), { dynamicSkills: [{ skillId: (await skill({ dynamicSkill: true })).id, proficiencyValue: 3 }] });
    assert.equal(given.status, 200, given.text);
    return given.body;
  }, { proficiencyValue: 4 }],
};
const object = (value) => (Array.isArray(value) ? value[0] : value);

for (const [member, [resource, make, change]] of Object.entries(nested)) {
  test(`${member} of ${resource} is noted like an entity`, async () => {
    const whole = await make();
    const made = object(whole[member]);
    assert.deepEqual([made.organizationId, made.version, made.createdTime, made.lastUpdatedTime], [server.orgId, 1, whole.lastUpdatedTime, whole.lastUpdatedTime]);
    await later();
    const same = await admin.put(org(`/${resource}/${whole.id}`), whole);
    assert.equal(same.status, 200, same.text);
    assert.deepEqual(object(same.body[member]), made, 'what did not change keeps its version and times');
    const edited = { ...made, ...change };
    const put = await admin.put(org(`/${resource}/${whole.id}`), { ...same.body, [member]: Array.isArray(whole[member]) ? [edited] : edited });
    assert.equal(put.status, 200, put.text);
    const now = object(put.body[member]);
    assert.deepEqual(now, { ...edited, version: 2, lastUpdatedTime: put.body.lastUpdatedTime });
    assert.ok(now.lastUpdatedTime > now.createdTime);
  });
}

test('the one object of a field keeps its id when it is sent without', async () => {
  const whole = await nested.manuallyAssignable[1]();
  const put = await admin.put(org(`/multimedia-profile/${whole.id}`), { ...whole, manuallyAssignable: { ...channels, chat: 2 } });
  assert.deepEqual([put.body.manuallyAssignable.id, put.body.manuallyAssignable.version], [whole.manuallyAssignable.id, 2]);
});

test('sending an entity back as it is changes nothing', async () => {
  for (const [resource, make] of Object.values(nested)) {
    const whole = await make();
    const dry = await admin.put(org(`/${resource}/${whole.id}?dryRun=true`), whole);
    assert.deepEqual(dry.body.changes, [], resource);
  }
});
