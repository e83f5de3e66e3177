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

// Shown to those who ask.
const agent = async () => first('/v2/user?filter=contactCenterEnabled==true');
const self = async () => (await admin.get(org('/v2/user?filter=' + encodeURIComponent('email=="admin@demo.example"')))).body.data[0];
const now = async () => (await admin.get('/sandbox/v1/clock')).body.now;

test('who changed the skills of a user, and when, for those who ask', async () => {
  const user = await agent();
  const given = await skill({ dynamicSkill: true });
  const profile = await made('skill-profile', { name: unique('Skilled'), activeSkills: [{ skillId: (await skill()).id, proficiencyValue: 1 }] });
  const patch = async (change) => assert.equal((await admin.patch(org(`/user/${user.id}`), change)).status, 200);
  const get = async (query = '') => (await admin.get(org(`/user/${user.id}${query}`))).body;
  await later();
  await patch({ skillProfileId: profile.id });
  const profileAt = await now();
  await later();
  await patch({ dynamicSkills: [{ skillId: given.id, proficiencyValue: 3 }] });
  const skillsAt = await now();
  await later();
  await patch({ externalIdentifier: '17' });
  const me = await self();
  const profileInfo = { skillProfileUpdatedBy: me.id, skillProfileUpdatedTime: profileAt };
  const skillsInfo = { dynamicSkillsUpdatedBy: `${me.firstName} ${me.lastName}`, dynamicSkillsUpdatedTime: skillsAt };
  const noted = (body) => Object.fromEntries(Object.entries(body).filter(([key]) => /Updated(By|Time)$/.test(key) && key !== 'lastUpdatedTime'));
  assert.deepEqual(noted(await get()), {});
  assert.deepEqual(noted(await get('?includeSkillProfileAudit=true')), profileInfo);
  assert.deepEqual(noted(await get('?includeReskillAuditInfo=true')), { ...profileInfo, ...skillsInfo });
  const [row] = (await admin.get(org(`/v2/user?filter=id==${user.id}&attributes=id,dynamicSkillsUpdatedTime`))).body.data;
  assert.deepEqual(row, { id: user.id, dynamicSkillsUpdatedTime: skillsAt });
  const { text } = await admin.get(org(`/user/${user.id}?includeSkillDetails=true`));
  assert.equal(JSON.parse(text).dynamicSkills[0].skillName, given.name);
  assert.equal(text.split('skillName').length, 2, 'once');
  const changes = (await admin.get(org(`/audit?entityId=${user.id}`))).body.data.flatMap((entry) => entry.changes.map((c) => c.field));
  assert.ok(!changes.some((field) => /Updated/.test(field)), 'the trail tells of what was changed, not of the notes about it');
});

test('a user has at most 50 skills of its own; lists say who has them all', async () => {
  const skills = [];
  for (let i = 0; i < 51; i++) skills.push({ skillId: (await skill({ dynamicSkill: true })).id, proficiencyValue: 1 });
  const user = await agent();
  const patch = (dynamicSkills) => admin.patch(org(`/user/${user.id}`), { dynamicSkills });
  const refused = await patch(skills);
  assert.equal(refused.status, 400);
  assert.match(refused.text, /dynamicSkills: should not have more than 50 elements/);
  assert.equal((await patch(skills.slice(1))).status, 200);
  const rows = async (query) => (await admin.get(org(`/v2/user?${query}`))).body.data;
  assert.ok((await rows('')).every((row) => row.dynamicSkillsLimitReached === undefined));
  for (const row of await rows('includeDynamicSkillsLimitReached=true')) assert.equal(row.dynamicSkillsLimitReached, row.id === user.id);
  assert.equal((await patch([])).status, 200);
});

