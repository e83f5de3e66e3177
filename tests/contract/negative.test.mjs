// What must be refused is refused, with the status and the field the contract names. The cases come from spec/resources
// (tools/gen_cases.py): each bound broken, each required field left out, wrong types, unknown words, references that lead nowhere or to another
// organisation, read-only and immutable fields sent. Replies are judged by the document as in walk.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Catalogue, NOBODY, resources, varied } from '../lib/catalogue.mjs';
import { OpenApi, Watch } from '../lib/openapi.mjs';
import { Api, Server } from '../lib/server.mjs';

let server, admin, operator, openapi, watch, all, other;
let ran = 0;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  openapi = await OpenApi.of(server);
  watch = new Watch(server, openapi);
  admin = await server.api('admin@demo.example');
  other = JSON.parse(await server.command('org', 'create', '--data', server.data, '--name', 'Other', '--admin', 'admin@other.example')).orgId;
  const theirs = new Api({ url: server.url, orgId: other }, await server.token('admin@other.example'));
  operator = new Api(server, await server.command('org', 'token', '--data', server.data));
  all = new Catalogue(admin, { foreign: new Catalogue(theirs) });
});
after(async () => {
  watch?.stop();
  await server?.stop();
});

const whoMay = (o) => (o.path.startsWith('/operator/') ? operator : admin);
const problems = (error) => error.message.map((m) => m.description);
const UPDATES = ['update', 'patch', 'patch_bulk'];

