// Every configuration resource through its whole life over the wire, from one table: create, get, list (v1, v2, v3), filter,
// replace, refuse what is wrong (400, 404, 409, 412), delete. Then what only some of them have.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Server } from '../lib/server.mjs';

let server, admin;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
});
after(() => server?.stop());

const org = (path) => admin.org(path);
const NOBODY = '01000000-0000-7000-8000-000000000000';
let count = 0;
const unique = (word) => `${word} ${++count}`;

const paths = { 'user-profile': 'v3/user-profile' };
const path = (resource) => `/${paths[resource] ?? resource}`;

// The first entity of a resource that the demo brings.
async function some(resource, filter = '') {
  const { body } = await admin.get(org(`/v2/${resource}?pageSize=1${filter && '&filter=' + encodeURIComponent(filter)}`));
  return body.data[0].id;
}

async function made(resource, more = {}) {
  const answer = await admin.post(org(path(resource)), { ...(await table[resource].body()), ...more });
  assert.ok([200, 201].includes(answer.status), `${resource}: ${answer.text}`);
  return answer.body.id;
}

const KINDS = ['audio-prompt', 'working-hour', 'idle-wrapup-code', 'holiday-list', 'function', 'sub-flow', 'desktop-profile', 'desktop-layout', 'cad-variable', 'address-book',
  'flow', 'multimedia-profile', 'skill-profile', 'skill-definition', 'override', 'outdial-ani'];
const ALL = { accessWrapUpCode: 'ALL', accessIdleCode: 'ALL', accessQueue: 'ALL', accessEntryPoint: 'ALL', accessBuddyTeam: 'ALL' };
const LAYOUT = JSON.stringify({ area: { headless: { id: 'dw-headless' } } });

