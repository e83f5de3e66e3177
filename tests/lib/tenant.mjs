// Organisations of one server: made by the operator, acted in by their own people.
import assert from 'node:assert/strict';

import { control } from './control.mjs';
import { Api } from './server.mjs';

// An Api of a person of that organisation: paths by api.org() and Catalogue go there.
export async function apiIn(server, orgId, email, scope = '') {
  const api = new Api(Object.assign(Object.create(server), { orgId }), (await control(server, { command: 'token', email, scope })).access_token);
  return api;
}

// {orgId, name, admin}: `admin` is the Api of admin@<name>.example.
export async function makeOrg(server, name) {
  const made = await control(server, { command: 'org', verb: 'create', name, email: `admin@${name}.example`, password: `${name}-is-a-tenant` });
  return { ...made, admin: await apiIn(server, made.orgId, `admin@${name}.example`) };
}

// One that can take contacts: site, team, queue, entry point, and agent@<name>.example.
export async function furnish(server, name) {
  const made = await makeOrg(server, name);
  const { admin } = made;
  const named = async (path, what) => (await admin.get(admin.org(path))).body.data.find((x) => x.name === what).id;
  const create = async (path, body) => {
    const answer = await admin.post(admin.org(path), body);
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id;
  };
  const site = await create('/site', { name: `Site of ${name}`, active: true, multimediaProfileId: await named('/v2/multimedia-profile', 'Default Multimedia Profile') });
  const team = await create('/team', { name: `Team of ${name}`, siteId: site, teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true });
  const queue = await create('/contact-service-queue', {
    name: `Queue of ${name}`, queueType: 'INBOUND', channelType: 'TELEPHONY', routingType: 'LONGEST_AVAILABLE_AGENT', queueRoutingType: 'TEAM_BASED', checkAgentAvailability: false,
    monitoringPermitted: true, parkingPermitted: true, recordingPermitted: false, recordingAllCallsPermitted: false, pauseRecordingPermitted: false, serviceLevelThreshold: 20,
    maxActiveContacts: 1000, maxTimeInQueue: 3600, defaultMusicInQueueMediaFileId: 'music.wav', timezone: 'UTC', active: true,
    callDistributionGroups: [{ order: 1, duration: 0, agentGroups: [{ teamId: team }] }],
  });
  const entryPoint = await create('/entry-point', {
    name: `Line of ${name}`, entryPointType: 'INBOUND', channelType: 'TELEPHONY', active: true, serviceLevelThreshold: 20, maximumActiveContacts: 1000, defaultQueueId: queue,
  });
  const user = await create('/user', {
    firstName: 'An', lastName: `Agent of ${name}`, email: `agent@${name}.example`, userProfileId: await named('/v3/user-profile', 'Premium Agent'), contactCenterEnabled: true,
    siteId: site, teamIds: [team], agentProfileId: await named('/v2/agent-profile', 'Default Desktop Profile'), active: true,
  });
  return { ...made, name, site, team, queue, entryPoint, user };
}

export const call = async (org, from = '+1555') => (await org.admin.post('/sandbox/v1/contacts', { channel: 'telephony', entryPointId: org.entryPoint, from })).body.taskId;
