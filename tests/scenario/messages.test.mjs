// What an unmodified desktop client needs of each message: their order, and what is in them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Agent } from '../lib/agent.mjs';
import { Server, within } from '../lib/server.mjs';

let server, admin, agent, id;
const named = async (resource, name) => (await admin.get(admin.org(`/v2/${resource}`))).body.data.find((x) => x.name === name).id;
const chat = async () => (await admin.post('/sandbox/v1/contacts', { channel: 'chat', entryPointId: await named('entry-point', 'Web Chat'), from: 'grace@example.com' })).body.taskId;
const story = async () => {
  const now = (await admin.get('/sandbox/v1/clock')).body.now, window = `from: ${now - 86_400_000}, to: ${now + 1}`;
  return admin.search(`{ taskDetails(${window}) { tasks { id status } } agentSession(${window}, filter: { agentId: { equals: "${agent.id}" } }) { agentSessions { isActive } } }`);
};
const names = () => agent.inbox.map((m) => m.name).filter((name) => name !== 'AgentStateChangeSuccess');

before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  agent = await Agent.open(await server.api('agent01@demo.example'));
});
after(() => server?.stop());

test('login and reload have what a client takes apart', async () => {
  await agent.login('1001', await named('team', 'Sales Team'));
  const { data } = await agent.call('POST', '/v1/agents/reload', {}, 'AgentReloginSuccess');
  assert.equal(data.deviceType, 'EXTENSION');
  for (const channel of ['telephony', 'chat', 'email', 'social']) assert.ok(Array.isArray(data.channelsMap[channel]), channel);
});

test('reserved, then offered; ended, then wrap-up: in this order', async () => {
  await agent.available();
  agent.inbox = [];
  id = await chat();
  await agent.api.post(`/v1/tasks/${id}/accept`);
  await admin.post(`/sandbox/v1/contacts/${id}/hangup`);
  const wrapup = await agent.message('AgentWrapup');
  assert.deepEqual(names(), ['AgentContactReserved', 'AgentOfferContact', 'AgentContactAssigned', 'ContactEnded']);
  const ended = await agent.message('ContactEnded');
  assert.deepEqual(ended.data.agentsPendingWrapUp, [agent.id]);
  assert.equal(ended.data.terminatingParty, 'Customer');
  for (const { data } of [ended, wrapup, await agent.message('AgentContactReserved'), await agent.message('AgentContactAssigned')]) {
    const { interaction } = data;
    assert.equal(interaction.interactionId, id);
    assert.ok(interaction.participants[agent.id] && interaction.participants['grace@example.com']);
    assert.ok(interaction.media[id].participants.includes(agent.id));
    for (const value of Object.values(interaction.callProcessingDetails)) assert.ok(value === null || typeof value === 'string');
  }
  assert.equal(wrapup.data.interaction.state, 'wrapUp');
  assert.equal(wrapup.data.interaction.participants[agent.id].isWrapUp, true);
});

test('a reload in wrap-up brings the contact back', async () => {
  agent.inbox = [];
  await agent.call('POST', '/v1/agents/reload', {}, 'AgentReloginSuccess');
  const { data } = await agent.message('AgentContact');
  assert.equal(data.interactionId, id);
  assert.equal(data.interaction.state, 'wrapUp');
  await agent.task(id, 'wrapup', { auxCodeId: await named('auxiliary-code', 'Sale'), wrapUpReason: 'Sale' }, 'AgentWrappedUp');
});

test('a refused accept names the contact, also when it is gone', async () => {
  const { data } = await agent.task(id, 'accept', {}, 'AgentContactAssignFailed');
  assert.equal(data.interactionId, id);
  assert.equal(data.reason, 'TASK_NOT_FOUND');
});

test('an administrator who logs an agent out hears why not', async () => {
  const boss = await Agent.open(admin);
  id = await chat();
  await agent.message('AgentOfferContact');
  agent.inbox = [];
  const { data } = await boss.call('PUT', '/v1/agents/logout', { logoutReason: 'Shift over', agentId: agent.id }, 'AgentLogoutFailed');
  assert.equal(data.reason, 'AGENT_HAS_ASSIGNED_CONTACTS');
  assert.deepEqual(names(), []);
  await agent.task(id, 'accept', {}, 'AgentContactAssigned');
  agent.inbox = [];
  boss.close();
});

test('an agent whose user is switched off leaves when the talk is over', async () => {
  const { body } = await admin.get(admin.org(`/user/${agent.id}`));
  const off = await admin.put(admin.org(`/user/${agent.id}`), { ...body, active: false });
  assert.equal(off.status, 200, off.text);
  assert.equal(await agent.closed, 1008, 'what was opened with a token ends with it');
  assert.deepEqual(names(), [], 'the talk goes on');
  await within(1000, story, (d) => d.agentSession.agentSessions[0]?.isActive && d.taskDetails.tasks.find((t) => t.id === id)?.status === 'connected');
  await admin.post(`/sandbox/v1/contacts/${id}/hangup`);
  await within(1000, story, (d) => d.agentSession.agentSessions[0]?.isActive === false && d.taskDetails.tasks.find((t) => t.id === id)?.status === 'ended');
});
