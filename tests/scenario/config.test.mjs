// The configuration as an administrator meets it: exports, look-ups, versions, dry runs, keys, the audit trail, files.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { BINARY, Server } from '../lib/server.mjs';

let server, admin, agent;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  agent = await server.api('agent01@demo.example');
});
after(() => server?.stop());

const org = (path) => admin.org(path);
const named = async (resource, name) => (await admin.get(org(`/v2/${resource}`))).body.data.find((x) => x.name === name);
const site = async (name) => ({ name, active: true, multimediaProfileId: (await named('multimedia-profile', 'Default Multimedia Profile')).id });

// Without the exit status there is nothing to learn from a refusal.
const cordboard = (...words) =>
  new Promise((resolve) => execFile(BINARY, words, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr })));
const config = (verb, ...more) => cordboard('config', verb, '--data', server.data, ...more);

test('bulk exports have names instead of ids', async () => {
  const sites = (await admin.get(org('/site/bulk-export'))).body;
  assert.deepEqual(sites, {
    resources: [{ name: 'Main Site', multimediaProfileName: 'Default Multimedia Profile' }],
    totalResources: 1, pageNumber: 0, pageSize: 100, rel: 'last',
  });
  const queues = (await admin.get(org('/contact-service-queue/bulk-export?type=INBOUND&pageSize=1'))).body;
  assert.equal(queues.rel, 'next');
  assert.deepEqual(queues.resources[0].callDistributionGroups[0].agentGroups, [{ teamName: 'Sales Team', siteName: 'Main Site' }]);
  assert.equal((await admin.get(org('/contact-service-queue/bulk-export'))).status, 400);
});

test('look-ups of queues by team and by user', async () => {
  const team = await named('team', 'Sales Team');
  const ofTeam = (await admin.get(org(`/contact-service-queue/by-team-id/${team.id}/internal`))).body.data;
  assert.deepEqual(ofTeam.map((q) => q.name).sort(), ['Chat Queue', 'Sales Queue']);
  const user = (await admin.get(org('/v2/user?search=agent01'))).body.data[0];
  const ofUser = (await admin.get(org(`/v2/contact-service-queue/by-user-id/${user.id}/team-based-queues?search=sales`))).body;
  assert.deepEqual(ofUser.data.map((q) => q.name), ['Sales Queue']);
  assert.equal((await admin.get(org(`/user/with-user-profile/${user.id}`))).body.userProfileData.profileType, 'PREMIUM_AGENT');
});

test('what the client library reads at sign-in can be read by an agent and changed by an administrator', async () => {
  const setting = (await agent.get(org('/v2/organization-setting?agentView=true'))).body.data[0];
  assert.equal(setting.webRtcEnabled, false);
  assert.equal((await admin.patch(org(`/organization-setting/${setting.id}`), { maskSensitiveData: true })).status, 200);
  assert.equal((await agent.get(org('/v2/organization-setting?agentView=true'))).body.data[0].maskSensitiveData, true);
  assert.equal((await agent.get(org('/v2/tenant-configuration?agentView=true'))).body.data[0].endCallEnabled, true);
  assert.deepEqual((await agent.get(org('/v2/org-url-mapping?sort=name,ASC'))).body.data, []);
  assert.equal((await agent.get(org('/v2/ai-feature?page=0&pageSize=100'))).body.data[0].realtimeTranscripts.enable, false);
  assert.ok(Array.isArray((await agent.get(org('/dial-plan?agentView=true'))).body));
  const whole = (await agent.get(org('/desktop-login'))).body;
  assert.ok(whole.tenantId && whole.timezone && whole.organizationSetting && whole.tenantConfiguration);
  const user = (await admin.get(org('/v2/user?search=agent01'))).body.data[0];
  const login = (await agent.get(org(`/v2/user/by-ci-user-id/${user.ciUserId}/desktop-login`))).body;
  assert.equal(login.agentProfile.name, 'Default Desktop Profile');
});

