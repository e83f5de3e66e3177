// The audio of audio files and greetings, by the address they name.
import assert from 'node:assert/strict';

export async function media({ server, admin, all }) {
  for (const resource of ['audio-file', 'agent-personal-greeting']) {
    const { id, size } = await all.make(resource);
    const { body } = await admin.get(`/organization/${server.orgId}/${resource}/${id}?includeUrl=true`);
    const answer = await fetch(body.url);
    assert.deepEqual([answer.status, (await answer.arrayBuffer()).byteLength], [200, size]);
    assert.equal((await fetch(body.url.split('?')[0])).status, 403);
  }
}
