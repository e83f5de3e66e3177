// Lists as clients use them: links that are followed, filters in every spelling, searches, orders, and what is refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Server } from '../lib/server.mjs';

let server, admin;
before(async () => {
  server = await Server.start();
  admin = await server.api('admin@demo.example');
  const profile = (await admin.get(org('/v2/multimedia-profile'))).body.data[0].id;
  const items = Array.from({ length: 130 }, (_, n) => ({
    itemIdentifier: n,
    requestAction: 'SAVE',
    item: { name: `Harbour ${n % 2 ? 'North' : 'south'} ${n}`, active: n % 3 !== 0, multimediaProfileId: profile, ...(n % 4 ? { description: `50% "off" ${n % 5}` } : {}) },
  }));
  const made = (await admin.post(org('/site/bulk'), { items })).body.items;
  assert.ok(made.every((item) => item.status === 201 || item.status === 200), JSON.stringify(made[0]));
});
after(() => server?.stop());

const org = (path) => admin.org(path);
const list = async (query) => (await admin.get(org('/v2/site?' + new URLSearchParams(query)))).body;
const names = async (query) => (await list({ pageSize: 200, ...query })).data.map((x) => x.name);

// Every page by its link, as a client that knows nothing of page numbers would.
async function follow(path, link) {
  const seen = [];
  for (let pages = 0; path; pages++) {
    assert.ok(pages < 100, 'links that never end');
    const { status, body } = await admin.get(path);
    assert.equal(status, 200, path);
    seen.push(body);
    path = body.meta.links[link];
  }
  return seen;
}

test('links lead through all pages, forward and back, whatever the filter holds', async () => {
  for (const query of [
    { filter: 'description=="50% \\"off\\" 1"', pageSize: 4 },
    { filter: "name=='Harbour*' and (active==true or description=isnull='')", sort: 'name,desc', pageSize: 9 },
    { search: 'bour n', attributes: 'id,name', pageSize: 7 },
    { pageSize: 50 },
  ]) {
    const pages = await follow(org('/v2/site?' + new URLSearchParams(query)), 'next');
    const rows = pages.flatMap((p) => p.data);
    const { meta } = pages[0];
    assert.ok(rows.length > query.pageSize, 'more than one page');
    assert.equal(rows.length, meta.totalRecords);
    assert.equal(pages.length, meta.totalPages);
    assert.equal(new Set(rows.map((x) => x.id)).size, rows.length, 'nothing twice');
    const back = await follow(meta.links.last, 'prev');
    assert.deepEqual(back.reverse().flatMap((p) => p.data), rows);
    assert.deepEqual((await admin.get(meta.links.first)).body.data, pages[0].data);
    assert.deepEqual((await admin.get(pages[1].meta.links.self)).body, pages[1]);
  }
});

test('a page holds at most a hundred rows, and none behind the last', async () => {
  const page = await list({ pageSize: 5000 });
  assert.equal(page.meta.pageSize, 100);
  assert.equal(page.data.length, 100);
  assert.deepEqual((await list({ page: 7 })).data, []);
});

test('the same list again and again, by index and without, also right after a change', async () => {
  const query = { filter: 'active==true;multimediaProfileId=notnull=', sort: 'name' };
  const first = await list(query);
  for (let i = 0; i < 12; i++) assert.deepEqual(await list(query), first);
  const one = first.data[0];
  assert.equal((await admin.put(org(`/site/${one.id}`), { ...one, active: false })).status, 200);
  assert.equal((await list(query)).meta.totalRecords, first.meta.totalRecords - 1);
});

test('filters in every spelling', async () => {
  const all = await names({ filter: 'name==Harbour*' });
  assert.equal(all.length, 100);
  for (const [filter, count] of [
    ['name=="Harbour North 1"', 1], ["name=='Harbour North 1'", 1], ['name=in=("Harbour North 1",\'Harbour south 2\')', 2],
    ['name==^HARBOUR*1', 13], ['name=like=North;name=ilike=NORTH;name=out=("Harbour North 1")', 64],
    ['version>1,name=="Harbour south 2"', 2], ['version=ge=1 and name=like="south 4"', 6],
    ['description=="50% \\"off\\" 0";active==false', 6],
  ]) assert.equal((await list({ filter })).meta.totalRecords, count, filter);
});

test('what is not understood is refused by name', async () => {
  for (const [query, named] of [
    [{ filter: 'nam==x' }, 'nam is not a field'], [{ filter: 'name=foo=x' }, 'operator'], [{ filter: 'name==' }, 'value is missing at character 7'],
    [{ filter: '(name==x' }, 'parenthesis'], [{ filter: 'active==maybe' }, 'active: maybe'], [{ filter: 'createdTime>1' }, 'createdTime'],
    [{ sort: 'nam' }, 'sort: nam'], [{ sort: 'name,up' }, 'sort: name,up'], [{ page: -1 }, 'page'], [{ pageSize: 'x' }, 'pageSize'],
    [{ search: 'field=="systemDefault";value=="x"' }, 'systemDefault'],
  ]) {
    const { status, body } = await admin.get(org('/v2/site?' + new URLSearchParams(query)));
    assert.equal(status, 400, JSON.stringify(query));
    assert.ok(JSON.stringify(body).includes(named), JSON.stringify([query, body]));
  }
});

test('teams of a user', async () => {
  const user = (await admin.get(org('/v2/user?search=agent01'))).body.data[0];
  const whole = (await admin.get(org(`/user/${user.id}`))).body;
  const teams = (await admin.get(org('/v2/team?' + new URLSearchParams({ filter: `userId=="${user.id}"` })))).body.data;
  assert.deepEqual(teams.map((t) => t.id).sort(), [...whole.teamIds].sort());
  assert.ok(teams.length > 0);
});
