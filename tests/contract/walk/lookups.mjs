// Operations of the configuration that are not common to all resources: look-ups of queues and users, skills, desktops, the audit trail.
import assert from 'node:assert/strict';

export async function lookups({ server, admin, all }) {
  const org = (path) => `/organization/${server.orgId}${path}`;
  const done = async (status, method, path, body) => {
    const answer = await admin.request(method, org(path), body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  const ids = (answer) => answer.data.map((x) => x.id);

  const skill = await all.make('skill', { dynamicSkill: true });
  const profile = await all.make('skill-profile', { activeSkills: [{ skillId: skill.id, proficiencyValue: 5 }] });
  const site = await all.one('site');
  const team = await all.make('team', { siteId: site });
  const user = await all.make('user', { siteId: site, teamIds: [team.id], skillProfileId: profile.id });
  const queue = (more) => all.make('contact-service-queue', { manuallyAssignable: true, ...more });
  const ofTeam = await queue({ callDistributionGroups: [{ order: 1, duration: 0, agentGroups: [{ teamId: team.id }] }] });
  const assistant = { assistantSkillId: '01000000-0000-7000-8000-00000000a551' };
  const ofAgent = await queue({ queueRoutingType: 'AGENT_BASED', callDistributionGroups: undefined, agents: [{ id: user.id }], assistantSkill: assistant });
  const requirement = { skillId: skill.id, condition: 'GTE', skillValue: '3' };
  const ofSkill = await queue({ routingType: 'SKILLS_BASED', skillBasedRoutingType: 'LONGEST_AVAILABLE_AGENT', queueRoutingType: 'SKILL_BASED', queueSkillRequirements: [requirement] });

  for (const tail of ['', '/internal']) assert.deepEqual(ids(await done(200, 'GET', `/contact-service-queue/by-skill-profile-id/${profile.id}${tail}`)), [ofSkill.id]);
  assert.deepEqual(ids(await done(200, 'GET', `/contact-service-queue/by-team-id/${team.id}/internal`)), [ofTeam.id]);
  assert.deepEqual(ids(await done(200, 'GET', `/contact-service-queue/by-user-ci-id/${user.ciUserId}/internal`)), [ofAgent.id]);
  assert.deepEqual(ids(await done(200, 'GET', `/contact-service-queue/skill-based-queues/by-ci-user-id/${user.ciUserId}/internal`)), [ofSkill.id]);
  for (const [kind, queue] of [['agent', ofAgent], ['skill', ofSkill], ['team', ofTeam]])
    assert.deepEqual(ids(await done(200, 'GET', `/v2/contact-service-queue/by-user-id/${user.id}/${kind}-based-queues`)), [queue.id]);
  const given = { skillProfileId: profile.id, dynamicSkills: [{ skillId: skill.id, proficiencyValue: 4 }] };
  assert.deepEqual(ids(await done(200, 'POST', '/contact-service-queue/fetch-by-dynamic-skills-and-skillProfile', given)), [ofSkill.id]);
  const question = { userId: user.id, skillProfileId: profile.id };
  assert.deepEqual(ids(await done(200, 'POST', '/contact-service-queue/fetch-by-userId-skillProfileId', question)), [ofSkill.id]);
  const byHand = ids(await done(200, 'POST', '/contact-service-queue/fetch-manually-assignable-queues', { agentId: user.id, teamId: team.id }));
  assert.ok(byHand.includes(ofTeam.id), `${byHand}`);
  const grouped = await done(200, 'POST', '/v2/contact-service-queue/fetch-by-grouped-assistant-skill', { assistantSkillIds: [assistant.assistantSkillId] });
  assert.deepEqual(grouped.data.map((x) => x.associatedQueueCount), [1]);
  assert.deepEqual((await done(200, 'POST', `/v2/contact-service-queue/${ofAgent.id}/reassign-agents`, { add: [], remove: [user.id] })).agents, []);

  const bulk = (requestAction) => ({ items: [{ itemIdentifier: 1, requestAction, item: { userId: user.id, proficiencyValue: 7 } }] });
  assert.equal((await done(207, 'PATCH', `/user/bulk/update-dynamic-skill/${skill.id}`, bulk('SAVE'))).items[0].status, 200);
  assert.deepEqual(ids(await done(200, 'GET', `/user/by-dynamic-skill-id/${skill.id}`)), [user.id]);
  for (const body of [requirement, { skillRequirements: [requirement] }]) assert.deepEqual(ids(await done(200, 'POST', '/user/fetch-by-skill-requirements', body)), [user.id]);
  assert.deepEqual(ids(await done(200, 'POST', '/user/fetch-user-details-by-ids', { userIds: [user.id] })), [user.id]);
  assert.ok((await done(200, 'GET', '/user/with-user-profile')).some((x) => x.id === user.id && x.userProfileData));
  assert.equal((await done(200, 'GET', `/user/with-user-profile/${user.id}`)).userProfileData.id, user.userProfileId);
  const acl = await done(200, 'GET', `/v3/user-profile/${user.userProfileId}/acl?names=team,queue`);
  assert.deepEqual(acl.resources.map((r) => r.name).sort(), ['queue', 'team']);
  await done(204, 'PATCH', `/user/${user.id}/reskill`, { dynamicSkills: { remove: [skill.id] } });
  assert.deepEqual(ids(await done(200, 'GET', `/user/by-dynamic-skill-id/${skill.id}`)), []);

  await done(200, 'POST', `/skill/populate-json-attr/${skill.id}`);
  assert.deepEqual((await done(200, 'POST', '/contact-service-queue/delete-reference', { references: { skillId: skill.id } })).details.changed, [ofSkill.id]);
  assert.deepEqual((await done(200, 'POST', '/agent-personal-greeting/delete-reference', { references: { agentId: user.id } })).details.deleted, []);

  assert.equal((await done(200, 'GET', '/desktop-login')).id, server.orgId);
  assert.equal((await done(200, 'GET', `/v2/user/by-ci-user-id/${user.ciUserId}/desktop-login`)).id, user.id);
  await done(204, 'PUT', `/user/${user.id}/password`, { password: 'correct horse battery' });
  const collection = await all.make('resource-collection');
  const put = await done(201, 'POST', '/resource-collection/update-resource', { resourceType: 'team', resourceId: team.id, resourceCollections: [{ id: collection.id }] });
  assert.equal(put.response[0].id, team.id);
  assert.ok((await done(200, 'GET', '/audit?entityType=team')).data.some((x) => x.entityId === team.id));
  assert.ok((await done(200, 'GET', '/security-event?pageSize=1')).data.length);
}