// body: a good one, new each time. key: the field that may not come twice. created, deleted: status. v1, v3: lists besides v2.
// newest: version of the list with paging, when it is not v2. change: what a PUT changes. wrong: [body members, text of the 400]. holder: makes an entity that points here -> its resource.
const table = {
  site: {
    body: async () => ({ name: unique('Site'), active: true, multimediaProfileId: await some('multimedia-profile') }),
    v1: true, change: { description: 'x' }, wrong: [{ name: '' }, 'name: should not be null or blank'],
    holder: async (id) => (await made('team', { siteId: id }), 'team'),
  },
  team: {
    body: async () => ({ name: unique('Team'), teamType: 'AGENT', teamStatus: 'IN_SERVICE', active: true, siteId: await some('site') }),
    v1: true, change: { description: 'x' }, wrong: [{ siteId: NOBODY }, 'siteId: not found for given orgId.'],
    holder: async (id) => (await made('desktop-layout', { teamIds: [id] }), 'desktop-layout'),
  },
  'work-type': {
    body: async () => ({ name: unique('Type'), active: true, workTypeCode: 'IDLE_CODE' }),
    created: 200, deleted: 200, change: { description: 'x' }, wrong: [{ workTypeCode: 'NAP' }, 'workTypeCode: should be one of'],
    holder: async (id) => (await made('auxiliary-code', { workTypeId: id }), 'auxiliary-code'),
  },
  'auxiliary-code': {
    body: async () => ({ name: unique('Code'), active: true, defaultCode: false, workTypeCode: 'IDLE_CODE', workTypeId: await some('work-type', 'workTypeCode==IDLE_CODE') }),
    v1: true, change: { description: 'x' }, wrong: [{ name: 'a!' }, 'name: should match'],
    holder: async (id) => (await made('agent-profile', { accessIdleCode: 'SPECIFIC', idleCodes: [id] }), 'agent-profile'),
  },
  'multimedia-profile': {
    body: async () => ({ name: unique('Media'), active: true, blendingMode: 'BLENDED', blendingModeEnabled: true, telephony: 1, chat: 3, email: 2, social: 2, manuallyAssignable: { telephony: 1, chat: 3, email: 2, social: 2 } }),
    v1: true, created: 200, deleted: 200, change: { description: 'x' }, wrong: [{ chat: -1 }, 'chat: should not be less than'],
    holder: async (id) => (await made('site', { multimediaProfileId: id }), 'site'),
  },
  'agent-profile': {
    body: async () => ({ name: unique('Profile'), parentType: 'ORGANIZATION', ...ALL, agentDNValidation: 'ALL', active: true, viewableStatistics: { accessQueueStats: 'ALL', accessTeamStats: 'ALL' } }),
    v1: true, change: { description: 'x' }, wrong: [{ autoWrapUp: true }, 'autoWrapAfterSeconds should be specified when autoWrapUp is true'],
  },
  'entry-point': {
    body: async () => ({ name: unique('Point'), entryPointType: 'INBOUND', channelType: 'TELEPHONY', active: true, serviceLevelThreshold: 20, maximumActiveContacts: 5 }),
    v1: true, change: { description: 'x' }, wrong: [{ serviceLevelThreshold: 0 }, 'serviceLevelThreshold: should not be less than 1'],
    holder: async (id) => (await made('dial-number', { entryPointId: id }), 'dial-number'),
  },
  'contact-service-queue': {
    body: async () => ({ name: unique('Queue'), queueType: 'INBOUND', channelType: 'CHAT', serviceLevelThreshold: 20, maxActiveContacts: 5, maxTimeInQueue: 60, active: true, routingType: 'LONGEST_AVAILABLE_AGENT' }),
    v1: true, v3: true, change: { description: 'x' }, wrong: [{ queueType: undefined }, 'queueType: should not be null or blank'],
    holder: async (id) => (await made('entry-point', { channelType: 'CHAT', defaultQueueId: id }), 'entry-point'),
  },
  skill: {
    body: async () => ({ name: unique('Skill'), serviceLevelThreshold: 20, active: true, skillType: 'PROFICIENCY' }),
    v1: true, change: { description: 'x' }, wrong: [{ skillType: 'ENUM' }, 'Enum skill should have atleast one value'],
    holder: async (id) => (await made('skill-profile', { activeSkills: [{ skillId: id, proficiencyValue: 5 }] }), 'skill-profile'),
  },
  'skill-profile': {
    body: async () => ({ name: unique('Skilled'), activeSkills: [{ skillId: await made('skill', { skillType: 'Boolean' }), booleanValue: true }] }),
    v1: true, change: { description: 'x' }, wrong: [{ activeSkills: [] }, 'Atleast one skill is mandatory.'],
    holder: async (id) => (await made('team', { skillProfileId: id }), 'team'),
  },
  'contact-number': {
    body: async () => ({ number: String(5550000 + ++count) }),
    created: 200, deleted: 200, key: 'number', change: { number: '777' }, wrong: [{ number: '1234567890' }, 'number: should not be more than 9 characters'],
  },
  'dial-number': {
    body: async () => ({ dialledNumber: `+1-408555${1000 + ++count}`, entryPointId: await some('entry-point') }),
    v1: true, v3: true, created: 200, deleted: 200, key: 'dialledNumber', change: { extension: '1234' }, wrong: [{ dialledNumber: 'ring' }, 'dialledNumber: should match'],
  },
  'dial-plan': {
    body: async () => ({ name: unique('Plan'), regularExpression: '[0-9]{10}', prefix: '1', strippedChars: '( )-', active: true }),
    v1: true, created: 200, deleted: 200, change: { description: 'x' }, wrong: [{ regularExpression: '[0-9' }, 'regularExpression: should be a regular expression'],
    holder: async (id) => (await made('agent-profile', { dialPlanEnabled: true, dialPlans: [id] }), 'agent-profile'),
  },
  'outdial-ani': {
    body: async () => ({ name: unique('Numbers'), outdialANIEntries: [{ name: 'Main', number: '98723487924' }] }),
    v1: true, change: { description: 'x' }, wrong: [{ outdialANIEntries: [{ name: 'a' }] }, 'outdialANIEntries[0].number: should not be null or blank'],
    holder: async (id) => (await made('agent-profile', { outdialANIId: id }), 'agent-profile'),
  },
  'address-book': {
    body: async () => ({ name: unique('Book'), parentType: 'ORGANIZATION', addressBookEntries: [{ name: 'Ann', number: '+1' }] }),
    v1: true, v3: true, change: { description: 'x' }, wrong: [{ parentType: 'SITE' }, 'siteId: should not be null or blank'],
    holder: async (id) => (await made('agent-profile', { addressBookId: id }), 'agent-profile'),
  },
  'cad-variable': {
    body: async () => ({ name: unique('V').replace(' ', '_'), active: true, agentEditable: true, variableType: 'String', defaultValue: 'x', reportable: true, agentViewable: false }),
    created: 200, deleted: 200, change: { description: 'x' }, wrong: [{ variableType: 'Integer' }, 'validDefaultValueForVariabelType'],
  },
  'desktop-layout': {
    body: async () => ({ name: unique('Layout'), editedBy: 'me', jsonFileName: 'l.json', jsonFileContent: LAYOUT, status: true, defaultJsonModified: true }),
    created: 200, deleted: 200, hidden: ['jsonFileContent'], change: { description: 'x' }, wrong: [{ jsonFileContent: '{' }, 'jsonFileContent: should be a JSON object'],
    holder: async (id) => (await made('team', { desktopLayoutId: id }), 'team'),
  },
  'resource-collection': {
    body: async () => ({ name: unique('Part'), resources: [...['site', 'channel', 'team', 'queue'].map((name) => ({ name, accessLevel: 'ALL' })), ...KINDS.map((name) => ({ name, accessLevel: 'NONE' }))] }),
    hidden: ['resources'], change: { description: 'x' }, wrong: [{ resources: [{ name: 'site', accessLevel: 'ALL' }] }, 'resources: team is missing'],
    holder: async (id) => (await made('user-profile', { resourceAccessLevel: 'SPECIFIC', resourceCollections: [{ id }] }), 'user-profile'),
  },
  'user-profile': {
    body: async () => ({ name: unique('Role'), profileType: 'SUPERVISOR', active: true, permissionAccessLevel: 'ALL', resourceAccessLevel: 'ALL' }),
    newest: 'v3/', change: { description: 'x' }, wrong: [{ profileType: 'KING' }, 'profileType: should be one of'],
  },
  'business-hours': {
    body: async () => ({ name: unique('Hours'), timezone: 'America/New_York', workingHours: [{ name: 'Open', days: ['MON', 'FRI'], startTime: '09:00', endTime: '16:59' }] }),
    v1: true, hidden: ['workingHours', 'workingHoursCount'], change: { description: 'x' }, wrong: [{ workingHours: [] }, 'Working hours cannot be empty'],
  },
  'holiday-list': {
    body: async () => ({ name: unique('Holidays'), holidays: [{ name: 'Fair', startDate: '2026-05-01', endDate: '2026-05-02' }] }),
    v1: true, hidden: ['holidays', 'holidaysCount'], change: { description: 'x' }, wrong: [{ holidays: [] }, 'Holiday list cannot be empty'],
    holder: async (id) => (await made('business-hours', { holidaysId: id }), 'business-hours'),
  },
  overrides: {
    body: async () => ({ name: unique('Over'), timezone: 'UTC', overrides: [{ name: 'Shut', startDateTime: '2026-05-01T00:00', endDateTime: '2026-05-01T23:59', workingHours: false }] }),
    v1: true, hidden: ['overrides'], change: { description: 'x' }, wrong: [{ overrides: [] }, 'Overrides cannot be empty'],
    holder: async (id) => (await made('business-hours', { overridesId: id }), 'business-hours'),
  },
};

