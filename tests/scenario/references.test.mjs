// Everybody lets go of an entity (delete-reference), and attributes that are filled in (populate-json-attr).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { SILENCE } from '../lib/catalogue.mjs';
import { Server } from '../lib/server.mjs';

let server, admin;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
});
after(() => server?.stop());

const NOBODY = '01000000-0000-7000-8000-000000000000';
const org = (path) => admin.org(path);
let count = 0;
const name = (word) => `${word}${++count}`;
async function made(path, body) {
  const answer = await admin.post(org(path), body);
  assert.ok([200, 201].includes(answer.status), answer.text);
  return answer.body;
}
const get = async (path) => (await admin.get(org(path))).body;
const first = async (path) => (await get(path)).data[0].id;
const queue = (more) => made('/contact-service-queue', { name: name('Queue'), queueType: 'INBOUND', channelType: 'CHAT', serviceLevelThreshold: 20, maxActiveContacts: 5, maxTimeInQueue: 60, active: true, routingType: 'LONGEST_AVAILABLE_AGENT', ...more });
const skill = (more) => made('/skill', { name: name('Skill'), serviceLevelThreshold: 1, active: true, skillType: 'PROFICIENCY', ...more });
const audio = () => made('/audio-file', { audioFileInfo: { name: name('a'), contentType: 'AUDIO_WAV' }, audioFile: SILENCE });
const team = async () => made('/team', { name: name('Team'), teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true, siteId: await first('/v2/site') });
const user = async (more) => made('/user', { firstName: 'Pat', lastName: 'Doe', email: `pat${++count}@demo.example`, contactCenterEnabled: true, active: true, userProfileId: await first('/v3/user-profile'), ...more });
const release = (resource, references, query = '', headers) => admin.post(org(`/${resource}/delete-reference${query}`), { references }, headers);

test('queues let go of teams, skills, agents and music', async () => {
  const [gone, stays, agent, other, music] = [await team(), await team(), await user(), await user(), await audio()];
  const [lost, kept] = [await skill(), await skill()];
  const group = (order, ...teams) => ({ order, duration: 0, agentGroups: teams.map((t) => ({ teamId: t.id })) });
  const need = (s) => ({ skillId: s.id, condition: 'GTE', skillValue: '3' });
  const byTeam = await queue({ callDistributionGroups: [group(1, gone, stays), group(2, gone)], defaultMusicInQueueMediaFileId: music.id });
  const byAgent = await queue({ queueRoutingType: 'AGENT_BASED', agents: [{ id: agent.id }, { id: other.id }] });
  const bySkill = await queue({ routingType: 'SKILLS_BASED', skillBasedRoutingType: 'LONGEST_AVAILABLE_AGENT', queueRoutingType: 'SKILL_BASED', queueSkillRequirements: [need(lost), need(kept)] });
  for (const path of [`/team/${gone.id}`, `/user/${agent.id}`, `/skill/${lost.id}`, `/audio-file/${music.id}`]) assert.equal((await admin.delete(org(path))).status, 412, path);

  const dry = await release('contact-service-queue', { teamId: gone.id }, '?dryRun=true');
  assert.deepEqual(dry.body.details.changed, [byTeam.id]);
  assert.equal((await get(`/contact-service-queue/${byTeam.id}`)).version, byTeam.version);

  const { status, body } = await release('contact-service-queue', { teamId: gone.id.toUpperCase(), skillId: lost.id, id: agent.id, defaultMusicInQueueMediaFileId: music.id }, '', { 'idempotency-key': 'let go' });
  assert.equal(status, 200);
  assert.deepEqual([body.code, body.links, body.details.deleted, body.details.refused], [200, [], [], []]);
  assert.deepEqual([...body.details.changed].sort(), [byTeam.id, byTeam.id, byAgent.id, bySkill.id].sort());
  const now = await get(`/contact-service-queue/${byTeam.id}`);
  assert.deepEqual(now.callDistributionGroups.map((g) => g.agentGroups.map((a) => a.teamId)), [[stays.id], []]);
  assert.equal(now.defaultMusicInQueueMediaFileId, undefined);
  assert.deepEqual((await get(`/contact-service-queue/${byAgent.id}`)).agents.map((a) => a.id), [other.id]);
  assert.deepEqual((await get(`/contact-service-queue/${bySkill.id}`)).queueSkillRequirements.map((s) => s.skillId), [kept.id]);
  const again = await release('contact-service-queue', { teamId: gone.id.toUpperCase(), skillId: lost.id, id: agent.id, defaultMusicInQueueMediaFileId: music.id }, '', { 'idempotency-key': 'let go' });
  assert.deepEqual(again.body, body);
  assert.deepEqual((await release('contact-service-queue', { teamId: gone.id })).body.details, { changed: [], deleted: [], refused: [] });
  for (const path of [`/team/${gone.id}`, `/user/${agent.id}`, `/skill/${lost.id}`, `/audio-file/${music.id}`]) assert.ok((await admin.delete(org(path))).status < 300, path);
  assert.ok((await get('/audit?entityType=contact-service-queue')).data.some((x) => x.entityId === byTeam.id));
});

