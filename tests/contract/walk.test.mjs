// Calls every operation of the served OpenAPI document and judges every reply by it: an operation that nobody called, or that never
// succeeded, fails the run, and so does a reply with a status, a header, a content type or a member that is not declared.
// Configuration resources go through their whole life, driven by the document and by what spec/ says of each (tests/lib/catalogue.mjs).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Catalogue, resources } from '../lib/catalogue.mjs';
import { OpenApi, Watch } from '../lib/openapi.mjs';
import { Server } from '../lib/server.mjs';
import { applications } from './walk/applications.mjs';
import { desk } from './walk/desk.mjs';
import { identity } from './walk/identity.mjs';
import { lives } from './walk/life.mjs';
import { lookups } from './walk/lookups.mjs';
import { media } from './walk/media.mjs';
import { operator } from './walk/operator.mjs';

const context = {};
let server, openapi, watch, all;
before(async () => {
  server = context.server = await Server.start({ clock: 'virtual' });
  openapi = context.openapi = await OpenApi.of(server);
  watch = context.watch = new Watch(server, openapi);
  context.admin = await server.api('admin@demo.example');
  all = context.all = new Catalogue(context.admin);
});
after(async () => {
  watch?.stop();
  await server?.stop();
});

describe('the life of every configuration resource', () => {
  for (const resource of Object.keys(resources)) test(resource, () => lives(context).life(resource));
});
test('look-ups', () => lookups(context));
test('audio', () => media(context));
test('a day at the desk', () => desk(context));
test('signing in', () => identity(context));
test('applications', () => applications(context));
test('the operator of the server', () => operator(context));
test('all entities of a resource at once', async () => {
  const { ask, done } = lives(context);
  for (const resource of Object.keys(resources))
    for (const row of all.rows(resource, 'delete_all')) {
      const dry = await ask(resource, row, {}, undefined, '?dryRun=true');
      assert.ok(dry.body.count > 0, dry.text);
      await done(resource, row);
    }
});

describe('afterwards', () => {
  test('the operations that spec/resources describes are those of the document', () => {
    for (const { operations } of Object.values(resources))
      for (const row of operations) assert.deepEqual([openapi.named[row.id]?.method, openapi.named[row.id]?.path], [row.method, row.path]);
  });
  test('every operation was called', () => assert.deepEqual(watch.notCalled(), []));
  test('every operation succeeded once', () => assert.deepEqual(watch.neverDone(openapi.operations.map((o) => o.id)), []));
  test('every reply is as declared', (t) => {
    t.diagnostic(`${watch.called.size} operations called, ${watch.replies} replies judged`);
    assert.deepEqual(watch.complaints(), []);
  });
});