const list = async (version, resource, value, key = 'name') =>
  admin.get(org(`/${version}${resource}?filter=${encodeURIComponent(`${key}=="${value}"`)}`));

function isRefused(answer, status, text) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.error.key, String(status));
  assert.match(answer.body.trackingId, /^ccconfig_/);
  if (text) assert.ok(JSON.stringify(answer.body.error).includes(text), answer.text);
}

describe('every resource', () => {
  for (const [resource, row] of Object.entries(table)) {
    test(resource, async () => {
      const base = path(resource), key = row.key ?? 'name', body = await row.body();
      const created = await admin.post(org(base), body);
      assert.equal(created.status, row.created ?? 201, created.text);
      const { id } = created.body;
      assert.equal(created.body.version, 1);
      assert.equal(created.body.organizationId, server.orgId);

      const got = await admin.get(org(`${base}/${id}`));
      assert.equal(got.status, 200);
      assert.deepEqual(got.body, created.body);
      isRefused(await admin.get(org(`${base}/${NOBODY}`)), 404);

      const listed = await list(row.newest ?? 'v2/', resource, body[key], key);
      assert.equal(listed.status, 200, listed.text);
      assert.deepEqual([listed.body.meta.totalRecords, listed.body.data.length, listed.body.data[0].id], [1, 1, id]);
      for (const field of row.hidden ?? []) assert.equal(listed.body.data[0][field], undefined, `${field} in a list`);
      assert.equal((await admin.get(org(`/${row.newest ?? 'v2/'}${resource}?filter=shoe==1`))).status, 400);
      if (row.v1) assert.deepEqual((await list('', resource, id, 'id')).body.map((x) => x.id), [id]);
      if (row.v3) assert.equal((await list('v3/', resource, body[key], key)).body.data[0].id, id);

      isRefused(await admin.post(org(base), { ...(await row.body()), [key]: body[key] }), 409);
      isRefused(await admin.post(org(base), { ...(await row.body()), id }), 400, 'New configuration cannot have an id');
      isRefused(await admin.post(org(base), { ...(await row.body()), ...row.wrong[0] }), 400, row.wrong[1]);

      const put = await admin.put(org(`${base}/${id}`), { ...got.body, ...row.change });
      assert.equal(put.status, 200, put.text);
      assert.equal(put.body.version, 2);
      const [name, value] = Object.entries(row.change)[0];
      assert.equal((await admin.get(org(`${base}/${id}`))).body[name], value);
      isRefused(await admin.put(org(`${base}/${id}`), { ...got.body, id: NOBODY }), 400, 'id in payload and URL should be same');
      isRefused(await admin.put(org(`${base}/${NOBODY}`), { ...got.body, id: NOBODY }), 404);

      assert.equal((await admin.delete(org(`${base}/${id}`))).status, row.deleted ?? 204);
      isRefused(await admin.get(org(`${base}/${id}`)), 404);
      isRefused(await admin.delete(org(`${base}/${id}`)), 404);
      if (row.holder) await isHeld(resource, base, row);
    });
  }
});

