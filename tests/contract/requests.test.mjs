// Operations that are not common to resources: requests that break one rule of their schema in the served document each (tests/lib/breaking.mjs)
// are refused with 400 and the name of what is wrong. Replies are judged by the document as in walk.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { breaking } from '../lib/breaking.mjs';
import { Catalogue, NOBODY, resources } from '../lib/catalogue.mjs';
import { OpenApi, Watch } from '../lib/openapi.mjs';
import { Api, Server } from '../lib/server.mjs';

let server, admin, operator, openapi, watch, all;
const known = {}; // what stands before a parameter -> an id
let ran = 0;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  openapi = await OpenApi.of(server);
  watch = new Watch(server, openapi);
  admin = await server.api('admin@demo.example');
  operator = new Api(server, await server.command('org', 'token', '--data', server.data));
  all = new Catalogue(admin);
  for (const version of ['v1', 'v2']) {
    const body = { name: 'Hook', eventTypes: ['task:new'], destinationUrl: 'http://127.0.0.1:9/hook', ...(version === 'v2' && { resourceVersion: 'task:1.0.0' }) };
    known[`/${version}/subscriptions`] = (await admin.post(`/${version}/subscriptions`, body)).body.data.id;
  }
  known['/v1/applications'] = (await admin.post('/v1/applications', { name: 'App', redirectUris: ['http://127.0.0.1:9/back'], scope: 'cjp:user' })).body.clientId;
});
after(async () => {
  watch?.stop();
  await server?.stop();
});

// The path with entities in it: of the resource that stands before a parameter, or that it is called after.
async function filled(path) {
  let made = path.replace(/\{org[iI]d\}/, server.orgId);
  for (const [whole, before, name] of made.matchAll(/([\w-]+)\/\{(\w+)\}/g)) {
    const resource = [before, name.replace(/Id$/, '')].find((word) => resources[word]);
    const [, id] = Object.entries(known).find(([start]) => path.startsWith(`${start}/{`)) ?? [];
    made = made.replace(whole, `${before}/${id ?? (resource ? await all.one(resource) : NOBODY)}`);
  }
  return made;
}

// What the parameters of a path are, for members of the body that repeat them.
function given(template, path) {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const [, ...values] = new RegExp('^' + template.replace(/\{\w+\}/g, '([^/]+)') + '$').exec(path);
  return Object.fromEntries(names.map((name, i) => [name === 'applicationId' ? 'clientId' : name, values[i]]));
}

const json = (o) => o.declared.requestBody?.content['application/json'];
const described = new Set(Object.values(resources).flatMap((r) => r.operations.map((row) => row.id)));

// A case is answered by 400 with its name; in bulk an item is refused; another organisation may be a matter of rights, a secret of proof.
function isRefused({ field, kind }, { status, text, body }) {
  if (status === 207) return body.items.every((item) => item.status >= 400);
  if (field === 'orgId' && kind !== 'type') return [400, 403].includes(status);
  if (field === 'clientSecret' && status === 401) return true;
  return status === 400 && text.includes(field);
}

test('one rule broken', async (t) => {
  const faults = [];
  for (const o of openapi.operations.filter((o) => !described.has(o.id) && json(o))) {
    const path = await filled(o.path);
    const cases = breaking(json(o).schema, (x) => openapi.resolve(x), given(o.path, path)).filter(({ kind }) => kind !== 'missing' || o.declared.requestBody.required);
    for (const entry of cases) {
      const answer = await (o.path.startsWith('/operator/') ? operator : admin).request(o.method, path, entry.body);
      ran++;
      if (!isRefused(entry, answer)) faults.push(`${o.id} ${entry.field} ${entry.kind} ${JSON.stringify(entry.body).slice(0, 100)}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  }
  t.diagnostic(`${ran} negative cases ran`);
  assert.ok(ran > 200, `${ran}`);
  assert.deepEqual(faults, []);
  assert.deepEqual(watch.complaints(), []);
});