// Where a case makes sense. A field that is left out is no fault of a change of some fields.
function applies(entry, row) {
  const top = entry.field.split(/[.[]/)[0];
  if (row.without === top) return false;
  if (entry.kind === 'immutable') return UPDATES.includes(row.op);
  if (row.op === 'create' || row.op === 'bulk') return true;
  if (entry.retained && ['missing', 'null'].includes(entry.kind) && row.op === 'update') return false;
  return row.op === 'update' || !entry.remove;
}

async function broken(entry, base) {
  const body = { ...base, ...(await all.resolve(entry.change ?? {})) };
  if (entry.remove) delete body[entry.remove];
  return body;
}

const isBulk = (row) => row.op.endsWith('bulk');

// What is wrong with one reply of the server to a broken body, or with one item of a bulk reply; nothing: undefined.
function fault(row, { entry, usual }, status, reply) {
  ran++;
  const creates = row.op === 'create' || row.op === 'bulk';
  const texts = status < 300 ? [] : problems(reply.error);
  const has = (kind) => entry.kind === kind;
  let right = status === 400 && texts.some((text) => text.startsWith(entry.says));
  if (has('ignored') || (has('system') && !creates)) right = status < 300 && (!reply?.entity || same(reply.entity[entry.field], usual?.[entry.field]) || !same(reply.entity[entry.field], entry.change[entry.field]));
  else if (has('system')) right = status === 403 && texts[0] === entry.says;
  else if (has('edge')) right = !texts.some((text) => text.startsWith(entry.field + ': should') && !text.includes('modified'));
  if (!right) return `${entry.field} ${entry.kind} ${JSON.stringify(entry.change ?? null).slice(0, 120)}: ${status} ${JSON.stringify(reply)?.slice(0, 300)}; expected: ${entry.says}`;
}
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The entity that is changed; where a field is fixed it has to be set before.
async function former(resource, entry, where, cache) {
  if (entry.kind !== 'immutable') return (cache.entity ??= all.make(resource, {}, where));
  const { unique, body } = resources[resource];
  const from = unique[entry.field] && !(entry.field in body) ? varied(entry.from, unique[entry.field]) : await all.resolve(entry.from);
  return all.make(resource, unique[entry.field] && entry.field in body ? {} : { [entry.field]: from }, where);
}

async function bodies(resource, row, where) {
  const cache = {};
  const made = [];
  for (const entry of resources[resource].cases.filter((c) => applies(c, row))) {
    const creates = row.op === 'create' || row.op === 'bulk';
    const base = creates ? await all.body(resource) : row.op === 'update' ? await former(resource, entry, where, cache) : { id: (await former(resource, entry, where, cache)).id };
    const rest = row.without ? Object.fromEntries(Object.entries(base).filter(([key]) => key !== row.without)) : base;
    made.push({ entry, id: base.id, base: rest, body: await broken(entry, rest) });
  }
  return made;
}

// Resources without create have one entity.
async function single(resource, row) {
  const id = await all.one(resource);
  const base = row.op === 'update' ? (await admin.get((await all.path(resource, row, { id })))).body : {};
  return Promise.all(resources[resource].cases.filter((c) => applies(c, row)).map(async (entry) => ({ entry, id, base, body: await broken(entry, base) })));
}

async function breaks(resource, row, where) {
  const made = all.rows(resource, 'create').length ? await bodies(resource, row, where) : await single(resource, row);
  const dry = '?dryRun=true';
  const faults = [];
  if (isBulk(row)) {
    const items = made.map(({ body }, i) => ({ itemIdentifier: i, item: body }));
    const { status, text, body } = await admin.request(row.method, (await all.path(resource, row, where)) + dry, { items });
    assert.equal(status, 207, text);
    body.items.forEach((item, i) => faults.push(fault(row, made[i], item.status, item.apiError)));
  } else
    for (const one of made) {
      const path = (await all.path(resource, row, { ...where, id: one.id })) + dry;
      if (['ignored', 'system'].includes(one.entry.kind)) one.usual = (await admin.request(row.method, path, all.sent(resource, row, one.base))).body.entity;
      const answer = await admin.request(row.method, path, all.sent(resource, row, one.body));
      faults.push(fault(row, one, answer.status, answer.body));
    }
  assert.deepEqual(faults.filter(Boolean), []);
}

describe('bodies that break one rule', () => {
  for (const [resource, r] of Object.entries(resources))
    for (const op of ['create', 'update', 'patch', 'bulk', 'patch_bulk'])
      for (const row of r.operations.filter((o) => o.op === op))
        test(row.id, async () => breaks(resource, row, r.parent ? { parent: (await all.make(r.parent.resource)).id } : {}));
});

// Counts a reply, and says what is wrong with it when the status or a part of the text is not as expected.
function expect(faults, what, answer, statuses, part = '') {
  ran++;
  if (![statuses].flat().includes(answer.status) || !answer.text.includes(part)) faults.push(`${what}: ${answer.status} ${answer.text.slice(0, 300)}; expected: ${statuses} ${part}`);
}
const none = (faults) => assert.deepEqual(faults, []);

describe('names that are taken', () => {
  for (const [resource, r] of Object.entries(resources))
    for (const field of Object.keys(r.unique))
      test(`${resource}.${field}`, async () => {
        const where = r.parent ? { parent: (await all.make(r.parent.resource)).id } : {};
        const [taken, mine] = [await all.make(resource, {}, where), await all.make(resource, {}, where)];
        const faults = [];
        for (const row of all.rows(resource, 'create')) expect(faults, row.id, await admin.post(await all.path(resource, row, where), all.sent(resource, row, { ...(await all.body(resource)), ...key(taken, r, field) })), 409, field);
        const fixed = r.immutable.includes(field);
        for (const row of all.rows(resource, 'update')) expect(faults, row.id, await admin.put(await all.path(resource, row, { ...where, id: mine.id }), all.sent(resource, row, { ...mine, ...key(taken, r, field) })), fixed ? 400 : 409, field);
        none(faults);
      });
});
// The unique field and what counts with it, of another entity.
const key = (taken, r, field) => Object.fromEntries([field, ...Object.keys(r.references), 'workTypeCode'].filter((name) => name in taken).map((name) => [name, taken[name]]));

describe('what the server keeps of every entity', () => {
  const rows = (op) => Object.entries(resources).flatMap(([name, r]) => r.operations.filter((row) => row.op === op).map((row) => [name, row]));
  test('an id is given by the server, and stays', async () => {
    const faults = [];
    for (const [name, row] of rows('create')) expect(faults, row.id, await admin.post(await all.path(name, row), all.sent(name, row, await all.body(name, { id: NOBODY }))), 400, 'New configuration cannot have an id');
    for (const [name, row] of rows('update')) {
      const id = await all.one(name), path = await all.path(name, row, { id });
      expect(faults, row.id, await admin.put(path, all.sent(name, row, { ...(await admin.get(path)).body, id: NOBODY })), 400, 'id in payload and URL should be same');
    }
    none(faults);
  });
  test('organisation and times are not for clients to set', async () => {
    const sent = { organizationId: other, createdTime: 1, lastUpdatedTime: 1 };
    const faults = [];
    const kept = (row, answer) => {
      const entity = answer.body.entity ?? {};
      expect(faults, row.id, answer, 200);
      if (entity.organizationId !== server.orgId || entity.createdTime === 1 || entity.lastUpdatedTime === 1) faults.push(`${row.id}: ${answer.text.slice(0, 300)}`);
    };
    for (const [name, row] of rows('create')) kept(row, await admin.post((await all.path(name, row)) + '?dryRun=true', all.sent(name, row, await all.body(name, sent))));
    for (const [name, row] of rows('update')) {
      const id = await all.one(name), path = await all.path(name, row, { id });
      kept(row, await admin.put(path + '?dryRun=true', all.sent(name, row, { ...(await admin.get(path)).body, ...sent })));
    }
    none(faults);
  });
  test('a version that is old is refused, in the body as in If-Match', async () => {
    const faults = [];
    for (const [name, row] of rows('update')) {
      const id = await all.one(name), path = await all.path(name, row, { id });
      const { body } = await admin.get(path);
      expect(faults, row.id, await admin.put(path, all.sent(name, row, { ...body, version: body.version + 7 })), 412);
      expect(faults, `${row.id} If-Match`, await admin.put(path, all.sent(name, row, body), { 'if-match': `"${body.version + 7}"` }), 412);
      expect(faults, `${row.id} If-Match twice`, await admin.put(path, all.sent(name, row, body), { 'if-match': '"1", "2"' }), 400, 'If-Match');
    }
    none(faults);
  });
});

describe('ids and organisations', () => {
  const params = (path) => path.replace(/\{org[iI]d\}/, server.orgId);
  test('what is not there, or is of another organisation, is not found', async () => {
    const faults = [];
    for (const [resource, r] of Object.entries(resources))
      for (const row of r.operations.filter((o) => o.path.includes('{id}') && o.op !== 'get_by')) {
        const ids = [NOBODY, 'none', ...(all.rows(resource, 'create').length ? [await all.foreign.one(resource)] : [])];
        const body = ['PUT', 'PATCH'].includes(row.method) ? (all.rows(resource, 'create').length ? await all.body(resource) : {}) : undefined;
        for (const id of ids) expect(faults, `${row.id} ${id}`, await admin.request(row.method, await all.path(resource, row, { id }), all.sent(resource, row, body)), 404);
        if (r.parent) for (const parent of [NOBODY, 'none', await all.foreign.one(r.parent.resource)]) expect(faults, `${row.id} under ${parent}`, await admin.request(row.method, await all.path(resource, row, { id: NOBODY, parent }), body), 404);
      }
    none(faults);
  });
  test('the organisation of the path is that of the token', async () => {
    const faults = [];
    for (const o of openapi.operations.filter((o) => /\{org[iI]d\}/.test(o.path)))
      for (const org of [NOBODY, 'none', other]) {
        const body = o.declared.requestBody && o.method !== 'GET' ? {} : undefined;
        expect(faults, `${o.id} ${org}`, await admin.request(o.method, o.path.replace(/\{org[iI]d\}/, org).replace(/\{[^}]+\}/g, NOBODY), body), 403);
      }
    none(faults);
  });
  test('a token for reading changes nothing, one for something else reads nothing', async () => {
    const faults = [];
    const tokens = { read: await server.api('admin@demo.example', '--scope', 'cjp:config_read'), none: await server.api('admin@demo.example', '--scope', 'cjp:user') };
    for (const o of openapi.operations) {
      const scopes = (o.declared.security ?? []).flatMap((need) => need.oauth2 ?? []);
      const body = o.declared.requestBody && o.method !== 'GET' ? {} : undefined;
      const [api, wanted] = [!scopes.includes('cjp:config_read') && [tokens.read, 'cjp:config_read'], !scopes.includes('cjp:user') && [tokens.none, 'cjp:user']].find(Boolean) || [];
      if (!scopes.length || !api || o.declared.security.some((need) => need.bearer)) continue;
      expect(faults, `${o.id} with ${wanted}`, await api.request(o.method, params(o.path).replace(/\{[^}]+\}/g, NOBODY), body), 403);
    }
    none(faults);
  });
});