test('ETag and If-Match keep two administrators apart', async () => {
  const made = await admin.post(org('/site'), await site('Etag'));
  const path = org(`/site/${made.body.id}`);
  assert.equal(made.headers.get('etag'), '"1"');
  assert.equal((await admin.put(path, { ...made.body, description: 'a' }, { 'if-match': '"1"' })).headers.get('etag'), '"2"');
  assert.equal((await admin.put(path, { ...made.body, version: 2, description: 'b' }, { 'if-match': '"1"' })).status, 412);
  assert.equal((await admin.put(path, { ...made.body, description: 'b' })).status, 412); // version 1 in the body
  assert.equal((await admin.request('DELETE', path, undefined, { 'if-match': '"1"' })).status, 412);
  assert.equal((await admin.request('DELETE', path, undefined, { 'if-match': '"2"' })).status, 204);
});

test('a dry run tells the differences and changes nothing', async () => {
  const main = await named('site', 'Main Site');
  const answer = await admin.patch(org(`/tenant-configuration/${(await admin.get(org('/v2/tenant-configuration'))).body.data[0].id}?dryRun=true`), { endCallEnabled: false });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body.changes, [{ field: 'endCallEnabled', before: true, after: false }]);
  assert.equal((await agent.get(org('/v2/tenant-configuration?agentView=true'))).body.data[0].endCallEnabled, true);
  assert.equal((await admin.request('DELETE', org(`/site/${main.id}?dryRun=true`))).status, 412);
});

test('a request with an Idempotency-Key acts once, also after the server was killed', async () => {
  const body = await site('Once');
  const first = await admin.post(org('/site'), body, { 'idempotency-key': 'abc' });
  assert.equal(first.status, 201);
  await server.kill();
  await server.launch();
  const again = await admin.post(org('/site'), body, { 'idempotency-key': 'abc' });
  assert.equal(again.status, 201);
  assert.equal(again.text, first.text);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal((await admin.post(org('/site'), await site('Other'), { 'idempotency-key': 'abc' })).status, 409);
});

test('the audit trail says who changed what, and is for administrators', async () => {
  const made = (await admin.post(org('/site'), await site('Audited'))).body;
  await admin.put(org(`/site/${made.id}`), { ...made, name: 'Audited again' });
  const { body } = await admin.get(org(`/audit?entityId=${made.id}`));
  assert.equal(body.meta.totalRecords, 2);
  assert.deepEqual(body.data.map((e) => e.action), ['UPDATE', 'CREATE']);
  assert.equal(body.data[0].byName, 'Ada Admin');
  assert.deepEqual(body.data[0].changes, [{ field: 'name', before: 'Audited', after: 'Audited again' }]);
  assert.equal((await agent.get(org('/audit'))).status, 403);
});

test('a purge takes what has been inactive for long', async () => {
  const made = (await admin.post(org('/site'), { ...(await site('Old')), active: false })).body;
  assert.deepEqual((await admin.post(org('/site/purge-inactive-entities'))).body.details, { purged: [] });
  const sandbox = await server.api('admin@demo.example', '--scope', 'cordboard:sandbox');
  const moved = await sandbox.post('/sandbox/v1/clock', { advanceMs: 31 * 86_400_000 });
  assert.ok(moved.status < 300, moved.text);
  admin = await server.api('admin@demo.example');
  agent = await server.api('agent01@demo.example');
  assert.deepEqual((await admin.post(org('/site/purge-inactive-entities'))).body.details, { purged: [made.id] });
  assert.equal((await admin.get(org(`/site/${made.id}`))).status, 404);
});

