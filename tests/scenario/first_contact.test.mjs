// One contact through the whole house, as a newcomer would: sign in, configure, log an agent in, bring a contact in, receive
// it on a webhook, find it by Search, kill the server in the middle, move the clock.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Agent } from '../lib/agent.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { Api, Server, within } from '../lib/server.mjs';

const SECRET = 'a secret that is at least thirty-two characters long';
const EVENTS = ['task:new', 'task:parked', 'task:connect', 'task:connected', 'task:ended', 'agent:login', 'agent:state_change'];
const DAY_MS = 86_400_000;

let server, admin, receiver;
const made = {};

before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  receiver = await Receiver.start();
});
after(async () => {
  receiver?.stop();
  await server?.stop();
});

async function create(path, body) {
  const answer = await admin.post(admin.org(path), body);
  assert.ok([200, 201].includes(answer.status), `${path}: ${answer.status} ${answer.text}`); // the contract has 200 for some
  return answer.body;
}

async function advance(ms) {
  const answer = await admin.post('/sandbox/v1/clock', { advanceMs: ms });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.now;
}

async function contact(channel, entryPointId, from = '+4930111') {
  const answer = await admin.post('/sandbox/v1/contacts', { channel, entryPointId, from, to: '+4930999', attributes: { customerName: 'Grace' } });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.taskId;
}

const WINDOW = 'from: $from, to: $to';
async function tasks(filter = '', fields = 'id status isActive lastQueue{name} lastAgent{name} lastWrapupCodeName channelType') {
  const now = (await admin.get('/sandbox/v1/clock')).body.now;
  const query = `query($from: Long!, $to: Long!) { taskDetails(${WINDOW} ${filter && `, filter: ${filter}`}) { tasks { ${fields} } pageInfo { hasNextPage endCursor } } }`;
  return (await admin.search(query, { from: now - 30 * DAY_MS, to: now + 1000 })).taskDetails.tasks;
}

// ---- 1. sign in ----

// A browser without a browser: keeps cookies, reads the forms' hidden fields.
class Visitor {
  cookies = new Map();
  async go(url, form) {
    const answer = await fetch(new URL(url, server.url), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '), ...(form && { origin: server.url }) },
      body: form && new URLSearchParams(form),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    return { status: answer.status, location: answer.headers.get('location'), headers: answer.headers, html: await answer.text() };
  }
}
function form(html) {
  const action = html.match(/<form[^>]*action="([^"]+)"/)[1].replaceAll('&amp;', '&');
  const fields = {};
  const [own] = html.match(/<form[\s\S]*?<\/form>/); // the first one's alone: the way out, behind it, has a token of its own
  for (const [tag] of own.matchAll(/<input[^>]*>/g)) {
    const name = tag.match(/name="([^"]+)"/)?.[1];
    if (name) fields[name] = (tag.match(/value="([^"]*)"/)?.[1] ?? '').replaceAll('&amp;', '&');
  }
  return { action, fields };
}

