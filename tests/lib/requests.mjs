// For every operation a request that would do something: real ids in the path, a body that is right. From access.json and cases.json (spec/).
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { NOBODY, resources } from './catalogue.mjs';
import { BINARY } from './server.mjs';

export const access = JSON.parse(readFileSync(join(dirname(BINARY), 'gen/access.json'), 'utf8'));

// Segments before an id that are no resource's name.
const NAMES = { 'by-skill-profile-id': 'skill-profile', 'by-team-id': 'team', 'by-user-id': 'user', 'by-user-ci-id': 'user', 'by-ci-user-id': 'user', 'by-dynamic-skill-id': 'skill', 'with-user-profile': 'user', 'update-dynamic-skill': 'skill' };
const BODIES = {
  setUserPassword: { password: 'another-password' },
  advanceSandboxClock: { advanceMs: 1000 },
  setDevice: { answerAfterMs: 1 },
  createApplication: { name: 'Refused', redirectUris: ['https://refused.example/'], scope: 'cjp:user' },
  updateApplication: { name: 'Refused', redirectUris: ['https://refused.example/'], scope: 'cjp:user' },
  createServiceApp: { name: 'Refused', scope: 'cjp:user' },
  limitApplication: { requestsPerMinute: 1 },
  createServerOrganization: { name: 'Refused', admin: { email: 'refused@refused.example', password: 'refused-refused' } },
  limitServerOrganization: { tasks: 1 },
  search: { query: '{ taskDetails(from: 0, to: 1) { tasks { id } } }' },
  holdTask: { mediaResourceId: NOBODY },
  unholdTask: { mediaResourceId: NOBODY },
  wrapUpTask: { auxCodeId: NOBODY, wrapUpReason: 'x' },
  updateTask: { attributes: { x: '1' } },
};

export class Requests {
  constructor(admin, all, orgId) {
    Object.assign(this, { admin, all, orgId, ids: { task: NOBODY } });
  }

  // One of everything.
  async fill() {
    const { admin, ids } = this;
    ids.application = (await admin.post('/v1/applications', { name: 'Kept', redirectUris: ['https://kept.example/'], scope: 'cjp:user' })).body.clientId;
    ids.service = (await admin.post('/v1/service-apps', { name: 'Kept', scope: 'cjp:user' })).body.clientId;
    const subscription = await admin.post('/v2/subscriptions', { name: 'Kept', destinationUrl: 'https://kept.example.com/', eventTypes: ['agent:login'], resourceVersion: 'agent:1.0.0' });
    ids.subscription = subscription.body.data?.id ?? subscription.body.id;
    if (!ids.subscription) throw new Error(subscription.text);
    for (const name of Object.keys(resources)) if (name !== 'organization') ids[name] = await this.all.one(name);
  }

  id(before, op) {
    if (before === 'organizations') return this.orgId;
    const name = NAMES[before] ?? (before in resources ? before : Object.keys(resources).find((r) => resources[r].operations.some((o) => o.path.includes(`/${before}/{id}`))) ?? op.resource);
    return name === 'organization' ? this.orgId : (this.ids[name] ?? NOBODY);
  }

  // `other(value)`: what stands in place of an id.
  path(op, other = (id) => id, orgId = this.orgId) {
    const parts = op.path.split('/');
    for (let i = 0; i < parts.length; i++) {
      const [part, before] = [parts[i], parts[i - 1]];
      if (/^\{org[iI]d\}$/.test(part)) parts[i] = orgId;
      else if (part === '{applicationId}') parts[i] = other(this.ids[before === 'service-apps' ? 'service' : 'application']);
      else if (part === '{dialNumber}') parts[i] = '4711';
      else if (part === '{taskId}') parts[i] = other(this.ids.task);
      else if (before === 'subscriptions' && part.startsWith('{')) parts[i] = other(this.ids.subscription);
      else if (part === '{profileType}') parts[i] = 'ADMINISTRATOR';
      else if (part.startsWith('{')) parts[i] = other(this.id(before, op));
    }
    return parts.join('/');
  }

  async body(op) {
    const { all, admin } = this;
    if (op.body === 'none') return undefined;
    if (op.body === 'form') return '';
    if (op.id in BODIES) return BODIES[op.id];
    const row = resources[op.resource]?.operations.find((o) => o.id === op.id);
    if (row?.op === 'create') return all.sent(op.resource, row, await all.body(op.resource));
    if (row?.op === 'bulk') return { items: [{ itemIdentifier: 1, item: await all.body(op.resource), requestAction: 'SAVE' }] };
    if (row?.op === 'patch_bulk') return { items: [{ itemIdentifier: 1, item: { id: this.id(op.resource, op) }, requestAction: 'SAVE' }] };
    if (row?.op === 'update' || row?.op === 'patch') {
      const get = resources[op.resource].operations.find((o) => o.op === 'get');
      const entity = get && (await admin.get(this.path({ ...op, path: get.path }))).body;
      return entity?.id ? { ...entity, description: 'refused' } : {};
    }
    if (op.path.includes('/subscriptions')) return { name: 'Refused', destinationUrl: 'https://refused.example.com/', eventTypes: ['agent:login'], resourceVersion: 'agent:1.0.0' };
    return {};
  }
}