test('who changed the agents of a queue, by any way, for those who ask', async () => {
  const user = await agent();
  const made = await queue({ queueRoutingType: 'AGENT_BASED', agents: [{ id: user.id }] });
  const info = async (query) => (({ agentsLastUpdatedByUserName: name, agentsLastUpdatedByUserEmailPrefix: prefix, agentsLastUpdatedTime: time }) => ({ name, prefix, time }))(
    (await admin.get(org(`/contact-service-queue/${made.id}${query}`))).body);
  const me = await self();
  const who = { name: `${me.firstName} ${me.lastName}`, prefix: me.email.split('@')[0] };
  assert.deepEqual(await info(''), { name: undefined, prefix: undefined, time: undefined });
  assert.deepEqual(await info('?agentsUpdatedInfo=true'), { ...who, time: made.createdTime });
  await later();
  await admin.put(org(`/contact-service-queue/${made.id}`), { ...made, description: 'x' });
  assert.deepEqual(await info('?agentsUpdatedInfo=true'), { ...who, time: made.createdTime });
  assert.equal((await admin.post(org(`/v2/contact-service-queue/${made.id}/reassign-agents`), { remove: [user.id] })).status, 200);
  assert.deepEqual(await info('?agentsUpdatedInfo=true'), { ...who, time: await now() });
});

test('times inside a queue: since when it has its assistant, since when its routing is evaluated', async () => {
  const first = await queue({ assistantSkill: { assistantSkillId: 'one' }, personalizedAIRouting: { aiRoutingMode: 'EVALUATION' } });
  assert.deepEqual([first.assistantSkill.assistantSkillUpdatedTime, first.personalizedAIRouting.evaluationModeStartTime], [first.createdTime, first.createdTime]);
  await later();
  const put = async (change) => (await admin.put(org(`/contact-service-queue/${first.id}`), { ...first, version: undefined, ...change })).body;
  const same = await put({ description: 'x' });
  assert.deepEqual([same.assistantSkill, same.personalizedAIRouting], [first.assistantSkill, first.personalizedAIRouting]);
  const patched = await admin.patch(org('/contact-service-queue/bulk'), { items: [{ itemIdentifier: 1, item: { id: first.id, description: 'y' } }] });
  assert.equal(patched.body.items[0].status, 200, patched.text);
  assert.deepEqual((await admin.get(org(`/contact-service-queue/${first.id}`))).body.assistantSkill, first.assistantSkill);
  const other = await put({ assistantSkill: { assistantSkillId: 'two' }, personalizedAIRouting: { aiRoutingMode: 'ACTIVE' } });
  assert.equal(other.assistantSkill.assistantSkillUpdatedTime, await now());
  assert.equal(other.personalizedAIRouting.evaluationModeStartTime, undefined);
});

test('how many dialed numbers lead to an entry point, in lists that ask', async () => {
  const point = await made('entry-point', { name: unique('Point'), entryPointType: 'INBOUND', channelType: 'TELEPHONY', active: true, serviceLevelThreshold: 20, maximumActiveContacts: 5 });
  for (const n of [1, 2]) await made('dial-number', { dialledNumber: `+1-40855590${n}`, entryPointId: point.id });
  const row = async (query) => (await admin.get(org(`/v2/entry-point?filter=id==${point.id}${query}`))).body.data[0];
  assert.equal((await row('')).dnEpMappingCount, undefined);
  for (let i = 0; i < 8; i++) assert.equal((await row('&includeCount=true')).dnEpMappingCount, 2, 'by looking at each number, and by their index');
});

// User profiles: with their collections, as one list of rights, in their old form.
const KINDS = ['audio-prompt', 'working-hour', 'idle-wrapup-code', 'holiday-list', 'function', 'sub-flow', 'desktop-profile', 'desktop-layout', 'cad-variable', 'address-book',
  'flow', 'multimedia-profile', 'skill-profile', 'skill-definition', 'override', 'outdial-ani'];