async function isHeld(resource, base, row) {
  const id = await made(resource);
  const from = await row.holder(id);
  isRefused(await admin.delete(org(`${base}/${id}`)), 412, from);
  const references = await admin.get(org(`/${resource}/${id}/incoming-references`));
  assert.equal(references.status, 200, references.text);
  assert.deepEqual(references.body.meta.referencedEntities, [from]);
  assert.equal(references.body.data[0].additionalAttributes.entityType, from);
}

test('bulk: each item on its own, a sub-resource under its parent', async () => {
  for (const resource of ['skill', 'dial-plan', 'holiday-list', 'cad-variable', 'desktop-layout', 'contact-number']) {
    const id = await made(resource);
    const items = [{ itemIdentifier: 1, item: await table[resource].body() }, { itemIdentifier: 2, item: {} }, { itemIdentifier: 3, item: { id }, requestAction: 'DELETE' }];
    const { status, body } = await admin.post(org(`/${resource}/bulk`), { items });
    assert.equal(status, 207);
    assert.deepEqual(body.items.map((x) => [x.itemIdentifier, x.status]), [[1, 201], [2, 400], [3, 204]]);
  }
  const book = await made('address-book');
  const { body } = await admin.post(org(`/address-book/${book}/entry/bulk`), { items: [{ itemIdentifier: 1, item: { name: 'Cid', number: '3' } }] });
  assert.equal(body.items[0].status, 201);
  assert.equal((await admin.get(body.items[0].href.replace('/api', ''))).body.name, 'Cid');
});

