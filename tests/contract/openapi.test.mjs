// The served OpenAPI document: valid in two linters, complete, and true where no token is sent. All else: walk.test.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { NOBODY } from '../lib/catalogue.mjs';
import { OpenApi } from '../lib/openapi.mjs';
import { Server } from '../lib/server.mjs';

const HERE = import.meta.dirname;
const TOOLS = join(HERE, '../node_modules');
const run = promisify(execFile);

let server, document, file;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
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

test('the example of a schema fits it', () => {
  const openapi = new OpenApi(document);
  const shown = Object.entries(document.components.schemas).filter(([, schema]) => 'example' in schema);
  assert.ok(shown.length > 25, `${shown.length}`);
  for (const [name, schema] of shown) assert.deepEqual(openapi.mismatches(['components', 'schemas', name], schema.example), [], name);
});

test('every operation that needs a token refuses without one, in its documented shape', async () => {
  const openapi = new OpenApi(document);
  const guarded = openapi.operations.filter((o) => o.declared.security?.length && o.declared.responses['401']);
  assert.ok(guarded.length > 50, `${guarded.length}`);
  for (const operation of guarded) {
    const url = operation.path.replace(/\{org[iI]d\}/, server.orgId).replace(/\{[^}]+\}/g, NOBODY);
    const answer = await fetch(server.url + url, { method: operation.method });
    assert.equal(answer.status, 401, operation.id);
    assert.deepEqual(openapi.judge(operation, 401, answer.headers, await answer.text()), [], operation.id);
  }
});