const collection = (access) =>
  made('resource-collection', { name: unique('Part'), description: 'x', resources: [...['site', 'channel', 'team', 'queue'].map((name) => ({ name, accessLevel: 'ALL', ...access[name] })), ...KINDS.map((name) => ({ name, accessLevel: 'NONE' }))] });

test('a user profile with its collections, what they let through, and its old form', async () => {
  const [one, two] = [(await queue()).id, (await queue()).id];
  const parts = [await collection({ queue: { accessLevel: 'SPECIFIC', ids: [two] } }), await collection({ queue: { accessLevel: 'SPECIFIC', ids: [one] }, team: { accessLevel: 'SPECIFIC', ids: [] } })];
  const ids = parts.map(({ id }) => ({ id }));
  const profile = await made('v3/user-profile', { name: unique('Lead'), profileType: 'SUPERVISOR', active: true, permissionAccessLevel: 'ALL', resourceAccessLevel: 'SPECIFIC', resourceCollections: ids });
  const path = `/v3/user-profile/${profile.id}`;
  assert.deepEqual((await admin.get(org(path))).body.resourceCollections, ids);
  const named = (await admin.get(org(`${path}?includeNames=true`))).body;
  assert.deepEqual(named, { ...profile, resourceCollections: parts });
  const back = await admin.put(org(path), named);
  assert.deepEqual(back.body.resourceCollections, parts.map(({ id, name }) => ({ id, name })), 'only id and name are taken');

  const acl = (await admin.get(org(`${path}/acl`))).body;
  const { resources, ...rest } = acl;
  assert.deepEqual({ ...rest, systemDefault: false }, { ...named, version: 2, lastUpdatedTime: back.body.lastUpdatedTime }, 'the profile itself');
  assert.deepEqual(resources.find((r) => r.name === 'queue'), { name: 'queue', accessLevel: 'SPECIFIC', ids: [one, two].sort() });
  assert.deepEqual(resources.filter((r) => r.accessLevel === 'ALL').map((r) => r.name).sort(), ['channel', 'site', 'team']);
  assert.equal(resources.length, 20);
  const some = (await admin.get(org(`${path}/acl?names=queue,site`))).body;
  assert.deepEqual(some.resources.map((r) => r.name).sort(), ['queue', 'site']);
  assert.equal((await admin.get(org('/v3/user-profile/01000000-0000-7000-8000-000000000000/acl'))).status, 404);

  const user = await made('user', { firstName: 'Lea', lastName: 'Lead', email: 'lea@demo.example', contactCenterEnabled: false, active: true, userProfileId: profile.id });
  const both = (await admin.get(org(`/user/with-user-profile/${user.id}`))).body;
  const { accessAllModules, accessAllQueues, accessAllSites, accessAllTeams, accessAllEntryPoints, queues } = both.userProfileData;
  assert.deepEqual([accessAllModules, accessAllQueues, accessAllSites, accessAllTeams, accessAllEntryPoints], ['ALL', 'SPECIFIC', 'ALL', 'ALL', 'ALL']);
  assert.deepEqual(queues, [one, two].sort());
  assert.deepEqual(both.userProfileGranularAccessData, back.body);
  const identity = async (query) => (await admin.get(org(`/v2/user/by-ci-user-id/${user.ciUserId}?includeUserProfile=true${query}`))).body.userProfileGranularAccessData;
  assert.deepEqual(await identity(''), back.body);
  assert.deepEqual((await identity('&includeNames=true')).resourceCollections, parts);
});

test('the settings of an entry point with the names of what they point at', async () => {
  const layout = await made('site', { name: unique('Site'), active: true, multimediaProfileId: (await first('/v2/multimedia-profile')).id });
  const settings = [{ name: 'Where', type: 'String', entityType: 'site', entityId: layout.id }, { name: 'What', type: 'String', value: 'as it is' }];
  const point = await made('entry-point', { name: unique('Point'), entryPointType: 'INBOUND', channelType: 'TELEPHONY', active: true, serviceLevelThreshold: 20, maximumActiveContacts: 5, flowOverrideSettings: settings });
  const values = async (query) => (await admin.get(org(`/entry-point/${point.id}${query}`))).body.flowOverrideSettings.map((s) => s.value);
  assert.deepEqual(await values(''), [undefined, 'as it is']);
  assert.deepEqual(await values('?includeNames=true'), [layout.name, 'as it is']);
});

