// Edits of the configuration reach the next decision: each is made by the API while two agents are logged in, and the next chat,
// or the one that waits, goes where the edit says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Agent } from '../lib/agent.mjs';
import { Server, within } from '../lib/server.mjs';

let server, admin, ann, bob;
const made = {};

async function create(path, body) {
  const answer = await admin.post(admin.org(path), body);
  assert.ok([200, 201].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

// Reads, changes, writes back: as an administrator's client does.
async function edit(path, change) {
  const { body } = await admin.get(admin.org(path));
  const answer = await admin.put(admin.org(path), { ...body, ...change });
  assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  return () => edit(path, Object.fromEntries(Object.keys(change).map((k) => [k, body[k] ?? null])));
}

async function chat() {
  const answer = await admin.post('/sandbox/v1/contacts', { channel: 'chat', entryPointId: made.entry.id, from: 'grace@example.com' });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.taskId;
}

const hangUp = (id) => admin.post(`/sandbox/v1/contacts/${id}/hangup`);

async function isOffered(id, agent) {
  const reserved = await agent.message('AgentContactReserved');
  assert.equal(reserved.data.interactionId, id);
  assert.equal((await hangUp(id)).status, 204);
  await agent.message('ContactEnded');
}

const goesTo = async (agent) => isOffered(await chat(), agent);

// Parked, says the history, which hears of an offer in the same breath as of the arrival.
async function waits() {
  const id = await chat();
  const now = (await admin.get('/sandbox/v1/clock')).body.now;
  const query = `query($from: Long!, $to: Long!) { taskDetails(from: $from, to: $to, filter: {id: {equals: "${id}"}}) { tasks { status } } }`;
  const rows = await within(2000, async () => (await admin.search(query, { from: now - 86_400_000, to: now + 1000 })).taskDetails.tasks, (found) => found.length > 0);
  assert.equal(rows[0].status, 'parked');
  return id;
}

before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  const units = (chats) => ({ telephony: 1, chat: chats, email: 1, social: 1, active: true, blendingModeEnabled: true, blendingMode: 'BLENDED', manuallyAssignable: { telephony: 0, chat: 0, email: 0, social: 0 } });
  made.units = await create('/multimedia-profile', { name: 'Ann has', ...units(3) });
  made.others = await create('/multimedia-profile', { name: 'Bob has', ...units(3) });
  made.site = await create('/site', { name: 'Quay', active: true, multimediaProfileId: made.others.id });
  const team = { siteId: made.site.id, teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true };
  made.first = await create('/team', { ...team, name: 'First' });
  made.second = await create('/team', { ...team, name: 'Second' });
  made.skill = await create('/skill', { name: 'Knots', serviceLevelThreshold: 20, active: true, skillType: 'PROFICIENCY' });
  const knots = (level) => ({ activeSkills: [{ skillId: made.skill.id, proficiencyValue: level, booleanValue: false }] });
  made.deckhand = await create('/skill-profile', { name: 'Deckhand', ...knots(3) });
  made.bosun = await create('/skill-profile', { name: 'Bosun', ...knots(8) });
  const types = (await admin.get(admin.org('/v2/work-type'))).body.data;
  made.idle = await create('/auxiliary-code', { name: 'Tea', active: true, defaultCode: false, workTypeId: types.find((t) => t.workTypeCode === 'IDLE_CODE').id, workTypeCode: 'IDLE_CODE' });
  const groups = [made.first, made.second].map((t) => ({ agentGroups: [{ teamId: t.id }], order: 1, duration: 0 }));
  made.queue = await create('/contact-service-queue', { name: 'Chats', queueType: 'INBOUND', channelType: 'CHAT', routingType: 'LONGEST_AVAILABLE_AGENT', serviceLevelThreshold: 20, maxActiveContacts: 50, maxTimeInQueue: 86400, active: true, callDistributionGroups: [{ order: 1, duration: 0, agentGroups: groups.flatMap((g) => g.agentGroups) }] });
  made.entry = await create('/entry-point', { name: 'Site chat', entryPointType: 'INBOUND', channelType: 'CHAT', active: true, serviceLevelThreshold: 20, maximumActiveContacts: 50, defaultQueueId: made.queue.id });
  const rights = (await admin.get(admin.org('/v3/user-profile'))).body.data.find((p) => /AGENT/.test(p.profileType));
  const user = { lastName: 'Quay', userProfileId: rights.id, siteId: made.site.id, contactCenterEnabled: true, active: true };
  made.ann = await create('/user', { ...user, firstName: 'Ann', email: 'ann@quay.example', teamIds: [made.first.id], multimediaProfileId: made.units.id });
  made.bob = await create('/user', { ...user, firstName: 'Bob', email: 'bob@quay.example', teamIds: [made.second.id], multimediaProfileId: made.others.id });
  ann = await Agent.open(await server.api('ann@quay.example'));
  bob = await Agent.open(await server.api('bob@quay.example'));
  await ann.login('3001', made.first.id);
  await bob.login('3002', made.second.id);
  await ann.available();
  await admin.post('/sandbox/v1/clock', { advanceMs: 1000 });
  await bob.available();
});
after(async () => {
  ann?.close();
  bob?.close();
  await server?.stop();
});