describe('entries under an address book', () => {
  test('one at a time', async () => {
    const book = await made('address-book'), other = await made('address-book');
    const base = org(`/address-book/${book}/entry`);
    const created = await admin.post(base, { name: 'Bob', number: '+2' });
    assert.equal(created.status, 200, created.text);
    assert.equal(created.body.parentId, undefined);
    isRefused(await admin.post(base, { name: 'bob', number: '+3' }), 409);
    isRefused(await admin.post(base, { name: 'Cid', number: 'x' }), 400, 'number: should match');
    isRefused(await admin.post(org(`/address-book/${NOBODY}/entry`), { name: 'Cid', number: '1' }), 404);
    isRefused(await admin.post(org('/address-book/none/entry'), { name: 'Cid', number: '1' }), 404);
    const one = `${base}/${created.body.id}`;
    assert.deepEqual((await admin.get(one)).body, created.body);
    for (const parent of [other, NOBODY, '00000000-0000-0000-0000-000000000000', 'none'])
      isRefused(await admin.get(org(`/address-book/${parent}/entry/${created.body.id}`)), 404);
    assert.equal((await admin.put(one, { ...created.body, number: '+9' })).body.number, '+9');
    const entries = org(`/v2/address-book/${book}/entry`);
    assert.deepEqual((await admin.get(entries)).body.data.map((x) => x.name), ['Ann', 'Bob']);
    assert.deepEqual((await admin.get(`${entries}?filter=name==Bob&attributes=name,parentId`)).body.data, [{ name: 'Bob' }]);
    assert.deepEqual((await admin.get(`${entries}?search=%2B9`)).body.data.map((x) => x.name), ['Bob']);
    assert.equal((await admin.get(org(`/v2/address-book/${NOBODY}/entry`))).status, 404);
    assert.equal((await admin.delete(org(`/address-book/${other}/entry/${created.body.id}`))).status, 404);
    assert.equal((await admin.delete(one)).status, 200);
    assert.deepEqual((await admin.get(entries)).body.data.map((x) => x.name), ['Ann']);
  });

  test('the list in the body of the book replaces them; version 3 knows no list', async () => {
    const id = await made('address-book'), book = org(`/address-book/${id}`), v3 = org(`/v3/address-book/${id}`);
    const whole = (await admin.get(book)).body;
    assert.deepEqual(whole.addressBookEntries.map((x) => x.name), ['Ann']);
    const changed = await admin.put(book, { ...whole, addressBookEntries: [{ ...whole.addressBookEntries[0], number: '+5' }, { name: 'Bob', number: '+6' }] });
    assert.deepEqual(changed.body.addressBookEntries.map((x) => [x.name, x.number]), [['Ann', '+5'], ['Bob', '+6']]);
    assert.equal(changed.body.addressBookEntries[0].id, whole.addressBookEntries[0].id);
    isRefused(await admin.put(book, { ...changed.body, addressBookEntries: [{ name: 'Ann', number: '1' }] }), 409);
    assert.equal((await admin.get(v3)).body.addressBookEntries, undefined);
    const put = await admin.put(v3, { ...changed.body, description: 'x', addressBookEntries: [] });
    assert.equal(put.status, 200, put.text);
    assert.equal(put.body.addressBookEntries, undefined);
    assert.equal((await admin.get(book)).body.addressBookEntries.length, 2);
    assert.ok((await admin.get(org('/v3/address-book'))).body.data.every((x) => !x.addressBookEntries));
    const bare = await admin.post(org('/v3/address-book'), { ...(await table['address-book'].body()) });
    assert.equal(bare.status, 201);
    assert.deepEqual((await admin.get(org(`/v2/address-book/${bare.body.id}/entry`))).body.data, []);
    assert.equal((await admin.delete(v3)).status, 204);
    assert.equal((await admin.get(org(`/v2/address-book/${id}/entry`))).status, 404);
  });
});

