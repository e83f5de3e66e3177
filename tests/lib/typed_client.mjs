// A TypeScript program that uses the types generated from the served document: each configuration resource is created, read, listed,
// changed and deleted with literal paths and bodies, so that the compiler checks both against the document.
import { resources, SILENCE } from './catalogue.mjs';

const quoted = (text) => JSON.stringify(text);
const pascal = (name) => name.split('-').map((w) => w[0].toUpperCase() + w.slice(1)).join('');

const HEAD = `import createClient from 'openapi-fetch';
import type { components, paths } from './api.d.ts';

type Schemas = components['schemas'];
const [url, token, orgid] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths, 'application/json'>({ baseUrl: url, headers: { authorization: \`Bearer \${token}\` } });
let count = 0;
const varied = (text: string): string => text.replace(/(\\d{0,4})(?=@|$)/, () => String(1000 + ++count));
function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(what);
  return value;
}
// The compiler has to find these, or its silence means nothing.
// @ts-expect-error a name that no site has
const wrongName: Schemas['Site'] = { nome: 'x', active: true, multimediaProfileId: '' };
// @ts-expect-error a word that is none
const wrongWord: Schemas['WorkType'] = { name: 'x', active: true, workTypeCode: 'NAP' };
// @ts-expect-error a path that is not there
const wrongPath: keyof paths = '/organization/{orgid}/sites';
void [wrongName, wrongWord, wrongPath];
function same(a: unknown, b: unknown, what: string): void {
  if (a !== b) throw new Error(\`\${what}: \${String(a)} instead of \${String(b)}\`);
}
`;

// A body of cases.json as a TypeScript literal; references are awaited.
function literal(value, unique = {}) {
  if (Array.isArray(value)) return `[${value.map((v) => literal(v)).join(', ')}]`;
  if (value === null || typeof value !== 'object') return quoted(value);
  if ('$ref' in value) return `await one${pascal(value.$ref)}()`;
  return `{ ${Object.entries(value).map(([k, v]) => `${quoted(k)}: ${k in unique && typeof v === 'string' ? `varied(${quoted(v)})` : literal(v)}`).join(', ')} }`;
}

// Entities with a file beside them are sent in an envelope.
const sent = (r, entity) => (r.upload ? `{ ${r.upload}: ${entity}, audioFile: ${quoted(SILENCE)} }` : entity);

// The maker of a resource: a new entity, and the one that others refer to.
function maker(name, r, create) {
  const N = pascal(name);
  const type = create.without ? `${N}Bare` : N;
  const parent = r.parent ? `, ${r.parent.param}: string` : '';
  const path = r.parent ? `orgid, ${r.parent.param}` : 'orgid';
  return `
async function make${N}(${parent.slice(2)}) {
  const body: Schemas['${type}'] = ${literal(r.body, r.unique)};
  const { data, response, error } = await client.POST(${quoted(create.path)}, { params: { path: { ${path} } }, body: ${sent(r, 'body')} });
  if (!data) throw new Error(\`${create.id}: \${response.status} \${JSON.stringify(error)}\`);
  same(response.status, ${create.status}, '${create.id}');
  return data;
}
let some${N}: Promise<string> | undefined;
const one${N} = (): Promise<string> => (some${N} ??= ${r.parent ? `one${pascal(r.parent.resource)}().then(make${N})` : `make${N}()`}.then((entity) => need(entity.id, '${name}.id')));
`;
}

const path = (row, r) => (r.parent && !row.everywhere ? `orgid, ${r.parent.param}` : 'orgid') + (row.path.includes('{id}') ? ', id' : '');

function read(name, row, r, last = "same(got.data?.id, id, 'id');") {
  return `  {
    const got = await client.GET(${quoted(row.path)}, { params: { path: { ${path(row, r)} } } });
    ${last}
  }
`;
}

function changed(row, r) {
  const change = r.free ? `, ${r.free}: 'changed'` : '';
  const entity = `{ ...entity${change} }`;
  const check = r.free ? `same(need(updated.data, '${row.id}').${r.free}, 'changed', '${row.id}');` : `need(updated.data, '${row.id}');`;
  return `  {
    const updated = await client.${row.method}(${quoted(row.path)}, { params: { path: { ${path(row, r)} } }, body: ${row.op === 'update' ? sent(r, entity) : entity} });
    ${check}
    version = need(updated.data?.version, 'version');
    entity = { ...entity, version };
  }
`;
}

function life(name, r) {
  const rows = (op) => r.operations.filter((row) => row.op === op);
  const [create] = rows('create');
  const parent = r.parent ? `  const ${r.parent.param} = await one${pascal(r.parent.resource)}();\n` : '';
  const list = rows('list_v2').find((row) => !row.everywhere);
  const first = create ? `await make${pascal(name)}(${r.parent?.param ?? ''})` : `need((await client.GET(${quoted(list.path)}, { params: { path: { orgid } } })).data?.data?.[0], '${name}')`;
  const get = rows('get').find((row) => !row.without);
  const steps = rows('get').map((row) => read(name, row, r));
  for (const row of rows('list_v2').filter((row) => !row.everywhere))
    steps.push(`  {
    const listed = await client.GET(${quoted(row.path)}, { params: { path: { ${path(row, r)} }, query: { filter: \`id=="\${id}"\`, pageSize: 1 } } });
    same(need(listed.data, '${row.id}').data?.[0]?.id, id, '${row.id}');
    same(listed.data?.meta?.totalRecords, 1, 'totalRecords');
  }
`);
  steps.push(...rows('update').filter((row) => !row.without).map((row) => changed(row, r)), ...rows('patch').map((row) => changed(row, r)));
  const [gone] = rows('delete');
  if (gone)
    steps.push(`  same((await client.DELETE(${quoted(gone.path)}, { params: { path: { ${path(gone, r)} } } })).response.status, ${gone.status}, '${gone.id}');
`, read(name, get, r, `need(got.error?.error.message[0]?.description, 'the error names a reason');\n    same(got.response.status, 404, 'gone');`));
  return `
async function life${pascal(name)}() {
${parent}  let entity = ${first};
  const id = need(entity.id, 'id');
  let version = need(entity.version, 'version');
${steps.join('')}  return version;
}
`;
}

// The program, and the resources it goes through. The organisation itself has only a read.
export function program() {
  const named = Object.entries(resources).filter(([, r]) => r.operations.some((row) => row.op === 'create' || row.op === 'list_v2'));
  const makers = named.filter(([, r]) => r.operations.some((row) => row.op === 'create'));
  const text = [HEAD, ...makers.map(([name, r]) => maker(name, r, r.operations.find((row) => row.op === 'create'))), ...named.map(([name, r]) => life(name, r)), `
need((await client.GET('/organization/{orgid}', { params: { path: { orgid } } })).data?.name, 'organization');
console.log('organization');
`, ...named.map(([name]) => `await life${pascal(name)}();\nconsole.log(${quoted(name)});\n`)];
  return { text: text.join(''), names: ['organization', ...named.map(([name]) => name)] };
}
