// Bodies of configuration resources that can be created, made from spec/ at build time (tools/gen_cases.py): references are
// resolved by creating what they point at, unique fields get a new value each time.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { BINARY } from './server.mjs';

export const resources = JSON.parse(readFileSync(join(dirname(BINARY), 'gen/cases.json'), 'utf8'));
export const NOBODY = '01000000-0000-7000-8000-000000000000';
const MARKS = ['$ref', '$fresh', '$foreign'];
export const SILENCE = 'UklGRiwAAABXQVZFZm10IBAAAAAHAAEAQB8AAEAfAAABAAgAZGF0YQgAAAD//////////w==';
let count = 0;

// The value, changed by a number so that it differs from all others and still keeps its rule.
export function varied(value, rule) {
  const n = String(++count).padStart(4, '0');
  const [, user, host] = /^(.*)(@.*)$/.exec(value) ?? [];
  const made = user ? [`${user}${n}${host}`] : /\d{4,}$/.test(value) ? [value.slice(0, -4) + n] : [`${value} ${n}`, `${value}_${n}`, `${value}${n}`];
  const fit = made.find((text) => (!rule.pattern || new RegExp(rule.pattern).test(text)) && [...text].length <= (rule.length?.[1] ?? Infinity));
  if (!fit) throw new Error(`no variation of ${value}`);
  return fit;
}

export class Catalogue {
  constructor(api, { foreign } = {}) {
    Object.assign(this, { api, foreign, cached: new Map() });
  }

  rows(resource, op) {
    return resources[resource].operations.filter((row) => row.op === op);
  }

  // A path of the document with its parameters; the parent of a sub-resource is made when none is given.
  async path(resource, row, { id, parent } = {}) {
    const owner = resources[resource].parent;
    let path = row.path.replace('{orgid}', this.api.server.orgId).replace('{id}', encodeURIComponent(id ?? ''));
    if (owner && !row.everywhere) path = path.replace(`{${owner.param}}`, parent ?? (await this.one(owner.resource)));
    return path;
  }

  async body(resource, more = {}) {
    const { body, unique } = resources[resource];
    const made = await this.resolve(body);
    for (const [name, rule] of Object.entries(unique)) if (typeof made[name] === 'string') made[name] = varied(made[name], rule);
    return { ...made, ...more };
  }

  // What is sent: entities with a file beside them have an envelope.
  sent(resource, row, body) {
    const { upload } = resources[resource];
    return upload && body && ['create', 'update'].includes(row.op) ? { [upload]: body, audioFile: SILENCE } : body;
  }

  async resolve(value) {
    if (Array.isArray(value)) return Promise.all(value.map((v) => this.resolve(v)));
    if (value === null || typeof value !== 'object') return value;
    const mark = MARKS.find((m) => m in value);
    if (!mark) return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([k, v]) => [k, await this.resolve(v)])));
    if (mark === '$fresh') return (await this.make(value.$fresh)).id;
    return (mark === '$foreign' ? this.foreign : this).one(value[mark]);
  }

  // Some entity of the resource, the same each time.
  async one(resource) {
    if (!this.cached.has(resource)) this.cached.set(resource, this.rows(resource, 'create').length ? this.make(resource).then((e) => e.id) : this.first(resource));
    return this.cached.get(resource);
  }

  async first(resource) {
    const { body } = await this.api.get(await this.path(resource, this.rows(resource, 'list_v2')[0]));
    return body.data[0].id;
  }

  async make(resource, more = {}, where = {}) {
    const row = this.rows(resource, 'create')[0];
    const answer = await this.api.request('POST', await this.path(resource, row, where), this.sent(resource, row, await this.body(resource, more)));
    if (answer.status !== row.status) throw new Error(`${row.id}: ${answer.status} ${answer.text}`);
    return answer.body;
  }
}
