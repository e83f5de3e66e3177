// The served OpenAPI document, as a judge: finds the operation of a request, and says what of a reply it does not declare.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

export class OpenApi {
  static async of(server) {
    const answer = await fetch(server.url + '/openapi.json');
    if (answer.status !== 200) throw new Error(`openapi.json: ${answer.status}`);
    return new OpenApi(await answer.json());
  }

  constructor(document) {
    this.document = document;
    this.validators = new Map();
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    addFormats(this.ajv);
    this.ajv.addSchema({ $id: 'openapi', ...closed(document, document) });
    this.operations = [];
    for (const [path, item] of Object.entries(document.paths))
      for (const method of METHODS.filter((m) => item[m])) this.operations.push(operation(path, method, item[method]));
    // Of two paths that fit, the one with a word where the other has a parameter.
    this.operations.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
    this.named = Object.fromEntries(this.operations.map((o) => [o.id, o]));
  }

  find(method, path) {
    return this.operations.find((o) => o.method === method && o.fits.test(path));
  }

  resolve(node) {
    return node?.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[unescaped(key)], this.document) : node;
  }

  // What is wrong with a reply; an empty list: it is as declared.
  judge(operation, status, headers, text) {
    const key = status in operation.declared.responses ? String(status) : `${String(status)[0]}XX`;
    const pointer = ['paths', operation.path, operation.method.toLowerCase(), 'responses', key];
    const declared = this.resolve(operation.declared.responses[key]);
    if (!declared) return [`status ${status} is not declared: ${text.slice(0, 300)}`];
    const missing = Object.keys(declared.headers ?? {}).filter((name) => name !== 'ETag' && !headers.get(name));
    const wrong = missing.map((name) => `header ${name} is missing`);
    const type = headers.get('content-type')?.split(';')[0];
    if (!declared.content) return text ? [...wrong, `no body is declared for ${status}: ${text.slice(0, 200)}`] : wrong;
    if (!type && !text && !declared.content['application/json']) return wrong; // what there is, is for another question
    if (!declared.content[type]) return [...wrong, `content type ${type} is not declared for ${status}`];
    if (!/json$/.test(type)) return wrong;
    const base = operation.declared.responses[key].$ref?.slice(2).split('/').map(unescaped) ?? pointer;
    return [...wrong, ...this.mismatches([...base, 'content', type, 'schema'], JSON.parse(text))];
  }

  mismatches(pointer, value) {
    const ref = 'openapi#/' + pointer.map((p) => encodeURIComponent(p.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    if (!this.validators.has(ref)) this.validators.set(ref, this.ajv.compile({ $ref: ref }));
    const fits = this.validators.get(ref);
    if (fits(value)) return [];
    return fits.errors.slice(0, 4).map((e) => `${e.instancePath || 'body'} ${e.message} ${JSON.stringify(e.params)}`);
  }
}

// Keys of a schema under which there is no schema.
const PLAIN = ['example', 'examples', 'default', 'enum'];
const unescaped = (key) => key.replaceAll('~1', '/').replaceAll('~0', '~');

function operation(path, method, declared) {
  const words = path.split(/\{[^}]+\}/).map((w) => w.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return { id: declared.operationId, method: method.toUpperCase(), path, declared, fits: new RegExp(`^${words.join('[^/]+')}$`), rank: path.replaceAll('{', '\uffff') };
}

// Objects are closed: a member that is not declared is wrong. allOf is one object with all their members.
function closed(node, document) {
  if (Array.isArray(node)) return node.map((x) => closed(x, document));
  if (node === null || typeof node !== 'object') return node;
  if (Array.isArray(node.allOf)) return closed(merged(node, document), document);
  const made = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, PLAIN.includes(key) ? value : closed(value, document)]));
  if (made.type === 'object' && made.properties && made.additionalProperties === undefined) made.additionalProperties = false;
  return made;
}

function merged({ allOf, ...rest }, document) {
  const parts = allOf.map((p) => (p.$ref ? p.$ref.slice(2).split('/').reduce((at, key) => at[unescaped(key)], document) : p)).map((p) => (p.allOf ? merged(p, document) : p));
  return {
    ...rest,
    type: 'object',
    properties: Object.assign({}, ...parts.map((p) => p.properties)),
    required: parts.flatMap((p) => p.required ?? []),
  };
}

// Judges every reply that this process gets from the server: fetch is replaced. Nothing else has to know.
export class Watch {
  constructor(server, openapi) {
    Object.assign(this, { server, openapi, replies: 0, called: new Map(), wrong: [], outside: 0, fetch: globalThis.fetch });
    globalThis.fetch = (input, init) => this.ask(input, init);
  }

  stop() {
    globalThis.fetch = this.fetch;
  }

  async ask(input, init) {
    const answer = await this.fetch(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== new URL(this.server.url).origin) return answer;
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    this.note(this.openapi.find(method, url.pathname), `${method} ${url.pathname}${url.search}`, answer, await answer.clone().text());
    return answer;
  }

  note(operation, what, answer, text) {
    if (!operation) return void this.outside++;
    this.replies++;
    const seen = this.called.get(operation.id) ?? new Set();
    this.called.set(operation.id, seen.add(answer.status));
    for (const why of this.openapi.judge(operation, answer.status, answer.headers, text)) this.wrong.push(`${operation.id}: ${what}: ${why}`);
  }

  // Each complaint once for each operation and text.
  complaints() {
    return [...new Map(this.wrong.map((w) => [w.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{}').replace(/\?\S*/, ''), w])).values()];
  }

  notCalled() {
    return this.openapi.operations.filter((o) => !this.called.has(o.id)).map((o) => o.id);
  }

  neverDone(ids) {
    return ids.filter((id) => ![...(this.called.get(id) ?? [])].some((status) => status < 400));
  }
}
