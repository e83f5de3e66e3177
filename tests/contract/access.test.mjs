// Every operation x every bearer (all profile types, a service app's machine, the operator) x every scope, and for each operation: no token,
// garbage, an expired one, one of a suspended organisation, one of another organisation that names this one in path, query, header and body. What
// is to be expected comes from spec/ (tools/gen_access.py), not from the tables the server was built with. First all that must be refused, with
// real ids and bodies that would do something: afterwards nothing has changed. Then all that must be allowed, with ids of nobody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Catalogue, NOBODY } from '../lib/catalogue.mjs';
import { control } from '../lib/control.mjs';
import { Many } from '../lib/many.mjs';
import { access, Requests } from '../lib/requests.mjs';
import { Server } from '../lib/server.mjs';
import { apiIn, makeOrg } from '../lib/tenant.mjs';

const HOUR_MS = 3_600_000;
// It ends all of the bearer's tokens: each of its cells gets a token of its own, at the end.
const ENDS_TOKENS = 'signOutMe';
let server, many, org, admin, all, other;
const tokens = {}; // bearer -> scope -> token
const special = {}; // name -> token
let cells = 0;
const wrong = [];

const tokenOf = async (email, scope = '') => (await control(server, { command: 'token', email, scope })).access_token;
const make = async (name) => (await makeOrg(server, name)).orgId;
const profiles = {}; // type -> id of a user profile
const users = {}; // type -> {id, email}

async function makeBearers() {
  for (const type of Object.keys(access.profiles).filter((p) => !['MACHINE', 'OPERATOR'].includes(p))) {
    const profile = await admin.post(admin.org('/v3/user-profile'), { name: `Walk ${type}`, profileType: type, active: true, permissionAccessLevel: 'ALL', resourceAccessLevel: 'ALL' });
    assert.equal(profile.status, 201, profile.text);
    profiles[type] = profile.body.id;
  }
  for (const type of Object.keys(profiles)) {
    const email = `${type.toLowerCase()}@walk.example`;
    const user = await admin.post(admin.org('/user'), { firstName: 'W', lastName: type, email, userProfileId: profiles.ADMINISTRATOR, contactCenterEnabled: true, active: true });
    assert.equal(user.status, 201, user.text);
    users[type] = { id: user.body.id, email };
    tokens[type] = {};
    for (const scope of scopesOf(type)) tokens[type][scope] = await tokenOf(email, scope);
    await become(type, type);
  }
  await assert.rejects(tokenOf(users.ADMINISTRATOR.email, 'cordboard:organizations'), /nothing of the asked scopes/, 'no person is the operator');
  const operator = await control(server, { command: 'org', verb: 'token' });
  assert.equal(operator.scope, 'cordboard:organizations');
  tokens.OPERATOR = { [operator.scope]: operator.access_token };
  tokens.MACHINE = {};
  for (const scope of scopesOf('MACHINE')) tokens.MACHINE[scope] = await machine(scope);
}
const scopesOf = (bearer) => Object.keys(access.operations[0].cells[bearer]);
const become = async (user, type) => {
  const answer = await admin.patch(admin.org(`/user/${users[user].id}`), { userProfileId: profiles[type] });
  assert.equal(answer.status, 200, answer.text);
};

async function machine(scope) {
  const made = (await admin.post('/v1/service-apps', { name: `Machine ${scope}`, scope })).body;
  const { clientSecret } = (await admin.post(`/v1/service-apps/${made.clientId}/secret`)).body;
  assert.equal((await admin.put(`/v1/service-apps/${made.clientId}/authorization`, {})).status, 200);
  const answer = await admin.post(`/v1/applications/${made.clientId}/token`, { clientId: made.clientId, clientSecret, targetOrgId: org });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.access_token;
}

async function makeSpecial() {
  special.none = undefined;
  special.garbage = 'a_b_c';
  const suspended = await make('closed');
  special.suspended = await tokenOf('admin@closed.example');
  await control(server, { command: 'org', verb: 'suspend', org: suspended });
  other = await make('other');
  special.foreign = await tokenOf('admin@other.example');
}

before(async () => {
  server = await Server.start({ clock: 'virtual', demo: false, args: ['--personal-rate-limit', 'off'] });
  many = new Many(server.url);
  org = await make('walk');
  special.expired = await tokenOf('admin@walk.example');
  await (await apiIn(server, org, 'admin@walk.example')).post('/sandbox/v1/clock', { advanceMs: 12 * HOUR_MS + 1 });
  admin = await apiIn(server, org, 'admin@walk.example');
  all = new Catalogue(admin);
  await makeSpecial();
  await makeBearers();
});
after(async () => {
  many?.close();
  await server?.stop();
});

const isOpen = (op) => op.auth !== 'token';
const hasOrg = (op) => /\{org[iI]d\}/.test(op.path);

// ---- what is there ----

async function everything() {
  const metrics = await (await fetch(server.url + '/metrics')).text();
  const lists = ['/v1/applications', '/v1/service-apps', '/v1/subscriptions', '/v2/subscriptions', '/sandbox/v1/clock'];
  return {
    journal: metrics.match(/^cordboard_journal_seq (\d+)/m)[1],
    configuration: await control(server, { command: 'config', verb: 'export', org }),
    users: (await admin.get(admin.org('/v2/user'))).text,
    lists: await Promise.all(lists.map(async (path) => (await admin.get(path)).body.data ?? (await admin.get(path)).body.items ?? (await admin.get(path)).body)),
    organizations: await control(server, { command: 'org', verb: 'list' }),
  };
}

async function realRequests() {
  const made = new Requests(admin, all, org);
  await made.fill();
  const requests = {};
  for (const op of access.operations) requests[op.id] = { path: made.path(op), body: await made.body(op) };
  return requests;
}

