// An agent's desktop: subscribes, holds the notification WebSocket, waits for messages.
import { WebSocket } from 'ws';

const WAIT_MS = 5000;

export class Agent {
  static async open(api, { clientType = 'test' } = {}) {
    const agent = new Agent();
    agent.api = api;
    agent.inbox = [];
    agent.waiting = [];
    await agent.connect(clientType);
    return agent;
  }

  async connect(clientType = 'test') {
    const subscribed = await this.api.post('/v1/notification/subscribe', { force: true, isKeepAliveEnabled: false, clientType, allowMultiLogin: false });
    if (subscribed.status !== 200) throw new Error(`subscribe: ${subscribed.status} ${subscribed.text}`);
    this.socketUrl = subscribed.body.webSocketUrl;
    this.socket = new WebSocket(this.socketUrl);
    this.socket.on('message', (data) => this.receive(JSON.parse(data)));
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
    this.socket.on('error', () => {});
    const welcome = await this.message('Welcome');
    this.id = welcome.data.agentId;
  }

  receive(message) {
    const name = message.data?.type ?? message.type;
    const i = this.waiting.findIndex((w) => w.name === name);
    if (i >= 0) this.waiting.splice(i, 1)[0].resolve(message);
    else this.inbox.push({ name, message });
  }

  // The first message of that data.type not yet taken.
  message(name) {
    const i = this.inbox.findIndex((m) => m.name === name);
    if (i >= 0) return Promise.resolve(this.inbox.splice(i, 1)[0].message);
    return new Promise((resolve, reject) => {
      const entry = { name, resolve: (m) => (clearTimeout(timer), resolve(m)) };
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((w) => w !== entry);
        reject(new Error(`no ${name} within ${WAIT_MS} ms; there is: ${this.inbox.map((m) => m.name)}`));
      }, WAIT_MS);
      this.waiting.push(entry);
    });
  }

  async call(method, path, body, answer) {
    const reply = await this.api.request(method, path, body ?? {});
    if (reply.status !== 202) throw new Error(`${path}: ${reply.status} ${reply.text}`);
    return this.message(answer);
  }

  login(dialNumber, teamId) {
    const body = { dialNumber, teamId, roles: ['agent'], deviceType: 'EXTENSION', isExtension: true, deviceId: dialNumber };
    return this.call('POST', '/v1/agents/login', body, 'AgentStationLoginSuccess');
  }
  available() {
    return this.state('Available', '0');
  }
  state(state, auxCodeId) {
    return this.call('PUT', '/v1/agents/session/state', { state, auxCodeId }, 'AgentStateChangeSuccess');
  }
  task(id, verb, body, answer) {
    return this.call('POST', `/v1/tasks/${id}/${verb}`, body, answer);
  }
  logout() {
    return this.call('PUT', '/v1/agents/logout', { logoutReason: 'User requested logout', agentId: this.id }, 'AgentLogoutSuccess');
  }
  close() {
    this.socket.close();
  }
}
