// A client generated from the served document by openapi-typescript: it compiles in strict mode, and goes through each resource.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Server } from '../lib/server.mjs';
import { program } from '../lib/typed_client.mjs';

const TOOLS = join(import.meta.dirname, '../node_modules');
const OUT = join(import.meta.dirname, '../../build/contract-client');
const OPTIONS = { strict: true, noEmit: true, target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], module: 'nodenext', moduleResolution: 'nodenext', noUncheckedIndexedAccess: true, verbatimModuleSyntax: true, erasableSyntaxOnly: true, allowImportingTsExtensions: true, types: ['node'] };
const run = (...words) => promisify(execFile)(process.execPath, words, { maxBuffer: 64 << 20, cwd: OUT });

let server;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await symlink(TOOLS, join(OUT, 'node_modules'));
  await writeFile(join(OUT, 'package.json'), '{"type": "module"}\n');
  await writeFile(join(OUT, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files: ['api.d.ts', 'crud.ts'] }));
  await writeFile(join(OUT, 'openapi.json'), await (await fetch(server.url + '/openapi.json')).text());
});
after(() => server?.stop());

test('types are generated, the program compiles', async () => {
  await run(join(TOOLS, 'openapi-typescript/bin/cli.js'), 'openapi.json', '-o', 'api.d.ts', '--default-non-nullable', 'false');
  await writeFile(join(OUT, 'crud.ts'), program().text);
  const { stdout } = await run(join(TOOLS, 'typescript/bin/tsc'), '-p', '.').catch((e) => e);
  assert.equal(stdout, '');
});

test('it creates, reads, lists, changes and deletes each resource', async () => {
  const { stdout } = await run('crud.ts', server.url, await server.token('admin@demo.example'), server.orgId);
  assert.deepEqual(stdout.trim().split('\n'), program().names);
});
