// "One file, one configuration resource": the file that CONTRIBUTING.md shows is put into a copy of the tree; nothing else is
// touched. What is built from it serves the new resource, describes it, checks its rules and leads it through its life.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const PARTS = ['CMakeLists.txt', 'CMakePresets.json', 'cmake', 'spec', 'src', 'tools'];
const run = (...words) => promisify(execFile)(words[0], words.slice(1), { maxBuffer: 64 << 20 });

const context = {};
let copy, server, watch, resources;

async function shown() {
  const text = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const [, file, body] = /```yaml\n# spec\/resources\/([\w-]+\.yaml)\n([\s\S]*?)```/.exec(text);
  return { file, body };
}

before(async () => {
  copy = await mkdtemp(join(tmpdir(), 'cordboard-one-file-'));
  for (const part of PARTS) await cp(join(ROOT, part), join(copy, part), { recursive: true });
  await symlink(join(ROOT, 'packaging'), join(copy, 'packaging')); // DuckDB's library
  const { file, body } = await shown();
  await writeFile(join(copy, 'spec/resources', file), body, { flag: 'wx' });
  await run('cmake', '-S', copy, '-B', join(copy, 'build/dev'), '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Debug', '-DCMAKE_C_FLAGS_DEBUG=-O0');
  await run('cmake', '--build', join(copy, 'build/dev'), '--target', 'cordboard');
  process.env.CORDBOARD = join(copy, 'build/dev/cordboard'); // before anything reads it
  const { Catalogue, resources: all } = await import('../lib/catalogue.mjs');
  const { OpenApi, Watch } = await import('../lib/openapi.mjs');
  const { Server } = await import('../lib/server.mjs');
  server = context.server = await Server.start({ clock: 'virtual' });
  context.openapi = await OpenApi.of(server);
  watch = context.watch = new Watch(server, context.openapi);
  context.admin = await server.api('admin@demo.example');
  context.all = new Catalogue(context.admin);
  resources = all;
});
after(async () => {
  watch?.stop();
  await server?.stop();
  if (copy) await rm(copy, { recursive: true, force: true });
});

test('it is described', () => {
  for (const row of resources.desk.operations) assert.equal(context.openapi.named[row.id]?.path, row.path);
  assert.ok(context.openapi.document.components.schemas.Desk.properties.screens);
});

test('it lives', async () => {
  const { lives } = await import('./walk/life.mjs');
  await lives(context).life('desk');
  const rest = resources.desk.operations.map((row) => row.id).filter((id) => !watch.called.has(id));
  assert.deepEqual(rest, []);
});

test('its rules hold', async () => {
  const path = await context.all.path('desk', context.all.rows('desk', 'create')[0]);
  const { id } = await context.all.make('desk');
  const broken = async (more, status, text) => {
    const answer = await context.admin.post(path, { ...(await context.all.body('desk')), ...more });
    assert.equal(answer.status, status, answer.text);
    assert.ok(answer.text.includes(text), answer.text);
  };
  await broken({ screens: 7 }, 400, 'screens: should not be more than 6');
  await broken({ kind: 'FIXED' }, 400, 'personId: should not be null');
  await broken({ siteId: id }, 400, 'siteId: not found for given orgId.');
  await broken({ equipment: [{}] }, 400, 'equipment[0].label: should not be null');
  const { body } = await context.admin.get(`${path}/${id}`);
  await broken({ name: body.name, siteId: body.siteId }, 409, 'name');
  assert.equal((await context.admin.delete(context.admin.org(`/site/${body.siteId}`))).status, 412);
});

test('every reply is as declared', () => assert.deepEqual(watch.complaints(), []));