test('permissions and resource collections restrict an administrator, from the next request on', async () => {
  const other = (await admin.post(org('/site'), await site('South'))).body;
  const kinds = ['channel', 'team', 'queue', 'audio-prompt', 'working-hour', 'idle-wrapup-code', 'holiday-list', 'function', 'sub-flow',
    'desktop-profile', 'desktop-layout', 'cad-variable', 'address-book', 'flow', 'multimedia-profile', 'skill-profile', 'skill-definition',
    'override', 'outdial-ani'].map((name) => ({ name, accessLevel: 'ALL' }));
  const collection = await admin.post(org('/resource-collection'), { name: 'South', resources: [{ name: 'site', accessLevel: 'SPECIFIC', ids: [other.id] }, ...kinds] });
  assert.equal(collection.status, 201, collection.text);
  const profile = await admin.post(org('/v3/user-profile'), {
    name: 'South only', profileType: 'ADMINISTRATOR_ONLY', active: true, permissionAccessLevel: 'SPECIFIC', resourceAccessLevel: 'SPECIFIC',
    permissions: [{ name: 'site', access: 'EDIT' }, { name: 'team', access: 'VIEW' }, { name: 'channel', access: 'VIEW' }, { name: 'queue', access: 'NONE' }],
    resourceCollections: [{ id: collection.body.id, name: 'South' }],
  });
  assert.equal(profile.status, 201, profile.text);
  const user = await admin.post(org('/user'), { firstName: 'Sue', lastName: 'South', email: 'sue@demo.example', userProfileId: profile.body.id, contactCenterEnabled: false, active: true });
  assert.equal(user.status, 201, user.text);
  const sue = await server.api('sue@demo.example');
  assert.deepEqual((await sue.get(org('/v2/site'))).body.data.map((s) => s.name), ['South']);
  assert.equal((await sue.get(org(`/site/${(await named('site', 'Main Site')).id}`))).status, 404);
  assert.equal((await sue.put(org(`/site/${other.id}`), { ...other, description: 'mine' })).status, 200);
  assert.equal((await sue.get(org('/v2/contact-service-queue'))).status, 403);
  const settings = [other.id, (await named('site', 'Main Site')).id].map((entityId) => ({ name: 'Where', type: 'String', entityType: 'site', entityId }));
  const chat = (await admin.get(org(`/entry-point/${(await named('entry-point', 'Web Chat')).id}`))).body;
  const point = await admin.put(org(`/entry-point/${chat.id}`), { ...chat, flowOverrideSettings: settings });
  assert.equal(point.status, 200, point.text);
  const shown = (await sue.get(org(`/entry-point/${point.body.id}?includeNames=true`))).body;
  assert.deepEqual(shown.flowOverrideSettings.map((s) => s.value), ['South', undefined], 'names of what she may see');
  const team = (await sue.get(org('/v2/team'))).body.data[0];
  assert.equal((await sue.put(org(`/team/${team.id}`), team)).status, 403);
  await admin.put(org(`/v3/user-profile/${profile.body.id}`), { ...profile.body, permissionAccessLevel: 'ALL', resourceAccessLevel: 'ALL' });
  assert.equal((await sue.get(org('/v2/contact-service-queue'))).status, 200);
});

test('the same file in YAML', async () => {
  const file = join(server.root, 'config.yaml'), json = join(server.root, 'beside.json');
  const odd = { name: 'Odd words', description: 'yes: "012" # no\n\ttwo lines \u00e9\u{1f98a} ', active: true, multimediaProfileId: (await site('any')).multimediaProfileId };
  const made = (await admin.post(org('/site'), odd)).body;
  assert.equal((await config('export', '--file', file)).code, 0);
  const text = await readFile(file, 'utf8');
  assert.match(text, /^ {2}site:\n/m);
  assert.equal((await config('plan', '--file', file, '--prune')).stdout, 'No differences.\n');
  assert.equal((await config('export', '--format', 'json', '--file', json)).code, 0);
  assert.deepEqual(JSON.parse(await readFile(json, 'utf8')).resources.site.find((s) => s.id === made.id).description, odd.description);

  await writeFile(file, text.replace('name: Odd words', 'name: Even words'));
  assert.match((await config('plan', '--file', file)).stdout, /^~ site Odd words\n {4}name: "Odd words" -> "Even words"$/m);
  assert.match((await config('apply', '--file', file)).stdout, /^~ site Odd words/m);
  assert.equal((await admin.get(org(`/site/${made.id}`))).body.name, 'Even words');
  await admin.delete(org(`/site/${made.id}`));

  const refused = async (what) => {
    await writeFile(file, what);
    const answer = await config('plan', '--file', file);
    assert.equal(answer.code, 1);
    return answer.stderr;
  };
  assert.match(await refused('a: &x [1]\nb: *x\n'), /line 1: anchors and tags are not taken/);
  assert.match(await refused('a: 1\nb: !!binary aGk=\n'), /line 2: anchors and tags/);
  assert.match(await refused('a: 1\n---\nb: 2\n'), /more than one document/);
  assert.match(await refused('[a]: 1\n'), /a key must be a text/);
  assert.match(await refused(`${'['.repeat(40)}${']'.repeat(40)}\n`), /nested too deep/);
  assert.match(await refused('a: 1\na: 2\n'), /twice|duplicate|same/i);
  assert.match(await refused('a: "open\n'), /line \d+: /);
});