// Lists as desks need them.
const by = (token) => (query) => token.get(org(query)).then((answer) => answer.body.data);

test('agents of the sites and teams a supervisor may see; colleagues of buddy teams', async () => {
  const site = await made('site', { name: unique('Site'), active: true, multimediaProfileId: (await first('/v2/multimedia-profile')).id });
  const team = () => made('team', { name: unique('Team'), teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true, siteId: site.id });
  const [mine, other] = [await team(), await team()];
  const part = await collection({ team: { accessLevel: 'SPECIFIC', ids: [mine.id] } });
  const lead = await made('v3/user-profile', { name: unique('Lead'), profileType: 'SUPERVISOR', active: true, permissionAccessLevel: 'ALL', resourceAccessLevel: 'SPECIFIC', resourceCollections: [{ id: part.id }] });
  const desk = await made('agent-profile', {
    name: unique('Desk'), parentType: 'ORGANIZATION', accessWrapUpCode: 'ALL', accessIdleCode: 'ALL', accessQueue: 'ALL', accessEntryPoint: 'ALL', accessBuddyTeam: 'SPECIFIC', buddyTeams: [other.id],
    agentDNValidation: 'ALL', active: true, viewableStatistics: { accessQueueStats: 'ALL', accessTeamStats: 'ALL' } });
  const agentRole = (await admin.get(org('/v3/user-profile?filter=' + encodeURIComponent('profileType=="STANDARD_AGENT"')))).body.data[0]?.id ?? lead.id;
  const person = (name, more) => made('user', { firstName: name, lastName: 'X', email: `${name}${++count}@demo.example`, contactCenterEnabled: true, active: true, userProfileId: agentRole, siteId: site.id, ...more });
  const [inMine, inOther, nowhere] = [await person('ina', { teamIds: [mine.id] }), await person('ino', { teamIds: [other.id] }), await person('non', {})];
  const off = await person('off', { contactCenterEnabled: false, teamIds: [mine.id] });
  const leader = await person('lea', { userProfileId: lead.id, agentProfileId: desk.id, siteId: undefined });
  const supervisor = await server.api(leader.email);
  const list = by(supervisor);
  const ids = (rows) => rows.map((row) => row.id).filter((id) => [inMine, inOther, nowhere, off].some((p) => p.id === id)).sort();
  assert.deepEqual(ids(await list('/v2/user?supervisorManagedAgentsOnly=true')), [inMine.id, nowhere.id].sort());
  assert.deepEqual(ids(await list('/v2/user?buddyTeamAgentsOnly=true')), [inOther.id]);
  assert.deepEqual(ids(await list('/v2/user')), [inMine, inOther, nowhere, off].map((p) => p.id).sort());
});

test('the idle codes that the desktop of a supervised user offers', async () => {
  const codes = (await admin.get(org('/v2/auxiliary-code?filter=workTypeCode==IDLE_CODE'))).body.data;
  const desk = await made('agent-profile', {
    name: unique('Desk'), parentType: 'ORGANIZATION', accessWrapUpCode: 'ALL', accessIdleCode: 'SPECIFIC', idleCodes: [codes[0].id], accessQueue: 'ALL', accessEntryPoint: 'ALL', accessBuddyTeam: 'ALL',
    agentDNValidation: 'ALL', active: true, viewableStatistics: { accessQueueStats: 'ALL', accessTeamStats: 'ALL' } });
  const user = await agent();
  const before = user.agentProfileId;
  assert.equal((await admin.patch(org(`/user/${user.id}`), { agentProfileId: desk.id })).status, 200);
  assert.deepEqual((await by(admin)(`/v2/auxiliary-code?supervisedUserId=${user.id}`)).map((c) => c.id), [codes[0].id]);
  assert.equal((await admin.get(org('/v2/auxiliary-code?supervisedUserId=nobody'))).status, 400);
  assert.equal((await admin.patch(org(`/user/${user.id}`), { agentProfileId: before })).status, 200);
});