describe('lists', () => {
  const LISTS = { 'filter=shoe==1': 'shoe', 'filter=name==': '', 'filter=((name==a)': '', 'filter=id=never=a': 'filter', 'filter=id==a;': '', 'page=-1': 'page', 'page=x': 'page', 'pageSize=0': 'pageSize', 'pageSize=many': 'pageSize', 'sort=shoe,asc': 'shoe', 'sort=id,up': 'sort' };
  test('what cannot be asked is refused and named', async () => {
    const faults = [];
    for (const o of openapi.operations.filter((o) => o.method === 'GET' && o.path.startsWith('/organization'))) {
      const known = new Set((o.declared.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name));
      const owner = Object.entries(resources).find(([, r]) => r.operations.some((row) => row.id === o.id))?.[1].parent;
      const path = owner ? await all.path(...Object.entries(resources).flatMap(([name, r]) => r.operations.filter((row) => row.id === o.id).map((row) => [name, row]))[0]) : params(o.path).replace(/\{[^}]+\}/g, NOBODY);
      for (const [query, part] of Object.entries(LISTS))
        if (known.has(query.split('=')[0])) expect(faults, `${o.id} ${query}`, await admin.get(`${path}?${query.replace(/=(.*)/, (_, v) => '=' + encodeURIComponent(v))}`), 400, part);
    }
    none(faults);
  });
  test('a switch is true or false, for every operation that has one', async () => {
    const faults = [];
    for (const o of openapi.operations)
      for (const { name } of (o.declared.parameters ?? []).filter((p) => p.in === 'query' && p.schema.type === 'boolean'))
        expect(faults, `${o.id} ${name}`, await admin.request(o.method, `${params(o.path).replace(/\{[^}]+\}/g, NOBODY)}?${name}=yes`, o.declared.requestBody ? {} : undefined), 400, name);
    none(faults);
  });
  test('a page is never larger than the maximum', async () => {
    for (const [resource, r] of Object.entries(resources))
      for (const row of r.operations.filter((o) => o.op === 'list_v2')) {
        const { status, body } = await admin.get((await all.path(resource, row)) + '?pageSize=4711');
        assert.deepEqual([status, body.meta.pageSize], [200, 100], row.id);
        ran++;
      }
  });
  const params = (path) => path.replace(/\{org[iI]d\}/, server.orgId);
});