test('1: signs in by authorization code with PKCE', async () => {
  const redirect = 'http://127.0.0.1:9/callback';
  const client = JSON.parse(await server.command('client', '--data', server.data, '--name', 'First contact', '--redirect', redirect, '--scope', 'cjp:config cjp:config_read cjp:config_write cjp:user'));
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: redirect, scope: 'cjp:config_read cjp:user', state: 'x y&z', code_challenge: challenge, code_challenge_method: 'S256' });
  const visitor = new Visitor();
  let page = await visitor.go(`/v1/authorize?${query}`);
  while (page.status >= 300 && page.status < 400) page = await visitor.go(page.location);
  assert.equal(page.status, 200, page.html);
  assert.match(page.headers.get('content-security-policy'), /default-src|script-src/);

  let { action, fields } = form(page.html);
  const wrong = await visitor.go(action, { ...fields, email: 'admin@demo.example', password: 'not the password' });
  assert.notEqual(wrong.location?.startsWith(redirect), true);
  page = wrong.html ? wrong : await visitor.go(wrong.location);
  ({ action, fields } = form(page.html));
  page = await visitor.go(action, { ...fields, email: 'admin@demo.example', password: 'cordboard-demo' });
  while (page.status >= 300 && page.status < 400 && !page.location.startsWith(redirect)) page = await visitor.go(page.location);
  if (page.status === 200) {
    assert.match(page.html, /cjp:config_read/, 'the consent page names the scopes');
    const consent = form(page.html);
    page = await visitor.go(consent.action, { ...consent.fields, decision: 'allow' });
    while (page.status >= 300 && page.status < 400 && !page.location.startsWith(redirect)) page = await visitor.go(page.location);
  }
  const back = new URL(page.location);
  assert.equal(back.searchParams.get('state'), 'x y&z');
  assert.ok(back.searchParams.get('iss'));
  const code = back.searchParams.get('code');

  const exchange = (more) =>
    fetch(`${server.url}/v1/access_token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: client.clientId, client_secret: client.clientSecret, code, redirect_uri: redirect, ...more }),
    });
  const refused = await exchange({ code_verifier: randomBytes(32).toString('base64url') });
  assert.equal(refused.status, 400);
  const again = await exchange({ code_verifier: verifier });
  const tokens = await again.json();
  if (again.status === 200) {
    const parts = tokens.access_token.split('_');
    assert.equal(parts.length, 3);
    assert.equal(parts[2], server.orgId);
    const read = await new Api(server, tokens.access_token).get(admin.org('/v2/site'));
    assert.equal(read.status, 200, read.text);
    const replay = await exchange({ code_verifier: verifier });
    assert.equal(replay.status, 400, 'a code works once');
  } else {
    assert.fail(`token: ${again.status} ${JSON.stringify(tokens)}`);
  }
});

// ---- 2. configuration ----

test('2: creates the configuration by REST', async () => {
  const existing = (await admin.get(admin.org('/v2/multimedia-profile'))).body;
  assert.ok(existing.meta && Array.isArray(existing.data));
  const types = (await admin.get(admin.org('/v2/work-type'))).body.data;
  const workType = (code) => types.find((t) => t.workTypeCode === code).id;

  made.multimedia = await create('/multimedia-profile', { name: 'One of each', telephony: 1, chat: 1, email: 1, social: 1, active: true, blendingModeEnabled: true, blendingMode: 'BLENDED', manuallyAssignable: { telephony: 0, chat: 0, email: 0, social: 0 } });
  made.site = await create('/site', { name: 'Harbour', active: true, multimediaProfileId: made.multimedia.id });
  made.team = await create('/team', { name: 'Pilots', siteId: made.site.id, teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true });
  made.idle = await create('/auxiliary-code', { name: 'Tea', active: true, defaultCode: false, workTypeId: workType('IDLE_CODE'), workTypeCode: 'IDLE_CODE' });
  made.wrapup = await create('/auxiliary-code', { name: 'Solved', active: true, defaultCode: false, workTypeId: workType('WRAP_UP_CODE'), workTypeCode: 'WRAP_UP_CODE' });
  const defaults = (await admin.get(admin.org('/v2/agent-profile'))).body.data[0];
  const { id, version, createdTime, lastUpdatedTime, organizationId, systemDefault, links, ...profile } = (await admin.get(admin.org(`/agent-profile/${defaults.id}`))).body;
  made.desktop = await create('/agent-profile', { ...profile, name: 'Harbour desktop', viewableStatistics: { ...profile.viewableStatistics, id: undefined } });

  const queue = { queueType: 'INBOUND', routingType: 'LONGEST_AVAILABLE_AGENT', queueRoutingType: 'TEAM_BASED', serviceLevelThreshold: 20, maxActiveContacts: 50, maxTimeInQueue: 86400, defaultMusicInQueueMediaFileId: 'defaultmusic_on_hold.wav', timezone: 'Europe/Berlin', active: true, checkAgentAvailability: false, monitoringPermitted: true, parkingPermitted: true, recordingPermitted: false, recordingAllCallsPermitted: false, pauseRecordingPermitted: false, callDistributionGroups: [{ order: 1, duration: 0, agentGroups: [{ teamId: made.team.id }] }] };
  made.voiceQueue = await create('/contact-service-queue', { ...queue, name: 'Voice', channelType: 'TELEPHONY' });
  made.chatQueue = await create('/contact-service-queue', { ...queue, name: 'Chats', channelType: 'CHAT' });
  const entry = { entryPointType: 'INBOUND', active: true, serviceLevelThreshold: 20, maximumActiveContacts: 50 };
  made.voiceEntry = await create('/entry-point', { ...entry, name: 'Hotline', channelType: 'TELEPHONY', defaultQueueId: made.voiceQueue.id });
  made.chatEntry = await create('/entry-point', { ...entry, name: 'Site chat', channelType: 'CHAT', defaultQueueId: made.chatQueue.id });

  const profiles = (await admin.get(admin.org('/v3/user-profile'))).body.data;
  const agentProfile = profiles.find((p) => p.profileType === 'PREMIUM_AGENT' || p.profileType === 'AGENT' || p.profileType === 'STANDARD_AGENT');
  const user = { lastName: 'Pilot', userProfileId: agentProfile.id, agentProfileId: made.desktop.id, multimediaProfileId: made.multimedia.id, siteId: made.site.id, teamIds: [made.team.id], contactCenterEnabled: true, active: true };
  made.user = await create('/user', { ...user, firstName: 'Ann', email: 'ann@harbour.example' });
  made.second = await create('/user', { ...user, firstName: 'Bob', email: 'bob@harbour.example' });
});

test('2: get, list, put, delete and refusals', async () => {
  const one = await admin.get(admin.org(`/site/${made.site.id}`));
  assert.equal(one.status, 200);
  assert.equal(one.body.name, 'Harbour');

  const bare = await admin.get(admin.org('/site'));
  assert.ok(Array.isArray(bare.body), 'v1 lists are bare arrays');
  const page = (await admin.get(admin.org('/v2/site?page=0&pageSize=1'))).body;
  assert.equal(page.data.length, 1);
  assert.ok(page.meta.totalRecords >= 2, JSON.stringify(page.meta));

  const renamed = await admin.put(admin.org(`/site/${made.site.id}`), { ...one.body, name: 'Harbour West' });
  assert.equal(renamed.status, 200, renamed.text);
  assert.equal(renamed.body.version, one.body.version + 1);

  const nameless = await admin.post(admin.org('/site'), { active: true, multimediaProfileId: made.multimedia.id });
  assert.equal(nameless.status, 400);
  assert.match(JSON.stringify(nameless.body.error), /name/);
  assert.ok(nameless.body.trackingId);
  const dangling = await admin.post(admin.org('/site'), { name: 'Nowhere', active: true, multimediaProfileId: '00000000-0000-7000-8000-000000000000' });
  assert.equal(dangling.status, 400);
  assert.match(dangling.text, /multimediaProfileId/);
  assert.equal((await admin.post(admin.org('/site'), { name: 'Harbour West', active: true, multimediaProfileId: made.multimedia.id })).status, 409);
  assert.equal((await admin.delete(admin.org(`/site/${made.site.id}`))).status, 412, 'a team points at it');

  const spare = await create('/site', { name: 'Spare', active: true, multimediaProfileId: made.multimedia.id });
  assert.equal((await admin.delete(admin.org(`/site/${spare.id}`))).status, 204);
  assert.equal((await admin.get(admin.org(`/site/${spare.id}`))).status, 404);
});

// ---- 3 to 6: one contact by telephone ----

let ann, bob, annApi;

test('3: logs an agent in', async () => {
  const subscription = await admin.post('/v1/subscriptions', { name: 'Everything', description: 'first contact', eventTypes: EVENTS, destinationUrl: receiver.url, secret: SECRET, orgId: server.orgId });
  assert.equal(subscription.status, 201, subscription.text);
  made.subscription = subscription.body.data ?? subscription.body;
  assert.ok(!subscription.text.includes(SECRET), 'the secret is never shown');

  annApi = await server.api('ann@harbour.example');
  ann = await Agent.open(annApi);
  assert.equal(ann.id, made.user.id);
  const login = await ann.login('2001', made.team.id);
  assert.equal(login.data.subStatus, 'Idle');
  assert.equal(login.data.channelsMap.telephony.length, 1);
  const delivered = await receiver.of('agent:login');
  assert.equal(delivered.headers['x-webexcc-signature'], Receiver.signature(delivered, SECRET));
  const state = await ann.available();
  assert.equal(state.data.subStatus, 'Available');
  await receiver.of('agent:state_change');
});

test('4: a call is offered, answered on the telephone, ended and wrapped up', async () => {
  const id = await contact('telephony', made.voiceEntry.id);
  const reserved = await ann.message('AgentContactReserved');
  assert.equal(reserved.data.interactionId, id);
  assert.equal(reserved.data.interaction.callAssociatedDetails.customerName, 'Grace');
  await ann.message('AgentOfferContact');
  const answered = await admin.post('/sandbox/v1/devices/2001/answer');
  assert.equal(answered.status, 204, answered.text);
  const assigned = await ann.message('AgentContactAssigned');
  assert.equal(assigned.data.interaction.state, 'connected');

  const open = await within(1000, () => tasks(`{id:{equals:"${id}"}}`), (rows) => rows[0]?.status === 'connected');
  assert.equal(open.length, 1);
  assert.equal(open[0].isActive, true);

  await advance(60_000);
  const wrapup = await ann.task(id, 'end', {}, 'AgentWrapup');
  assert.equal(wrapup.data.interactionId, id);
  await ann.message('ContactEnded');
  const wrapped = await ann.task(id, 'wrapup', { auxCodeId: made.wrapup.id, wrapUpReason: 'Solved' }, 'AgentWrappedUp');
  assert.equal(wrapped.data.wrapUpAuxCodeId, made.wrapup.id);
  made.call = id;
});

test('4: a chat is accepted by the agent; hold is refused for it', async () => {
  const id = await contact('chat', made.chatEntry.id, 'grace@example.com');
  await ann.message('AgentContactReserved');
  await ann.message('AgentOfferContact');
  await ann.task(id, 'accept', {}, 'AgentContactAssigned');
  await ann.task(id, 'hold', { mediaResourceId: id }, 'AgentContactHoldFailed');
  await ann.task(id, 'end', {}, 'AgentWrapup');
  await ann.task(id, 'wrapup', { auxCodeId: made.wrapup.id, wrapUpReason: 'Solved' }, 'AgentWrappedUp');
  made.chat = id;
});

test('4: an offer that is not answered goes back to the head of the queue', async () => {
  await ann.available();
  const first = await contact('telephony', made.voiceEntry.id, '+49301');
  assert.equal((await ann.message('AgentContactReserved')).data.interactionId, first);
  const second = await contact('telephony', made.voiceEntry.id, '+49302');
  await advance(120_000);
  const rona = await ann.message('AgentOfferContactRona');
  assert.equal(rona.data.reason, 'RONA_TIMER_EXPIRED');
  assert.equal((await ann.message('AgentStateChangeSuccess')).data.subStatus, 'Idle');

  bob = await Agent.open(await server.api('bob@harbour.example'));
  await bob.login('2002', made.team.id);
  await bob.available();
  assert.equal((await bob.message('AgentContactReserved')).data.interactionId, first, 'it did not lose its place');
  assert.equal((await admin.post('/sandbox/v1/devices/2002/answer')).status, 204);
  await bob.message('AgentContactAssigned');
  Object.assign(made, { first, second });
});

test('5: the webhook tells the story of the call', async () => {
  for (const type of ['task:new', 'task:parked', 'task:connect', 'task:connected', 'task:ended']) {
    const { event, headers, raw } = await receiver.of(type, made.call);
    assert.equal(event.specversion, '1.0');
    assert.equal(event.comciscoorgid, server.orgId);
    assert.ok(event.source.endsWith(made.subscription.id));
    assert.equal(headers['x-webexcc-signature'], Receiver.signature({ raw }, SECRET));
  }
});

test('5: a delivery that failed is tried again when its time comes', async () => {
  receiver.status = 503;
  const id = await contact('chat', made.chatEntry.id, 'retry@example.com');
  const failed = await receiver.delivery((d) => d.event.type === 'task:new' && d.event.data.taskId === id, 'failed attempt');
  assert.equal(failed.status, 503);
  receiver.status = 200;
  await advance(10 * 60_000);
  const delivered = await receiver.of('task:new', id);
  assert.equal(delivered.event.id, failed.event.id, 'the same event');
  assert.equal((await admin.post(`/sandbox/v1/contacts/${id}/hangup`)).status, 204);
});

test('6: Search finds and counts', async () => {
  const rows = await within(1000, () => tasks(`{id:{equals:"${made.call}"}}`), (r) => r[0]?.status === 'ended');
  assert.equal(rows[0].isActive, false);
  assert.equal(rows[0].lastQueue.name, 'Voice');
  assert.equal(rows[0].lastWrapupCodeName, 'Solved');
  const now = (await admin.get('/sandbox/v1/clock')).body.now;
  const grouped = await admin.search(
    `query($from: Long!, $to: Long!) { taskDetails(${WINDOW}, aggregations: [{field: "id", type: count, name: "contacts"}]) {
       tasks { lastQueue { name } lastWrapupCodeName aggregation { name value } } } }`,
    { from: now - DAY_MS, to: now },
  );
  const row = grouped.taskDetails.tasks.find((t) => t.lastQueue.name === 'Voice' && t.lastWrapupCodeName === 'Solved');
  assert.deepEqual(row.aggregation, [{ name: 'contacts', value: 1 }]);
  const legacy = await admin.search(`query($from: Long!, $to: Long!) { task(${WINDOW}, filter: {id: {equals: "${made.chat}"}}) { tasks { id status channelType } } }`, { from: now - DAY_MS, to: now });
  assert.deepEqual(legacy.task.tasks, [{ id: made.chat, status: 'ended', channelType: 'chat' }]);
  const schema = await admin.search('{ __schema { queryType { name fields { name } } } }');
  assert.ok(schema.__schema.queryType.fields.some((f) => f.name === 'agentSession'));
});

// ---- 7. crash ----

test('7: kill -9 loses nothing and invents nothing', async () => {
  receiver.status = 503;
  const waiting = await contact('telephony', made.voiceEntry.id, '+49303');
  await receiver.delivery((d) => d.event.type === 'task:parked' && d.event.data.taskId === waiting, 'failed attempt');
  // Many acknowledged creations at once, the process dies among them.
  const acknowledged = [];
  const stream = Array.from({ length: 200 }, async (_, i) => {
    try {
      const answer = await admin.post(admin.org('/site'), { name: `Quay ${i}`, active: true, multimediaProfileId: made.multimedia.id });
      if (answer.status === 201) acknowledged.push(answer.body.id);
    } catch {
      // the connection died: nothing was acknowledged
    }
    if (acknowledged.length === 50) server.child.kill('SIGKILL');
  });
  await Promise.all(stream);
  await server.exited;
  assert.ok(acknowledged.length >= 50);
  receiver.status = 200;
  await server.launch();

  for (const id of acknowledged) assert.equal((await admin.get(admin.org(`/site/${id}`))).status, 200, 'the token and the site survived');
  await advance(60 * 60_000);
  await receiver.of('task:parked', waiting);

  const ids = (await within(1000, () => tasks('', 'id'), (rows) => rows.some((r) => r.id === waiting))).map((r) => r.id);
  assert.equal(new Set(ids).size, ids.length, 'each contact once');
  for (const id of [made.call, made.chat, made.first, made.second, waiting]) assert.ok(ids.includes(id));
  made.waiting = waiting;
});

test('7: the open contact goes on', async () => {
  const bobAgain = await Agent.open(await server.api('bob@harbour.example'));
  const relogin = await bobAgain.call('POST', '/v1/agents/reload', {}, 'AgentReloginSuccess');
  assert.equal(relogin.data.deviceType, 'EXTENSION');
  const carried = await bobAgain.message('AgentContact');
  assert.equal(carried.data.interactionId, made.first);
  assert.equal(carried.data.interaction.state, 'connected');
  await bobAgain.task(made.first, 'hold', { mediaResourceId: made.first }, 'AgentContactHeld');
  await bobAgain.task(made.first, 'unhold', { mediaResourceId: made.first }, 'AgentContactUnheld');
  await bobAgain.task(made.first, 'end', {}, 'AgentWrapup');
  await bobAgain.task(made.first, 'wrapup', { auxCodeId: made.wrapup.id, wrapUpReason: 'Solved' }, 'AgentWrappedUp');
  await bobAgain.available();
  assert.equal((await bobAgain.message('AgentContactReserved')).data.interactionId, made.second, 'the queue kept its order');
  bobAgain.close();
});

// ---- 8. the clock ----

test('8: the clock moves token expiry too', async () => {
  const token = await server.api('agent01@demo.example');
  const query = '{ __typename }';
  assert.equal((await token.post('/v1/agents/reload')).status, 202);
  await advance(13 * 60 * 60_000);
  assert.equal((await token.post('/v1/agents/reload')).status, 401, 'twelve hours have passed');
  const fresh = await server.api('admin@demo.example');
  assert.deepEqual(await fresh.search(query), { __typename: 'Query' });
});

test('SIGTERM drains and leaves with 0', async () => {
  assert.equal(await server.kill('SIGTERM'), 0);
});
