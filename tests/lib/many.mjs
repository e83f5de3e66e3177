// Thousands of requests a second over kept connections; fetch would be the slow part.
import { Agent, request } from 'node:http';

export class Many {
  constructor(url, width = 24) {
    this.url = new URL(url);
    this.agent = new Agent({ keepAlive: true, maxSockets: width });
    this.width = width;
  }
  ask(method, path, token, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const all = { ...headers };
      if (token) all.authorization = `Bearer ${token}`;
      if (text !== undefined) Object.assign(all, { 'content-type': all['content-type'] ?? 'application/json', 'content-length': Buffer.byteLength(text) });
      const sent = request({ host: this.url.hostname, port: this.url.port, agent: this.agent, method, path, headers: all }, (answer) => {
        let said = '';
        answer.on('data', (piece) => (said += piece));
        answer.on('end', () => resolve({ status: answer.statusCode, text: said }));
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }
  // Runs `work` on every item, `width` at a time.
  async each(items, work) {
    const waiting = items[Symbol.iterator]();
    const worker = async () => {
      for (const item of waiting) await work(item);
    };
    await Promise.all(Array.from({ length: this.width }, worker));
  }
  close() {
    this.agent.destroy();
  }
}
