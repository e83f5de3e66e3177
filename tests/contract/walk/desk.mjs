// An agent's day, seen from the desktop: sockets, stations, contacts; the simulation around it; webhooks and Search.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

import { Agent } from '../../lib/agent.mjs';

const HOUR_MS = 3_600_000;

export async function desk({ server, admin, watch, openapi }) {
  const named = async (resource, name) => (await admin.get(admin.org(`/v2/${resource}?filter=name=="${name}"`))).body.data[0].id;
  const done = async (status, method, path, body) => {
    const answer = await admin.request(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  await socket(server, watch, openapi);
  const agent = await Agent.open(await server.api('agent01@demo.example'));
  await agent.login('1001', await named('team', 'Sales Team'));
  await agent.call('POST', '/v1/agents/reload', {}, 'AgentReloginSuccess');
  await agent.call('POST', '/v1/agents/buddyList', { agentProfileId: (await admin.get(admin.org('/v2/agent-profile'))).body.data[0].id, mediaType: 'telephony' }, 'BuddyAgents');
  await agent.available();
  assert.equal((await done(200, 'PUT', '/sandbox/v1/devices/1001', { answerAfterMs: null })).answerAfterMs, null);

  const call = async (channel = 'telephony', entry = 'Sales Line') =>
    (await done(201, 'POST', '/sandbox/v1/contacts', { channel, entryPointId: await named('entry-point', entry), from: '+4930111' })).taskId;
  const wrapUp = { auxCodeId: await named('auxiliary-code', 'Sale'), wrapUpReason: 'Sale' };

  const declined = await call();
  await agent.message('AgentOfferContact');
  await agent.task(declined, 'reject', { mediaResourceId: declined }, 'AgentContactAssignFailed');
  await agent.available();
  await agent.message('AgentOfferContact');
  await done(204, 'POST', '/sandbox/v1/devices/1001/answer');
  await agent.message('AgentContactAssigned');
  await agent.task(declined, 'hold', { mediaResourceId: declined }, 'AgentContactHeld');
  await agent.task(declined, 'unhold', { mediaResourceId: declined }, 'AgentContactUnheld');
  await agent.call('PATCH', `/v1/tasks/${declined}`, { attributes: { customerName: 'Grace' } }, 'ContactUpdated');
  await agent.task(declined, 'end', {}, 'AgentWrapup');
  await agent.task(declined, 'wrapup', wrapUp, 'AgentWrappedUp');

  const chat = await call('chat', 'Web Chat');
  await agent.message('AgentOfferContact');
  await agent.task(chat, 'accept', {}, 'AgentContactAssigned');
  await done(204, 'POST', `/sandbox/v1/contacts/${chat}/hangup`);
  await agent.message('AgentWrapup');
  await agent.task(chat, 'wrapup', wrapUp, 'AgentWrappedUp');
  await devices({ agent, call, done, wrapUp });
  await agent.logout();
  await agent.login('1001', await named('team', 'Sales Team'));
  await agent.call('POST', '/v1/agents/logout', { logoutReason: 'Shift over' }, 'AgentLogoutSuccess');
  agent.close();

  assert.ok((await done(200, 'GET', '/sandbox/v1/limits')).rateLimit);
  const { now } = await done(200, 'GET', '/sandbox/v1/clock');
  assert.equal((await done(200, 'POST', '/sandbox/v1/clock', { advanceMs: HOUR_MS })).now, now + HOUR_MS);
  const found = await done(200, 'POST', '/search', { query: `{ taskDetails(from: ${now - HOUR_MS}, to: ${now + HOUR_MS}) { tasks { id status } } }` });
  assert.ok(found.data.taskDetails);
  for (const version of ['v1', 'v2']) await subscription(done, version);
}

// A telephone that declines, and one that hangs up.
async function devices({ agent, call, done, wrapUp }) {
  const id = await call();
  await agent.message('AgentOfferContact');
  await done(204, 'POST', '/sandbox/v1/devices/1001/decline');
  await agent.available();
  await agent.message('AgentOfferContact');
  await done(204, 'POST', '/sandbox/v1/devices/1001/answer');
  await agent.message('AgentContactAssigned');
  await done(204, 'POST', '/sandbox/v1/devices/1001/hangup');
  await agent.message('AgentWrapup');
  await agent.task(id, 'wrapup', wrapUp, 'AgentWrappedUp');
}

// The WebSocket is no matter of fetch: its handshake is noted by hand.
async function socket(server, watch, openapi) {
  const api = await server.api('agent02@demo.example');
  const { body } = await api.post('/v1/notification/subscribe', { clientType: 'walk' });
  const client = new WebSocket(body.webSocketUrl);
  const [reply] = await once(client, 'upgrade');
  const headers = new Headers(Object.entries(reply.headers).map(([name, value]) => [name, String(value)]));
  const path = new URL(body.webSocketUrl).pathname;
  watch.note(openapi.find('GET', path), `GET ${path}`, { status: reply.statusCode, headers }, '');
  client.close();
}

async function subscription(done, version) {
  const resourceVersion = version === 'v2' ? { resourceVersion: 'task:1.0.0' } : {};
  assert.ok((await done(200, 'GET', `/${version}/event-types`)).data.length);
  const body = { name: `Walk ${version}`, eventTypes: ['task:new'], destinationUrl: 'http://127.0.0.1:9/hook', ...resourceVersion };
  const { data } = await done(201, 'POST', `/${version}/subscriptions`, body);
  const one = `/${version}/subscriptions/${data.id}`;
  assert.equal((await done(200, 'GET', one)).data.name, body.name);
  assert.ok((await done(200, 'GET', `/${version}/subscriptions`)).data.some((x) => x.id === data.id));
  assert.equal((await done(200, 'PATCH', one, { description: 'x', ...resourceVersion })).data.description, 'x');
  await done(204, 'DELETE', one);
  await done(404, 'GET', one);
}