test('greetings of an agent go with the reference, and their audio with them', async () => {
  const pat = await user(), sam = await user(), purpose = await made('/greeting-purpose', { name: name('why') });
  const greet = (agent, more) => made('/agent-personal-greeting', { agentPersonalGreetingInfo: { name: 'g.wav', contentType: 'AUDIO_WAV', agentId: agent.id, ...more }, audioFile: SILENCE });
  const [one, two] = [await greet(pat), await greet(sam, { greetingPurposeId: purpose.id })];
  const { url } = await get(`/agent-personal-greeting/${one.id}?includeUrl=true`);
  assert.equal((await fetch(url)).status, 200);
  assert.deepEqual((await release('agent-personal-greeting', { agentId: pat.id, greetingPurposeId: purpose.id })).body.details, { changed: [two.id], deleted: [one.id], refused: [] });
  assert.equal((await admin.get(org(`/agent-personal-greeting/${one.id}`))).status, 404);
  assert.equal((await fetch(url)).status, 404);
  assert.equal((await get(`/agent-personal-greeting/${two.id}`)).greetingPurposeId, undefined);
  assert.equal((await admin.delete(org(`/user/${pat.id}`))).status, 204);
  assert.equal((await admin.delete(org(`/greeting-purpose/${purpose.id}`))).status, 204);
});

test('references that are none are refused, and so is who may not edit', async () => {
  const says = async (references, text) => {
    const answer = await admin.post(org('/contact-service-queue/delete-reference'), { references });
    assert.equal(answer.status, 400, answer.text);
    assert.ok(answer.text.includes(text), answer.text);
  };
  await says(undefined, 'references: should be an object');
  await says([], 'references: should be an object');
  await says({}, 'references: should be an object');
  await says({ shoe: NOBODY }, 'references.shoe: is no field that refers');
  await says({ name: 'x' }, 'references.name: is no field that refers');
  await says({ teamId: ' ' }, 'references.teamId: should not be null or blank');
  await says({ teamId: 7 }, 'references.teamId: should not be null or blank');
  const agent = await server.api('agent01@demo.example');
  for (const path of ['/contact-service-queue/delete-reference', '/agent-personal-greeting/delete-reference', `/skill/populate-json-attr/${NOBODY}`])
    assert.equal((await agent.post(org(path), { references: { teamId: NOBODY } })).status, 403, path);
});

test('what new entries of a skill have already is left alone', async () => {
  const german = await skill({ dynamicSkill: true }), pat = await user();
  const given = await admin.patch(org(`/user/${pat.id}/reskill`), { dynamicSkills: { add: [{ skillId: german.id, proficiencyValue: 5 }] } });
  assert.equal(given.status, 204, given.text);
  const before = await get(`/user/${pat.id}`);
  assert.deepEqual([before.dynamicSkills[0].organizationId, before.dynamicSkills[0].version], [server.orgId, 1]);
  assert.equal((await admin.post(org(`/skill/populate-json-attr/${NOBODY}`))).status, 404);
  const done = await admin.post(org(`/skill/populate-json-attr/${german.id}`));
  assert.deepEqual([done.status, done.text], [200, '']);
  assert.equal((await get(`/user/${pat.id}`)).version, before.version);
});