const complain = (op, who, said, expected) => wrong.push(`${op.method} ${op.path} (${op.id}) by ${who}: ${said.status}, expected ${expected}: ${said.text.slice(0, 120)}`);
const isRefusal = (status) => status === 401 || status === 403;

test('what must be refused is refused, before anything changes', async () => {
  const requests = await realRequests();
  const jobs = [];
  for (const op of access.operations.filter((o) => !isOpen(o))) {
    const { path, body } = requests[op.id];
    const job = (who, token, expect, more = {}) => jobs.push({ op, who, token, expect, path: more.path ?? path, body: more.body ?? body, headers: more.headers });
    for (const [bearer, scopes] of Object.entries(op.cells)) for (const [scope, verdict] of Object.entries(scopes)) if (verdict === 'refused') job(`${bearer} with ${scope}`, tokens[bearer][scope], 403);
    job('nobody', undefined, 401);
    job('garbage', special.garbage, 401);
    job('an expired token', special.expired, 401);
    job('a suspended organisation', special.suspended, 403);
    const foreign = (what, more) => job(`another organisation's administrator, naming this one in ${what}`, special.foreign, 403, more);
    if (hasOrg(op)) foreign('the path');
    const away = path.replace(org, other);
    const query = (p) => p + (p.includes('?') ? '&' : '?') + `orgId=${org}`;
    foreign('the query', { path: query(away) });
    foreign('a header', { path: away, headers: { 'x-organization-id': org } });
    const mayCall = op.cells.ADMINISTRATOR && Object.values(op.cells.ADMINISTRATOR).includes('allowed');
    if (['json', 'optional-json'].includes(op.body) && body && mayCall) foreign('the body', { path: away, body: { ...body, orgId: org } });
  }
  const before = await everything();
  await many.each(jobs, async ({ op, who, token, expect, path, body, headers }) => {
    cells++;
    const said = await many.ask(op.method, path, token, body, headers);
    if (said.status !== expect) complain(op, who, said, expect);
    if (said.text.includes('walk') && who.startsWith('another')) wrong.push(`${op.id} tells another organisation: ${said.text.slice(0, 200)}`);
  });
  assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} of ${jobs.length}`);
  assert.deepEqual(await everything(), before, 'nothing has changed');
});

// Ids of nobody, bodies that say nothing.
const emptyPath = (op) => op.path.replace(/\{(\w+)\}/g, (_, name) => (/^org[iI]d$/.test(name) ? org : name === 'profileType' ? 'ADMINISTRATOR' : NOBODY));
const emptyBody = (op) => (op.body === 'none' ? undefined : op.id === 'subscribeNotification' ? { force: true, allowMultiLogin: false } : {});

test('what must be allowed is neither 401 nor 403', async () => {
  const jobs = [];
  for (const op of access.operations.filter((o) => !isOpen(o) && o.id !== ENDS_TOKENS))
    for (const [bearer, scopes] of Object.entries(op.cells)) for (const [scope, verdict] of Object.entries(scopes)) if (verdict === 'allowed') jobs.push({ op, bearer, scope });
  wrong.length = 0;
  await many.each(jobs, async ({ op, bearer, scope }) => {
    cells++;
    const said = await many.ask(op.method, emptyPath(op), tokens[bearer][scope], emptyBody(op));
    if (isRefusal(said.status)) complain(op, `${bearer} with ${scope}`, said, 'neither 401 nor 403');
  });
  assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} of ${jobs.length}`);
});

test('what needs no token tells no two apart', async () => {
  wrong.length = 0;
  for (const op of access.operations.filter(isOpen)) {
    const ask = (token) => many.ask(op.method, emptyPath(op), token, op.body === 'form' ? '' : emptyBody(op), op.body === 'form' ? { 'content-type': 'application/x-www-form-urlencoded' } : {});
    const without = await ask(special.garbage); // some read client credentials there, so it is not the same as none
    const bearers = Object.entries(tokens).flatMap(([bearer, scopes]) => Object.entries(scopes).map(([scope, token]) => [`${bearer} with ${scope}`, token]));
    await many.each([...bearers, ...Object.entries(special).filter(([, token]) => token)], async ([who, token]) => {
      cells++;
      const said = await ask(token);
      if (said.status !== without.status) complain(op, who, said, without.status);
    });
  }
  assert.deepEqual(wrong, []);
});

test('signing out everywhere, by everybody', async () => {
  const op = access.operations.find((o) => o.id === ENDS_TOKENS);
  wrong.length = 0;
  for (const [bearer, scopes] of Object.entries(op.cells))
    for (const [scope, verdict] of Object.entries(scopes)) {
      if (verdict === 'refused') continue;
      cells++;
      let token = tokens[bearer][scope];
      if (users[bearer]) {
        await become(bearer, 'ADMINISTRATOR');
        token = await tokenOf(users[bearer].email, scope);
        await become(bearer, bearer);
      }
      const said = await many.ask(op.method, op.path, token);
      if (isRefusal(said.status)) complain(op, `${bearer} with ${scope}`, said, 'neither 401 nor 403');
    }
  assert.deepEqual(wrong, []);
});

test('no operation is missing', async (t) => {
  const served = Object.entries(JSON.parse((await many.ask('GET', '/openapi.json')).text).paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method)).map(([, o]) => o.operationId));
  assert.deepEqual(served.sort(), access.operations.map((o) => o.id).sort());
  t.diagnostic(`${cells} cells: ${access.operations.length} operations, ${Object.keys(access.profiles).length} kinds of bearers, ${access.scopes.length} scopes`);
});
