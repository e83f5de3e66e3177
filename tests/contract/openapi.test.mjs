// The served OpenAPI document: valid in two linters, and what the server really answers fits it.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Server } from '../lib/server.mjs';

const HERE = import.meta.dirname;
const TOOLS = join(HERE, '../node_modules');
const run = promisify(execFile);

let server, admin, document, file;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
  const answer = await fetch(server.url + '/openapi.json');
  assert.equal(answer.status, 200);
  document = await answer.json();
  file = join(server.root, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
});
after(() => server?.stop());

test('no errors in Spectral', async () => {
  const { stdout } = await run(process.execPath, [join(TOOLS, '@stoplight/spectral-cli/dist/index.js'), 'lint', '--ruleset', join(HERE, 'spectral.yaml'), '--fail-severity', 'error', '--format', 'json', '--quiet', file], { maxBuffer: 64 << 20 });
  const found = stdout.trim() ? JSON.parse(stdout) : [];
  assert.deepEqual(found.filter((f) => f.severity === 0), []);
});

test('no errors in Redocly', async () => {
  const { stderr, stdout } = await run(process.execPath, [join(TOOLS, '@redocly/cli/bin/cli.js'), 'lint', '--config', join(HERE, 'redocly.yaml'), '--format', 'summary', file], { maxBuffer: 64 << 20, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } });
  assert.match(stderr + stdout, /valid/i);
});

test('every operation has a summary, a tag, an id of its own and answers', () => {
  const ids = new Set();
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, op] of Object.entries(item)) {
      if (!['get', 'put', 'post', 'patch', 'delete'].includes(method)) continue;
      const name = `${method} ${path}`;
      assert.ok(op.summary, name);
      assert.ok(op.tags?.length, name);
      assert.ok(!ids.has(op.operationId), name);
      ids.add(op.operationId);
      assert.ok(Object.keys(op.responses).length, name);
    }
  assert.ok(ids.size > 50);
});

// A reference to a shared answer is followed.
function answerOf(method, path, status) {
  const answer = document.paths[path]?.[method]?.responses?.[status];
  if (!answer?.$ref) return { answer, pointer: ['paths', path, method, 'responses', status] };
  const pointer = answer.$ref.slice(2).split('/');
  return { answer: pointer.reduce((at, key) => at[key], document), pointer };
}

// The schema of an answer, with the document's own components in reach.
function validator(ref) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ $id: 'openapi', ...document });
  return ajv.compile({ $ref: `openapi#${ref}` });
}
function schemaOf(method, path, status) {
  const { answer, pointer } = answerOf(method, path, status);
  assert.ok(answer, `${method} ${path} documents ${status}`);
  const type = Object.keys(answer.content)[0];
  return '/' + [...pointer, 'content', type, 'schema'].map((p) => p.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
}

test('what the configuration lists and reads answer fits the document', async () => {
  const lists = Object.keys(document.paths).filter((p) => /^\/organization\/\{org[iI]d\}\/v[23]\/[a-z-]+$/.test(p) && document.paths[p].get);
  assert.ok(lists.length >= 9, `${lists}`);
  let seen = 0;
  for (const path of lists) {
    const url = path.replace(/\{org[iI]d\}/, server.orgId);
    const list = await admin.get(url);
    assert.equal(list.status, 200, `${url} ${list.text}`);
    const fits = validator(schemaOf('get', path, '200'));
    assert.ok(fits(list.body), `${path}: ${JSON.stringify(fits.errors?.slice(0, 3))}`);
    const item = path.replace(/\/v[23]\//, '/') + '/{id}';
    if (!list.body.data.length || !document.paths[item]?.get) continue;
    const one = await admin.get(item.replace(/\{org[iI]d\}/, server.orgId).replace('{id}', list.body.data[0].id));
    const fitsOne = validator(schemaOf('get', item, '200'));
    assert.ok(fitsOne(one.body), `${item}: ${JSON.stringify(fitsOne.errors?.slice(0, 3))}`);
    seen++;
  }
  assert.ok(seen >= 8);
});

test('every operation that needs a token refuses without one, in its documented shape', async () => {
  let checked = 0;
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, op] of Object.entries(item)) {
      if (!op.security?.length || !answerOf(method, path, '401').answer?.content) continue;
      const url = path.replace(/\{org[iI]d\}/, server.orgId).replace(/\{[^}]+\}/g, '11111111-1111-7111-8111-111111111111');
      const answer = await fetch(server.url + url, { method: method.toUpperCase() });
      assert.equal(answer.status, 401, `${method} ${path}`);
      const fits = validator(schemaOf(method, path, '401'));
      const body = await answer.json();
      assert.ok(fits(body), `${method} ${path}: ${JSON.stringify(fits.errors?.slice(0, 2))} ${JSON.stringify(body)}`);
      checked++;
    }
  assert.ok(checked > 50, `${checked}`);
});