test('the configuration as a file: a round trip changes nothing, a plan shows the differences', async () => {
  const file = join(server.root, 'config.json');
  assert.equal((await config('export', '--file', file)).code, 0);
  assert.equal((await config('plan', '--file', file, '--prune')).stdout, 'No differences.\n');
  assert.equal((await config('apply', '--file', file, '--prune')).stdout, 'No differences.\n');

  const document = JSON.parse(await readFile(file, 'utf8'));
  document.resources.site.find((s) => s.name === 'Main Site').description = 'Where it all began';
  const newSite = '01932f3e-6a00-7000-8000-00000000aaaa';
  // The team stands before its site: the order does not matter.
  document.resources.team.unshift({ id: '01932f3e-6a00-7000-8000-00000000bbbb', name: 'New Team', siteId: newSite, teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true });
  document.resources.site.push({ ...document.resources.site[0], id: newSite, name: 'New Site' });
  await writeFile(file, JSON.stringify(document, null, 2));
  const plan = (await config('plan', '--file', file)).stdout;
  assert.match(plan, /^\+ site New Site$/m);
  assert.match(plan, /^\+ team New Team$/m);
  assert.match(plan, /^~ site Main Site\n {4}description: \(not set\) -> "Where it all began"$/m);
  assert.equal((await named('site', 'New Site')), undefined);
  const applied = await config('apply', '--file', file);
  assert.equal(applied.code, 0, applied.stdout + applied.stderr);
  assert.equal((await named('site', 'New Site')).id, newSite);
  assert.equal((await named('team', 'New Team')).siteId, newSite);
  assert.equal((await config('plan', '--file', file)).stdout, 'No differences.\n');

  document.resources.team = document.resources.team.filter((t) => t.name !== 'New Team');
  document.resources.site = document.resources.site.filter((s) => s.name !== 'New Site');
  await writeFile(file, JSON.stringify(document));
  assert.equal((await config('plan', '--file', file)).stdout, 'No differences.\n');
  const pruned = await config('apply', '--file', file, '--prune');
  assert.match(pruned.stdout, /^- site New Site$/m);
  assert.equal(await named('site', 'New Site'), undefined);
});

test('a file that cannot be applied says why', async () => {
  const file = join(server.root, 'bad.json');
  await writeFile(file, '{"format":1,"resources":{"dog":[]}}');
  const unknown = await config('plan', '--file', file);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /dog: is no kind of entity/);
  await writeFile(file, JSON.stringify({ format: 1, resources: { site: [{ id: '01932f3e-6a00-7000-8000-00000000cccc', name: 'No profile', active: true }] } }));
  const failed = await config('apply', '--file', file);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /failed: multimediaProfileId/);
  assert.equal((await cordboard('config', 'plan')).code, 2);
});

test('a file goes from one organisation to another', async () => {
  const file = join(server.root, 'config.json');
  await config('export', '--file', file);
  const other = await Server.start({ clock: 'virtual' });
  try {
    const words = ['--data', other.data, '--file', file];
    const applied = await cordboard('config', 'apply', ...words);
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    assert.equal((await cordboard('config', 'plan', ...words)).stdout, 'No differences.\n');
  } finally {
    await other.stop();
  }
});
