// The control socket of a running server (src/server/control.h): what the command line asks, without a process for each question.
import { createConnection } from 'node:net';
import { join } from 'node:path';

export function control(server, request) {
  return new Promise((resolve, reject) => {
    const socket = createConnection(join(server.data, 'control.sock'));
    let text = '';
    socket.on('data', (piece) => (text += piece));
    socket.on('error', reject);
    socket.on('end', () => {
      const answer = JSON.parse(text);
      if (answer.error) reject(new Error(answer.detail));
      else resolve(answer);
    });
    socket.write(JSON.stringify(request) + '\n');
  });
}
