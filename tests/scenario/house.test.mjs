// The house itself: health, metrics, CORS, logs, commands, and a history that can be lost and comes back.
import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Agent } from '../lib/agent.mjs';
import { Server, within } from '../lib/server.mjs';

const DAY_MS = 86_400_000;
let server, admin;
before(async () => {
  server = await Server.start({ clock: 'virtual', args: ['--log-level', 'debug'] });
  admin = await server.api('admin@demo.example');
});
after(() => server?.stop());

const named = async (resource, name) => (await admin.get(admin.org(`/v2/${resource}`))).body.data.find((x) => x.name === name).id;

test('health, readiness, metrics', async () => {
  assert.equal((await fetch(server.url + '/healthz')).status, 200);
  assert.equal((await fetch(server.url + '/readyz')).status, 200);
  const metrics = await (await fetch(server.url + '/metrics')).text();
  assert.match(metrics, /^# TYPE cordboard_http_requests_total counter$/m);
  assert.match(metrics, /^cordboard_journal_seq \d+$/m);
  assert.match(metrics, /cordboard_http_request_seconds_bucket\{le="\+Inf"\} \d+/);
});

test('CORS, as a browser client on another origin needs it', async () => {
  const asked = 'authorization, cisco-device-url, cisco-no-http-redirect, content-type, idempotency-key, if-match, spark-user-agent, trackingid, x-organization-id';
  const preflight = await fetch(server.url + '/v1/agents/session/state', {
    method: 'OPTIONS',
    headers: { origin: 'http://desktop.example', 'access-control-request-method': 'PUT', 'access-control-request-headers': asked },
  });
  assert.ok(preflight.ok);
  const allowed = preflight.headers.get('access-control-allow-headers').toLowerCase();
  for (const name of asked.split(', ')) assert.ok(allowed.includes(name), name);
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) assert.match(preflight.headers.get('access-control-allow-methods'), new RegExp(method));
  const answer = await admin.get(admin.org('/site'), { origin: 'http://desktop.example', trackingid: 'client_1_2' });
  assert.ok(['*', 'http://desktop.example'].includes(answer.headers.get('access-control-allow-origin')));
  assert.match(answer.headers.get('access-control-expose-headers').toLowerCase(), /trackingid/);
  for (const name of ['etag', 'idempotency-replayed']) assert.ok(answer.headers.get('access-control-expose-headers').toLowerCase().includes(name), name);
  assert.equal(answer.headers.get('trackingid'), 'client_1_2');
});

test('the log is one JSON object a line, with the tracking id', async () => {
  await admin.get(admin.org('/site'), { trackingid: 'find-me-in-the-log' });
  const lines = (await server.log()).trim().split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
  assert.ok(lines.some((l) => JSON.stringify(l).includes('find-me-in-the-log')));
});

test('every command explains itself', async () => {
  for (const words of [['--help'], ['serve', '--help'], ['token', '--help'], ['client', '--help']]) assert.match(await server.command(...words), /usage|cordboard/);
  await assert.rejects(server.command('serve', '--no-such-option'), /no such option/);
  await assert.rejects(server.command('token', '--data', server.data, '--user', 'nobody@demo.example'), /no user/);
  await assert.rejects(server.command('nonsense'), /no command/);
});

// One finished chat and one open call, so that there is something to lose.
async function makeHistory() {
  const agent = await Agent.open(await server.api('agent01@demo.example'));
  await agent.login('1001', await named('team', 'Sales Team'));
  await agent.available();
  const contact = async (channel, entry) => (await admin.post('/sandbox/v1/contacts', { channel, entryPointId: await named('entry-point', entry), from: 'grace' })).body.taskId;
  const chat = await contact('chat', 'Web Chat');
  await agent.message('AgentOfferContact');
  await agent.task(chat, 'accept', {}, 'AgentContactAssigned');
  await agent.task(chat, 'end', {}, 'AgentWrapup');
  await agent.task(chat, 'wrapup', { auxCodeId: await named('auxiliary-code', 'Sale'), wrapUpReason: 'Sale' }, 'AgentWrappedUp');
  const call = await contact('telephony', 'Support Line');
  agent.close();
  return { chat, call };
}

async function story() {
  const now = (await admin.get('/sandbox/v1/clock')).body.now;
  const window = `from: ${now - DAY_MS}, to: ${now + 1}`;
  const data = await admin.search(`{ taskDetails(${window}) { tasks { id status lastQueue { name } lastWrapupCodeName createdTime activities(first: 100) { totalCount nodes { id eventName } } } }
    legs: taskLegDetails(${window}) { taskLegs { id queue { name } handleType } }
    agentSession(${window}) { agentSessions { agentSessionId agentName state channelInfo { channelType connectedCount } } } }`);
  return data;
}

test('a lost or damaged history is rebuilt from the journal', async () => {
  const { chat, call } = await makeHistory();
  const whole = await within(1000, story, (d) => d.taskDetails.tasks.find((t) => t.id === chat)?.status === 'ended' && d.taskDetails.tasks.some((t) => t.id === call));
  assert.equal(whole.taskDetails.tasks.length, 2);

  assert.equal(await server.kill('SIGTERM'), 0);
  for (const name of await readdir(server.data)) if (name.startsWith('history.duckdb')) await rm(join(server.data, name), { recursive: true });
  await server.launch();
  assert.deepEqual(await within(3000, story, (d) => d.taskDetails.tasks.length === 2 && d.agentSession.agentSessions.length === 1), whole);

  assert.equal(await server.kill('SIGKILL'), null);
  await writeFile(join(server.data, 'history.duckdb'), 'this was a database');
  await server.launch();
  assert.deepEqual(await within(3000, story, (d) => d.taskDetails.tasks.length === 2 && d.agentSession.agentSessions.length === 1), whole);
});

test('a second start finds the demo as it was', async () => {
  const before = (await admin.get(admin.org('/v2/user?pageSize=100'))).body;
  await server.kill('SIGTERM');
  await server.launch();
  assert.deepEqual((await admin.get(admin.org('/v2/user?pageSize=100'))).body, before);
});

test('what came due while nothing ran is over at the start, and is history', async () => {
  const house = await Server.start({ clock: 'virtual' });
  try {
    const api = await house.api('admin@demo.example');
    const id = async (resource, name) => (await api.get(api.org(`/v2/${resource}`))).body.data.find((x) => x.name === name).id;
    const agent = await Agent.open(await house.api('agent01@demo.example'));
    await agent.login('1001', await id('team', 'Sales Team'));
    await agent.available();
    // The telephone would answer soon, but this clock stands still; at the next start it is later by the real one.
    assert.equal((await api.put('/sandbox/v1/devices/1001', { answerAfterMs: 1 })).status, 200);
    const call = await api.post('/sandbox/v1/contacts', { channel: 'telephony', entryPointId: await id('entry-point', 'Sales Line'), from: '+1555' });
    assert.equal(call.status, 201, call.text);
    await agent.message('AgentOfferContact');
    agent.close();
    await house.kill();
    house.args[house.args.indexOf('virtual')] = 'real';
    await house.launch();
    const again = await house.api('admin@demo.example');
    const query = `{ taskDetails(from: ${Date.now() - DAY_MS}, to: ${Date.now() + DAY_MS}) { tasks { id status } } }`;
    const find = async () => (await again.search(query)).taskDetails.tasks.find((t) => t.id === call.body.taskId);
    await within(2000, find, (task) => task?.status === 'connected');
  } finally {
    await house.stop();
  }
});
