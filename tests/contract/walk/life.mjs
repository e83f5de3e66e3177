// The whole life of a configuration resource, driven by its operations: create, get, all lists, exports, updates, bulk, references,
// delete; with dry runs, conditions and idempotency keys on the way.
import assert from 'node:assert/strict';

import { NOBODY, resources } from '../../lib/catalogue.mjs';

export function lives({ server, admin, openapi, all }) {
  const has = (resource, op) => all.rows(resource, op).length > 0;
  const ask = async (resource, row, where, body, query = '', headers) => admin.request(row.method, (await all.path(resource, row, where)) + query, all.sent(resource, row, body), headers);

  async function done(resource, row, where, body, query, headers) {
    const answer = await ask(resource, row, where, body, query, headers);
    assert.equal(answer.status, row.status, `${row.id}: ${answer.text}`);
    return answer;
  }

  // What a client may send back of what it got.
  const without = (entity, row) => Object.fromEntries(Object.entries(entity).filter(([name]) => name !== row.without));

  async function isListed(resource, entity, where) {
    const only = '?filter=' + encodeURIComponent(`id=="${entity.id}"`);
    for (const row of all.rows(resource, 'list_v1')) assert.deepEqual((await done(resource, row, where, undefined, only)).body.map((x) => x.id), [entity.id]);
    for (const row of all.rows(resource, 'list_v2')) {
      const { body } = await done(resource, row, where, undefined, only);
      assert.deepEqual([body.meta.totalRecords, ...body.data.map((x) => x.id)], [1, entity.id]);
      await pages(resource, row, where);
    }
  }

  // The links lead through all pages and back.
  async function pages(resource, row, where) {
    const first = (await done(resource, row, where, undefined, '?pageSize=1&page=0')).body;
    let seen = first.data.length, next = first.meta.links.next;
    for (; next && seen < 3; seen++) {
      const url = new URL(next, server.url);
      const { status, text, body } = await admin.get(url.pathname.replace(/^\/api(?=\/)/, '') + url.search);
      assert.equal(status, 200, text);
      assert.equal(body.data.length, 1);
      next = body.meta.links.next;
    }
    assert.ok(seen >= Math.min(3, first.meta.totalRecords), row.id);
  }

  // Everything that can be asked beside the filter: each switch, some fields only, an order, a text to find.
  async function questions(resource, entity, where) {
    for (const row of resources[resource].operations.filter((o) => o.method === 'GET')) {
      const known = openapi.named[row.id].declared.parameters.filter((p) => p.in === 'query');
      const at = { ...where, id: row.by ? entity[row.by] : entity.id };
      const type = known.find((p) => p.required)?.schema.enum;
      const ask = async (query) => (await done(resource, row, at, undefined, `?${query}${type ? `&type=${type[0]}` : ''}`)).body;
      const rows = (body) => body.data ?? body;
      for (const { name } of known.filter((p) => p.schema.type === 'boolean')) await ask(`${name}=true${known.some((p) => p.name === 'filter') ? `&filter=id==${entity.id}` : ''}`);
      if (!row.op.startsWith('list')) continue;
      const names = known.map((p) => p.name);
      for (const one of rows(await ask('attributes=id'))) assert.deepEqual(Object.keys(one), ['id'], `${row.id}: attributes`);
      if (names.includes('sort')) {
        const ids = rows(await ask('sort=id,desc')).map((x) => x.id);
        assert.deepEqual(ids, ids.toSorted().toReversed(), `${row.id}: sort`);
      }
      const searched = resources[resource].searched.find((name) => entity[name]);
      if (names.includes('search') && searched) assert.ok(rows(await ask(`search=${encodeURIComponent(entity[searched])}`)).some((x) => x.id === entity.id), `${row.id}: search`);
    }
  }

  // One changed field; where nothing is free to be changed, the same once more.
  const change = (resource, n) => (resources[resource].free ? { [resources[resource].free]: `Change ${n}` } : {});

  async function updates(resource, entity, where) {
    let at = entity;
    for (const op of ['update', 'patch'])
      for (const row of all.rows(resource, op)) {
        const body = { ...(op === 'update' ? without(at, row) : {}), ...change(resource, at.version) };
        const dry = await ask(resource, row, where, body, '?dryRun=true');
        assert.deepEqual([dry.status, dry.body.action], [200, 'UPDATE'], dry.text);
        const stale = await ask(resource, row, where, body, '', { 'if-match': '"4711"' });
        assert.equal(stale.status, 412, stale.text);
        const { body: next, headers } = await done(resource, row, where, body, '', { 'if-match': `"${at.version}"`, 'idempotency-key': `${row.id} ${at.id}` });
        assert.equal(next.version, at.version + 1, row.id);
        assert.equal(headers.get('etag'), `"${next.version}"`);
        for (const [name, value] of Object.entries(change(resource, at.version))) assert.equal(next[name], value);
        at = { ...at, ...next };
      }
  }

  async function bulk(resource, where) {
    for (const row of all.rows(resource, 'bulk')) {
      const gone = await all.make(resource, {}, where);
      const items = [{ itemIdentifier: 1, item: await all.body(resource) }, { itemIdentifier: 2, item: {} }, { itemIdentifier: 3, item: { id: gone.id }, requestAction: 'DELETE' }];
      const { body } = await done(resource, row, where, { items });
      assert.deepEqual(body.items.map((x) => [x.itemIdentifier, x.status]), [[1, 201], [2, 400], [3, 204]], JSON.stringify(body));
      assert.equal((await ask(resource, all.rows(resource, 'get')[0], { ...where, id: gone.id })).status, 404);
    }
    for (const row of all.rows(resource, 'patch_bulk')) {
      const { id } = await all.make(resource, {}, where);
      const items = [{ itemIdentifier: 1, item: { id, ...change(resource, 'in bulk') } }, { itemIdentifier: 2, item: { id: NOBODY } }];
      const { body } = await done(resource, row, where, { items });
      assert.deepEqual(body.items.map((x) => x.status), [200, 404], JSON.stringify(body));
    }
  }

  async function reads(resource, entity, where) {
    for (const row of all.rows(resource, 'export')) {
      const type = openapi.named[row.id].declared.parameters.find((p) => p.name === 'type')?.schema.enum;
      const { body } = await done(resource, row, where, undefined, type ? `?type=${entity[Object.keys(entity).find((k) => type.includes(entity[k]))]}` : '');
      assert.ok(body.totalResources > 0, row.id);
    }
    for (const row of all.rows(resource, 'get_by')) assert.equal((await done(resource, row, { ...where, id: entity[row.by] })).body.id, entity.id);
    for (const row of all.rows(resource, 'values')) assert.ok((await done(resource, row, where)).body.length, row.id);
    for (const row of all.rows(resource, 'count')) await done(resource, row, where);
    for (const row of all.rows(resource, 'purge'))
      for (const query of ['?dryRun=true', '']) assert.deepEqual((await done(resource, row, where, undefined, query)).body.details.purged, []);
  }

  // Who can point at the resource: [holder, what it has to say].
  const holders = (resource) =>
    Object.entries(resources).flatMap(([name, r]) => Object.entries(r.references).filter(([, t]) => t.to === resource && has(name, 'create') && !r.parent).map(([field, t]) => [name, (id) => ({ [field]: t.list ? [id] : id })]));

  async function isHeld(resource, where) {
    for (const [name, saying] of holders(resource)) {
      const { id } = await all.make(resource, {}, where);
      const [row] = all.rows(name, 'create');
      const holder = await admin.post(await all.path(name, row), all.sent(name, row, await all.body(name, saying(id))));
      if (holder.status >= 400) continue; // a rule over several fields: the next holder may do
      for (const row of all.rows(resource, 'delete')) {
        const refused = await ask(resource, row, { ...where, id });
        assert.equal(refused.status, 412, refused.text);
        assert.ok(refused.body.error.message.some((m) => m.referencedEntities?.includes(name)), refused.text);
      }
      for (const row of all.rows(resource, 'incoming_references')) {
        const { body } = await done(resource, row, { ...where, id });
        assert.deepEqual(body.data.map((x) => x.id), [holder.body.id]);
      }
      return true;
    }
    return false;
  }

  async function ends(resource, where) {
    for (const row of all.rows(resource, 'delete')) {
      const { id } = await all.make(resource, {}, where);
      for (const r of all.rows(resource, 'incoming_references')) assert.deepEqual((await done(resource, r, { ...where, id })).body.data, []);
      assert.equal((await ask(resource, row, { ...where, id }, undefined, '?dryRun=true')).status, 200);
      await done(resource, row, { ...where, id });
      assert.equal((await ask(resource, row, { ...where, id })).status, 404);
      for (const get of all.rows(resource, 'get')) assert.equal((await ask(resource, get, { ...where, id })).status, 404);
    }
  }

  async function life(resource) {
    const r = resources[resource];
    const where = r.parent ? { parent: (await all.make(r.parent.resource)).id } : {};
    let entity;
    for (const row of all.rows(resource, 'create')) {
      const body = without(await all.body(resource), row);
      const dry = await ask(resource, row, where, body, '?dryRun=true');
      assert.deepEqual([dry.status, dry.body.action], [200, 'CREATE'], dry.text);
      const created = await done(resource, row, where, body);
      assert.equal(created.headers.get('etag'), '"1"');
      entity ??= created.body;
    }
    entity ??= { id: has(resource, 'list_v2') && (await all.first(resource)) };
    for (const row of all.rows(resource, 'get')) {
      const got = (await done(resource, row, { ...where, id: entity.id })).body;
      if (entity.name) assert.deepEqual(without(got, row), without(entity, row));
      entity = { ...got, ...entity };
      assert.equal((await ask(resource, row, { ...where, id: NOBODY })).status, 404);
    }
    for (const row of all.rows(resource, 'self')) assert.equal((await done(resource, row, where)).body.id, server.orgId);
    await isListed(resource, entity, where);
    await reads(resource, entity, where);
    await questions(resource, entity, where);
    await updates(resource, entity, { ...where, id: entity.id });
    await bulk(resource, where);
    await ends(resource, where);
    if (has(resource, 'delete') && holders(resource).length) assert.ok(await isHeld(resource, where), 'nobody could hold one');
  }

  return { life, ask, done };
}