test('in the meta of lists, how many a feature is on for; who has a skill', async () => {
  const meta = async (path) => (await admin.get(org(path))).body.meta;
  const user = await agent();
  const counts = async () => (({ actualBurnoutInclusionCount, actualAutoCSATCount, actualSummariesCount }) => [actualBurnoutInclusionCount, actualAutoCSATCount, actualSummariesCount])(await meta('/v2/user?pageSize=1&includeAIMappingCount=true'));
  const before = await counts();
  assert.equal((await admin.patch(org(`/user/${user.id}`), { userLevelBurnoutInclusion: 'INCLUDED' })).status, 200);
  for (let i = 0; i < 8; i++) assert.deepEqual(await counts(), [before[0] + 1, before[1], before[2]], 'by looking at each, and by an index');
  assert.equal((await meta('/v2/user')).actualBurnoutInclusionCount, undefined);
  const queues = async () => (await meta('/v2/contact-service-queue?pageSize=1&includeAIMappingCount=true')).actualSummariesInclusionCount;
  const some = await queues();
  await queue({ queueLevelSummariesInclusion: 'INCLUDED' });
  assert.equal(await queues(), some + 1);

  const given = await skill({ dynamicSkill: true });
  assert.equal((await admin.patch(org(`/user/${user.id}`), { dynamicSkills: [{ skillId: given.id, proficiencyValue: 1 }] })).status, 200);
  for (const row of await by(admin)(`/v2/user?checkIfUserHasDynamicSkill=true&dynamicSkillId=${given.id}`)) assert.equal(row.dynamicSkillAssigned, row.id === user.id);
  assert.equal((await by(admin)('/v2/user'))[0].dynamicSkillAssigned, undefined);
  assert.equal((await admin.get(org('/v2/user?checkIfUserHasDynamicSkill=true&dynamicSkillId=x'))).status, 400);
});

// What bodies may say of the common fields, and of the entity they mean.
test('common fields in a body are passed over, but must be well-formed', async () => {
  const media = (await first('/v2/multimedia-profile')).id;
  const site = (more) => admin.post(org('/site'), { name: unique('Site'), active: true, multimediaProfileId: media, ...more });
  for (const [more, text] of [[{ organizationId: 'mine' }, 'organizationId: should'], [{ version: 'x' }, 'version: should be a whole number'], [{ createdTime: 'now' }, 'createdTime: should be a whole number'], [{ lastUpdatedTime: 1.5 }, 'lastUpdatedTime: should be']]) {
    const answer = await site(more);
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, new RegExp(text));
  }
  const made = await site({ organizationId: server.orgId, createdTime: 1, lastUpdatedTime: 1 });
  assert.equal(made.status, 201, made.text);
  assert.ok(made.body.createdTime > 1);
});

test('a reskill that means another user, another version or a skill the user has', async () => {
  const user = await agent();
  const given = await skill({ dynamicSkill: true });
  const reskill = (body) => admin.patch(org(`/user/${user.id}/reskill`), body);
  const add = (more) => ({ dynamicSkills: { add: [{ skillId: given.id, proficiencyValue: 2, ...more }] } });
  const now = async () => (await admin.get(org(`/user/${user.id}`))).body;
  const { version } = await now();
  assert.equal((await reskill({ ...add(), version: version - 1 })).status, 412);
  assert.equal((await reskill({ ...add(), id: given.id })).status, 400);
  assert.equal((await reskill({ ...add(), organizationId: 'mine' })).status, 400);
  assert.match((await reskill(add({ userId: given.id }))).text, /dynamicSkills.add.userId: should be the user of the URL/);
  const done = await reskill({ ...add({ userId: user.id }), id: user.id, version, organizationId: server.orgId });
  assert.equal(done.status, 204, done.text);
  const entry = (body) => body.dynamicSkills.find((s) => s.skillId === given.id);
  const before = entry(await now());
  assert.equal((await reskill(add({ proficiencyValue: 9 }))).status, 204);
  const after = entry(await now());
  assert.deepEqual([after.id, after.version, after.proficiencyValue], [before.id, 2, 9]);
});

