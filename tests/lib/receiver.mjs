// A webhook receiver: keeps what it gets, checks signatures, can refuse on command.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';

const WAIT_MS = 8000;

export class Receiver {
  static async start() {
    const receiver = new Receiver();
    receiver.deliveries = [];
    receiver.waiting = [];
    receiver.status = 200;
    receiver.server = createServer((request, response) => receiver.take(request, response));
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    return receiver;
  }

  async take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const delivery = { raw, headers: request.headers, event: JSON.parse(raw), status: this.status };
    response.writeHead(this.status).end();
    this.deliveries.push(delivery);
    this.waiting = this.waiting.filter((w) => !w.try());
  }

  // The first delivery for which `match` holds, now or later.
  delivery(match, what = 'delivery') {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what}; got ${this.deliveries.map((d) => `${d.event.type}/${d.status}`)}`)), WAIT_MS);
      const entry = {
        try: () => {
          const found = this.deliveries.find(match);
          if (found) {
            clearTimeout(timer);
            resolve(found);
          }
          return Boolean(found);
        },
      };
      if (!entry.try()) this.waiting.push(entry);
    });
  }

  of(type, taskId) {
    return this.delivery((d) => d.status === 200 && d.event.type === type && (!taskId || d.event.data.taskId === taskId), `${type} of ${taskId ?? 'anyone'}`);
  }

  static signature(delivery, secret) {
    return createHmac('sha256', secret).update(delivery.raw).digest('hex');
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