test('numbers to show: entries of all sets, one default in each', async () => {
  const id = await made('outdial-ani', { outdialANIEntries: [{ name: 'A', number: '1', defaultANIEntry: true }] });
  const added = await admin.post(org(`/outdial-ani/${id}/entry`), { name: 'B', number: '2', defaultANIEntry: true });
  assert.equal(added.status, 201, added.text);
  const { outdialANIEntries } = (await admin.get(org(`/outdial-ani/${id}`))).body;
  assert.deepEqual(outdialANIEntries.map((x) => [x.name, x.defaultANIEntry]), [['A', false], ['B', true]]);
  const all = (await admin.get(org('/outdial-ani/entry'))).body.data;
  assert.ok(all.length >= 2 && all.some((x) => x.id === added.body.id));
  assert.deepEqual((await admin.get(org(`/outdial-ani/entry?filter=id==${added.body.id}`))).body.data.map((x) => x.name), ['B']);
  assert.equal((await admin.get(org('/v2/outdial-ani?attributes=name'))).body.data[0].outdialANIEntries, undefined);
  const { resources } = (await admin.get(org('/outdial-ani/bulk-export'))).body;
  assert.ok(resources.some((x) => x.entryDetails?.some((y) => y.entryName === 'B' && y.entryNumber === '2')));
});

test('exports of the resources that have one', async () => {
  const exported = async (resource, name) => (await admin.get(org(`/${resource}/bulk-export?pageSize=100`))).body.resources.find((x) => x.name === name);
  const hours = (await admin.get(org(`/business-hours/${await made('business-hours', { holidaysId: await made('holiday-list', { name: 'Fairs' }) })}`))).body;
  assert.deepEqual(await exported('business-hours', hours.name), {
    name: hours.name, timezone: 'America/New_York', holidayName: 'Fairs',
    workingHours: [{ workingHourName: 'Open', startTime: '09:00', endTime: '16:59', days: ['MON', 'FRI'] }],
  });
  const plan = (await admin.get(org(`/dial-plan/${await made('dial-plan')}`))).body;
  assert.deepEqual(await exported('dial-plan', plan.name), { name: plan.name, regularExpression: '[0-9]{10}', prefix: '1', strippedChars: '( )-' });
  for (const resource of ['contact-number', 'dial-number', 'address-book', 'cad-variable', 'desktop-layout'])
    assert.equal((await admin.get(org(`/${resource}/bulk-export`))).status, 200, resource);
});

test('short answers: numbers alone, how many variables are reportable, counts on demand', async () => {
  const number = (await admin.get(org(`/contact-number/${await made('contact-number')}`))).body.number;
  assert.ok((await admin.get(org('/contact-number/all-numbers'))).body.includes(number));
  const dialled = (await admin.get(org(`/dial-number/${await made('dial-number')}`))).body;
  assert.ok((await admin.get(org('/dial-number/numbers-only'))).body.includes(dialled.dialledNumber));
  const reportable = async () => (await admin.get(org('/cad-variable/reportable-count'))).body.reportableCount;
  const before = await reportable();
  await made('cad-variable');
  await made('cad-variable', { reportable: false });
  assert.equal(await reportable(), before + 1);
  await made('holiday-list');
  assert.ok((await admin.get(org('/v2/holiday-list?includeCount=true'))).body.data.every((x) => x.holidaysCount === 1));
  assert.equal((await admin.delete(org('/dial-number'))).status, 200);
  assert.deepEqual((await admin.get(org('/v2/dial-number'))).body.data, []);
});

test('a skill profile with the names of its skills; its entries count their changes', async () => {
  const skill = (await admin.get(org(`/skill/${await made('skill', { skillType: 'ENUM', enumSkillValues: [{ name: 'north' }] })}`))).body;
  assert.deepEqual([skill.enumSkillValues[0].skillId, skill.enumSkillValues[0].version], [skill.id, 1]);
  const id = await made('skill-profile', { activeEnumSkills: [{ enumSkillValueId: skill.enumSkillValues[0].id }] });
  const plain = (await admin.get(org(`/skill-profile/${id}`))).body;
  assert.equal(plain.activeSkills[0].skillName, undefined);
  const named = (await admin.get(org(`/skill-profile/${id}?includeSkillDetails=true`))).body;
  assert.match(named.activeSkills[0].skillName, /^Skill /);
  assert.deepEqual([named.activeEnumSkills[0].enumSkillName, named.activeEnumSkills[0].enumSkillValue], [skill.name, 'north']);
  const put = await admin.put(org(`/skill-profile/${id}`), { ...plain, activeSkills: [{ ...plain.activeSkills[0], proficiencyValue: 9 }], activeEnumSkills: [{ enumSkillValueId: skill.enumSkillValues[0].id }] });
  assert.equal(put.status, 200, put.text);
  assert.deepEqual([put.body.activeSkills[0].version, put.body.activeSkills[0].id], [2, plain.activeSkills[0].id]);
  const again = await admin.put(org(`/skill-profile/${id}`), put.body);
  assert.deepEqual(again.body.activeSkills, put.body.activeSkills, 'what did not change keeps its version and times');
  assert.deepEqual([put.body.activeEnumSkills[0].version, put.body.activeEnumSkills[0].organizationId], [1, server.orgId]);
  assert.equal((await admin.delete(org(`/skill/${skill.id}`))).status, 412);
});