describe('bodies that are none', () => {
  test('no JSON, another type, nothing, something else', async () => {
    const faults = [];
    for (const o of openapi.operations.filter((o) => o.declared.requestBody?.content['application/json'])) {
      const path = o.path.replace(/\{org[iI]d\}/, server.orgId).replace(/\{[^}]+\}/g, NOBODY);
      const ask = (body, type = 'application/json') => whoMay(o).request(o.method, path, body, { 'content-type': type });
      for (const text of ['{', '{"a":1,}', '{"a":"\\ud800"}', '{"a":1,"a":2}', 'nothing']) expect(faults, `${o.id} ${text}`, await ask(text), 400);
      expect(faults, `${o.id} text/plain`, await ask('{}', 'text/plain'), 415);
      expect(faults, `${o.id} a list`, await ask('[]'), 400);
      if (o.declared.requestBody.required) expect(faults, `${o.id} empty`, await ask(''), 400);
    }
    none(faults);
  });
  test('larger than a body may be, one for each shape of errors', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(1 << 20) });
    const faults = [];
    const families = new Map(openapi.operations.filter((o) => o.declared.requestBody?.required && o.declared.responses['413']).map((o) => [JSON.stringify(o.declared.responses['413']), o]));
    assert.ok(families.size >= 5, `${families.size}`);
    for (const o of families.values()) expect(faults, o.id, await whoMay(o).request(o.method, params(o.path), large, { 'content-type': Object.keys(o.declared.requestBody.content)[0] }), 413);
    none(faults);
  });
  const params = (path) => path.replace(/\{org[iI]d\}/, server.orgId).replace(/\{[^}]+\}/g, NOBODY);
  test('bulk requests without a list, with too many items, with an unknown action', async () => {
    const faults = [];
    for (const [resource, r] of Object.entries(resources))
      for (const row of r.operations.filter(isBulk)) {
        const path = await all.path(resource, row);
        for (const body of [{}, { items: {} }, { items: null }]) expect(faults, `${row.id} ${JSON.stringify(body)}`, await admin.request(row.method, path, body), 400, 'items');
        expect(faults, `${row.id} many`, await admin.request(row.method, path, { items: Array(1001).fill({ itemIdentifier: 1, item: {} }) }), 400, 'items');
        const painted = await admin.request(row.method, path, { items: [{ itemIdentifier: 1, item: await all.body(resource), requestAction: 'PAINT' }] });
        expect(faults, `${row.id} action`, painted, row.op === 'bulk' ? 207 : 400, 'requestAction');
        if (row.op === 'bulk') assert.deepEqual(painted.body.items.map((item) => item.status), [400], row.id);
      }
    none(faults);
  });
});

describe('afterwards', () => {
  test('every refusal is as declared', (t) => {
    t.diagnostic(`${ran} negative cases ran, ${watch.replies} replies judged`);
    assert.ok(ran > 4000, `${ran}`);
    assert.deepEqual(watch.complaints(), []);
  });
});