const user = (who) => `/user/${made[who].id}`;
const queue = () => `/contact-service-queue/${made.queue.id}`;
const reskill = async (who, body) => {
  const answer = await admin.patch(admin.org(`${user(who)}/reskill`), body);
  assert.equal(answer.status, 204, answer.text);
};

test('the longest available agent, as long as nobody changes anything', async () => {
  await goesTo(ann);
  await goesTo(ann);
});

test('teams: of the user, of the queue, switched off', async () => {
  let undo = await edit(user('ann'), { teamIds: [made.second.id] });
  await goesTo(bob); // the session's team counts, and Ann is no longer of it
  await undo();
  await goesTo(ann);
  undo = await edit(queue(), { callDistributionGroups: [{ order: 1, duration: 0, agentGroups: [{ teamId: made.second.id }] }] });
  await goesTo(bob);
  await undo();
  undo = await edit(`/team/${made.first.id}`, { active: false });
  await goesTo(bob);
  await undo();
  await goesTo(ann);
});

test('skills: what the queue asks, what the profile says, whose profile it is, what is given', async () => {
  let waiting, undo;
  const asks = (level) => edit(queue(), { queueSkillRequirements: [{ skillId: made.skill.id, condition: 'GTE', skillValue: String(level) }] });
  const forget = await asks(5);
  waiting = await waits();
  undo = await edit(`/team/${made.second.id}`, { skillProfileId: made.bosun.id });
  await isOffered(waiting, bob);
  await undo();
  waiting = await waits();
  undo = await edit(user('ann'), { skillProfileId: made.deckhand.id });
  const more = await edit(`/skill-profile/${made.deckhand.id}`, { activeSkills: [{ skillId: made.skill.id, proficiencyValue: 6, booleanValue: false }] });
  await isOffered(waiting, ann);
  await more();
  waiting = await waits();
  await reskill('bob', { dynamicSkills: { add: [{ skillId: made.skill.id, proficiencyValue: 9 }] } });
  await isOffered(waiting, bob);
  await reskill('ann', { skillProfileId: made.bosun.id });
  await goesTo(ann);
  const off = await edit(`/skill/${made.skill.id}`, { active: false });
  waiting = await waits();
  await off();
  await isOffered(waiting, ann);
  await edit(queue(), { routingType: 'SKILLS_BASED', skillBasedRoutingType: 'BEST_AVAILABLE_AGENT' });
  await goesTo(bob); // 9 against 8
  await reskill('bob', { dynamicSkills: { remove: [made.skill.id] } });
  await goesTo(ann);
  await edit(queue(), { routingType: 'LONGEST_AVAILABLE_AGENT' });
  await undo();
  await forget();
  await goesTo(ann);
});

test('named agents and the order of the list', async () => {
  const { body: former } = await admin.get(admin.org(queue()));
  await edit(queue(), { queueRoutingType: 'AGENT_BASED', routingType: 'LINEAR', agents: [{ id: made.bob.id }, { id: made.ann.id }] });
  await goesTo(bob);
  await goesTo(bob);
  const path = admin.org(`/v2${queue()}/reassign-agents`);
  assert.equal((await admin.post(path, { remove: [made.bob.id] })).status, 200);
  await goesTo(ann);
  await edit(queue(), { queueRoutingType: 'TEAM_BASED', routingType: 'CIRCULAR' });
  await goesTo(bob); // after Ann, who had the last
  await goesTo(ann);
  await goesTo(bob);
  await edit(queue(), { queueRoutingType: 'SKILL_BASED', routingType: 'LONGEST_AVAILABLE_AGENT', callDistributionGroups: [] });
  await goesTo(ann);
  assert.equal((await admin.put(admin.org(queue()), former)).status, 412, 'stale by now');
  const { version, ...rest } = former;
  assert.equal((await admin.put(admin.org(queue()), rest)).status, 200);
});