test('a resource collection is changed in bulk by PATCH', async () => {
  const id = await made('resource-collection');
  const { status, body } = await admin.patch(org('/resource-collection/bulk'), { items: [{ itemIdentifier: 1, item: { id, description: 'mine' } }] });
  assert.equal(status, 207);
  assert.equal(body.items[0].status, 200, JSON.stringify(body));
  assert.equal((await admin.get(org(`/resource-collection/${id}`))).body.description, 'mine');
});

test('a new entity is put into a collection, once', async () => {
  const id = await made('resource-collection'), skill = await made('skill');
  const put = (more = {}) => admin.post(org('/resource-collection/update-resource'), { resourceType: 'skill-definition', resourceId: skill, resourceCollections: [{ id }], ...more });
  const done = await put();
  assert.equal(done.status, 201, done.text);
  assert.deepEqual(done.body, { response: [{ id: skill, resourceType: 'skill-definition', status: 200 }] });
  const { resources } = (await admin.get(org(`/resource-collection/${id}`))).body;
  assert.deepEqual(resources.find((x) => x.name === 'skill-definition'), { name: 'skill-definition', accessLevel: 'SPECIFIC', ids: [skill] });
  assert.equal((await put()).body.response[0].status, 409);
  assert.equal((await put({ resourceId: NOBODY })).body.response[0].apiError.error.reason, 'resourceId: not found for given orgId.');
  isRefused(await put({ resourceCollections: [{ id }, { id }] }), 400, 'resourceCollections');
  const old = await made('skill');
  assert.equal((await admin.post('/sandbox/v1/clock', { advanceMs: 16 * 60 * 1000 })).status, 200);
  assert.equal((await put({ resourceId: old })).body.response[0].status, 400);
});

test('what a profile does not show has no entries either', async () => {
  const open = await made('address-book'), closed = await made('address-book');
  const { resources } = await table['resource-collection'].body();
  const books = resources.map((x) => (x.name === 'address-book' ? { ...x, accessLevel: 'SPECIFIC', ids: [open] } : x));
  const collection = await made('resource-collection', { resources: books });
  const profile = await made('user-profile', { profileType: 'ADMINISTRATOR', resourceAccessLevel: 'SPECIFIC', resourceCollections: [{ id: collection }] });
  const user = { firstName: 'Part', lastName: 'Admin', email: 'part@demo.example', contactCenterEnabled: false, active: true, userProfileId: profile };
  assert.equal((await admin.post(org('/user'), user)).status, 201);
  const part = await server.api('part@demo.example');
  assert.equal((await part.post(org(`/address-book/${open}/entry`), { name: 'Dee', number: '1' })).status, 200);
  assert.equal((await part.post(org(`/address-book/${closed}/entry`), { name: 'Dee', number: '1' })).status, 404);
  assert.deepEqual((await part.get(org(`/v2/address-book/${closed}/entry`))).body.data, []);
  assert.deepEqual((await part.get(org('/v2/address-book'))).body.data.map((x) => x.id), [open]);
});

test('purge asks of a layout whether its status is active', async () => {
  const id = await made('desktop-layout', { status: false });
  const kept = await made('desktop-layout');
  assert.equal((await admin.post('/sandbox/v1/clock', { advanceMs: 31 * 24 * 3600 * 1000 })).status, 200);
  const { body } = await (await server.api('admin@demo.example')).post(org('/desktop-layout/purge-inactive-entities'));
  assert.ok(body.details.purged.includes(id));
  assert.ok(!body.details.purged.includes(kept));
});