test('skill requirements: one as the schema says, many as the example says', async () => {
  const ask = (body) => admin.post(org('/user/fetch-by-skill-requirements'), body);
  const one = { skillId: (await skill()).id, condition: 'GTE', skillValue: '1' };
  for (const body of [one, { skillRequirements: [one, one] }]) assert.deepEqual((await ask(body)).body.data, []);
  for (const [body, text] of [[{ ...one, condition: undefined }, 'condition: should'], [{ skillRequirements: [one, { ...one, skillId: ' ' }] }, 'skillId: should'], [{ skillRequirements: [] }, '1 to 50'], [{ skillRequirements: Array(51).fill(one) }, '1 to 50']]) {
    const answer = await ask(body);
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, new RegExp(text));
  }
});

test('lists that are not asked for another order, and pages of exports, as the document has them', async () => {
  const hours = (timezone) => made('business-hours', { name: unique('Hours'), timezone, workingHours: [{ name: 'Open', days: ['MON'], startTime: '09:00', endTime: '16:59' }] });
  for (const zone of ['Europe/Rome', 'America/New_York', 'Asia/Tokyo']) await hours(zone);
  for (const name of ['Zulu days', 'Alpha days']) await made('holiday-list', { name, holidays: [{ name: 'Fair', startDate: '2026-05-01', endDate: '2026-05-02' }] });
  const list = by(admin);
  const sorted = (values) => [...values].sort();
  const zones = (await list('/v2/business-hours')).map((row) => row.timezone);
  assert.deepEqual(zones, sorted(zones));
  assert.deepEqual((await list('/v2/business-hours?sort=timeZone,desc')).map((row) => row.timezone), sorted(zones).reverse());
  const names = (await list('/v2/holiday-list')).map((row) => row.name);
  assert.deepEqual(names, sorted(names));
  const page = async (resource) => (await admin.get(org(`/${resource}/bulk-export`))).body.pageSize;
  assert.deepEqual([await page('business-hours'), await page('address-book'), await page('site')], [10, 50, 100]);
  const codes = (await admin.get(org('/auxiliary-code/bulk-export'))).body.resources;
  assert.ok(codes.every((row) => ['true', 'false'].includes(row.defaultCode)));
});

test('null in a partial change: the default comes back, what is retained stays', async () => {
  const user = await agent();
  const patch = async (change) => (await admin.patch(org(`/user/${user.id}`), change)).body;
  assert.equal((await patch({ userLevelBurnoutInclusion: 'INCLUDED', externalIdentifier: '9' })).userLevelBurnoutInclusion, 'INCLUDED');
  const now = await patch({ userLevelBurnoutInclusion: null, externalIdentifier: null });
  assert.deepEqual([now.userLevelBurnoutInclusion, now.externalIdentifier], ['INCLUDED', undefined]);
  const made = await queue({ checkAgentAvailability: true });
  const { status } = (await admin.patch(org('/contact-service-queue/bulk'), { items: [{ itemIdentifier: 1, item: { id: made.id, checkAgentAvailability: null } }] })).body.items[0];
  assert.equal(status, 200);
  assert.equal((await admin.get(org(`/contact-service-queue/${made.id}`))).body.checkAgentAvailability, false);
});