test('the capacity of a multimedia profile', async () => {
  const undo = await edit(`/multimedia-profile/${made.units.id}`, { chat: 0 });
  await goesTo(bob);
  await undo();
  await goesTo(ann);
  const more = await edit(`/multimedia-profile/${made.units.id}`, { chat: 5 });
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await chat());
  for (const id of ids) assert.equal((await ann.message('AgentContactReserved')).data.interactionId, id);
  for (const id of ids) await hangUp(id).then(() => ann.message('ContactEnded'));
  const now = (await admin.get('/sandbox/v1/clock')).body.now;
  const query = 'query($from: Long!, $to: Long!) { agentSession(from: $from, to: $to) { agentSessions { agentName channelInfo { channelType totalDuration } } } }';
  const chats = ({ agentSession }) => agentSession.agentSessions.find((s) => s.agentName === 'Ann Quay').channelInfo.filter((c) => c.channelType === 'chat');
  const history = await within(2000, () => admin.search(query, { from: now - 86_400_000, to: now + 1000 }), (found) => chats(found).length === 5);
  assert.equal(chats(history).length, 5, 'the session has its new channels in the history');
  await more();
});

test('a queue that is switched off keeps who waits; a full entry point is busy', async () => {
  const nobody = await edit(queue(), { callDistributionGroups: [] });
  const waiting = await waits();
  const off = await edit(queue(), { active: false });
  const refused = await admin.post('/sandbox/v1/contacts', { channel: 'chat', entryPointId: made.entry.id, from: 'x' });
  assert.equal(refused.status, 400, refused.text);
  await off();
  const undo = await edit(`/entry-point/${made.entry.id}`, { maximumActiveContacts: 1 });
  const busy = await admin.post('/sandbox/v1/contacts', { channel: 'chat', entryPointId: made.entry.id, from: 'x' });
  assert.equal(busy.status, 429, busy.text);
  assert.match(busy.text, /maximumActiveContacts/);
  await undo();
  await nobody();
  await isOffered(waiting, ann);
});

test('a team that ranks its queues', async () => {
  const { id, name, version, organizationId, createdTime, lastUpdatedTime, links, systemDefault, ...like } = (await admin.get(admin.org(queue()))).body;
  const urgent = await create('/contact-service-queue', { ...like, name: 'Urgent' });
  const door = await create('/entry-point', { name: 'Urgent chat', entryPointType: 'INBOUND', channelType: 'CHAT', active: true, serviceLevelThreshold: 20, maximumActiveContacts: 50, defaultQueueId: urgent.id });
  const undo = await edit(`/team/${made.first.id}`, { rankQueuesForTeam: true, queueRankings: [{ queueId: urgent.id, rank: 1 }] });
  for (const agent of [ann, bob]) await agent.state('Idle', made.idle.id);
  const early = await chat();
  const late = (await admin.post('/sandbox/v1/contacts', { channel: 'chat', entryPointId: door.id, from: 'grace@example.com' })).body.taskId;
  await ann.available();
  await isOffered(late, ann);
  await isOffered(early, ann);
  await undo();
  await bob.available();
});

test('an auxiliary code that is switched off can no longer be chosen', async () => {
  await edit(`/auxiliary-code/${made.idle.id}`, { active: false });
  await bob.call('PUT', '/v1/agents/session/state', { state: 'Idle', auxCodeId: made.idle.id }, 'AgentStateChangeFailed');
});

test('a user who is switched off with a contact: the talk goes on, then the session ends', async () => {
  const talk = await chat();
  await ann.message('AgentContactReserved');
  await ann.task(talk, 'accept', {}, 'AgentContactAssigned');
  const ringing = await chat();
  assert.equal((await ann.message('AgentContactReserved')).data.interactionId, ringing);
  await edit(user('ann'), { active: false });
  await isOffered(ringing, bob);
  assert.equal(await ann.closed, 1008);
  const now = (await admin.get('/sandbox/v1/clock')).body.now;
  const isIn = async () => (await admin.search(`{ agentSession(from: ${now - 86_400_000}, to: ${now + 86_400_000}, filter: { agentId: { equals: "${ann.id}" } }) { agentSessions { isActive } } }`)).agentSession.agentSessions.some((s) => s.isActive);
  await within(1000, isIn, (there) => there);
  assert.equal((await hangUp(talk)).status, 204);
  await within(1000, isIn, (there) => !there);
  await goesTo(bob);
});
