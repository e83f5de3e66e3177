// Starts a real cordboard on a free port and a temporary data directory, and talks to it as a client would.
import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, watch } from 'node:fs/promises';
import { existsSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const BINARY = process.env.CORDBOARD ?? join(import.meta.dirname, '../../build/release/cordboard');
const READY_MS = 20_000;

async function fileAppears(dir, name, dies) {
  const path = join(dir, name);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), READY_MS);
  dies.then(() => abort.abort());
  try {
    const watcher = watch(dir, { signal: abort.signal });
    if (existsSync(path)) return readFile(path, 'utf8');
    for await (const _ of watcher) if (existsSync(path)) return await readFile(path, 'utf8');
  } catch (e) {
    if (e.name !== 'AbortError') throw e;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  throw new Error('cordboard did not become ready: ' + (await readFile(join(dir, 'log'), 'utf8')).slice(-3000));
}

export class Server {
  static async start({ clock = 'real', demo = true, args = [], listen = '127.0.0.1:0' } = {}) {
    const server = new Server();
    server.root = await mkdtemp(join(tmpdir(), 'cordboard-test-'));
    server.data = join(server.root, 'data');
    // Tests ask faster than the contract's 300 a minute; those about the limit set one in `args`, which come last and win.
    server.args = ['--data', server.data, '--clock', clock, '--rate-limit', 'off', ...(demo ? ['--demo'] : []), ...args];
    server.listen = listen;
    await server.launch();
    return server;
  }

  // Also after kill(): the same port, so that addresses given out stay true.
  async launch() {
    const log = openSync(join(this.root, 'log'), 'a');
    await rm(join(this.root, 'ready'), { force: true });
    const words = ['serve', '--listen', this.listen, '--ready-file', join(this.root, 'ready'), ...this.args];
    this.child = spawn(BINARY, words, { stdio: ['ignore', log, log] });
    this.exited = once(this.child, 'exit');
    const ready = JSON.parse(await fileAppears(this.root, 'ready', this.exited));
    Object.assign(this, { url: ready.url, orgId: ready.orgId, pid: ready.pid });
    this.listen = new URL(ready.url).host;
  }

  async kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    const [code] = await this.exited;
    return code;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill('SIGTERM');
    await rm(this.root, { recursive: true, force: true });
  }

  log() {
    return readFile(join(this.root, 'log'), 'utf8');
  }

  async command(...words) {
    const { stdout } = await promisify(execFile)(BINARY, words);
    return stdout.trim();
  }

  token(user, ...more) {
    return this.command('token', '--data', this.data, '--user', user, ...more);
  }

  async api(user, ...more) {
    return new Api(this, await this.token(user, ...more));
  }
}

export class Api {
  constructor(server, token) {
    this.server = server;
    this.token = token;
  }

  async request(method, path, body, headers = {}) {
    const answer = await fetch(this.server.url + path, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, headers: answer.headers, text, body: isJson && text ? JSON.parse(text) : text };
  }

  get(path, headers) {
    return this.request('GET', path, undefined, headers);
  }
  post(path, body = {}, headers) {
    return this.request('POST', path, body, headers);
  }
  put(path, body, headers) {
    return this.request('PUT', path, body, headers);
  }
  patch(path, body) {
    return this.request('PATCH', path, body);
  }
  delete(path) {
    return this.request('DELETE', path);
  }

  org(path) {
    return `/organization/${this.server.orgId}${path}`;
  }

  // GraphQL; throws what the server says unless it is data.
  async search(query, variables) {
    const answer = await this.post('/search', { query, variables });
    if (answer.status !== 200) throw new Error(`search: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }
}

// Asks again until `good` holds or the time the issue allows is over: for what is promised "within a second".
export async function within(ms, ask, good) {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (performance.now() > end) throw new Error(`not within ${ms} ms; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
