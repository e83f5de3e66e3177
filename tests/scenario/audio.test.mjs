// Audio files and greetings over the wire: uploads in every form and with everything wrong, the audio back byte for byte, also
// after a crash, and gone with its entity.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { control } from '../lib/control.mjs';
import { Api, Server } from '../lib/server.mjs';
import { makeOrg } from '../lib/tenant.mjs';

let server, admin;
before(async () => {
  server = await Server.start({ clock: 'virtual' });
  admin = await server.api('admin@demo.example');
});
after(() => server?.stop());

const org = (path) => admin.org(path);
const NOBODY = '01000000-0000-7000-8000-000000000000';
let count = 0;
const fileName = () => `Prompt${++count}.wav`;

// A WAVE file; each part of its headers can be made wrong.
function wav({ tag = 7, channels = 1, rate = 8000, bits = 8, samples = 160, riff = 0, data = 0, byteRate, tail = 0, magic = 'RIFF', seed = 1 } = {}) {
  const bytes = (samples * channels * bits) / 8;
  const b = Buffer.alloc(44 + bytes + tail);
  b.write(magic, 0, 'latin1');
  b.writeUInt32LE(36 + bytes + riff, 4);
  b.write('WAVEfmt ', 8, 'latin1');
  b.writeUInt32LE(16, 16);
  b.writeUInt16LE(tag, 20);
  b.writeUInt16LE(channels, 22);
  b.writeUInt32LE(rate, 24);
  b.writeUInt32LE(byteRate ?? (rate * channels * bits) / 8, 28);
  b.writeUInt16LE((channels * bits) / 8, 32);
  b.writeUInt16LE(bits, 34);
  b.write('data', 36, 'latin1');
  b.writeUInt32LE(bytes + data, 40);
  for (let i = 44; i < b.length; i++) b[i] = (i * 31 + seed * 17) & 255;
  return b;
}

function form(info, audio, name = 'audioFileInfo', type = 'application/json') {
  const f = new FormData();
  if (info) f.set(name, new Blob([typeof info === 'string' ? info : JSON.stringify(info)], { type }));
  if (audio) f.set('audioFile', new Blob([audio], { type: 'audio/wav' }), 'a.wav');
  return f;
}

async function send(method, path, body, headers = {}, api = admin) {
  const answer = await fetch(server.url + path, { method, body, headers: { authorization: `Bearer ${api.token}`, ...headers } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: text && text[0] === '{' ? JSON.parse(text) : text };
}

const post = (body, headers, api) => send('POST', org('/audio-file'), body, headers, api);
async function made(audio = wav(), more = {}) {
  const { status, body, text } = await post(form({ name: fileName(), contentType: 'AUDIO_WAV', ...more }, audio));
  assert.equal(status, 200, text);
  return body;
}

async function fetched(resource, id) {
  const { status, body, text } = await admin.get(org(`/${resource}/${id}?includeUrl=true`));
  assert.equal(status, 200, text);
  return { url: body.url, ...(await download(body.url)) };
}
async function download(url) {
  const answer = await fetch(url);
  return { status: answer.status, type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) };
}

function refused(answer, status, text) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.error.key, String(status), answer.text);
  assert.ok(answer.text.includes(text), answer.text);
}

describe('an audio file', () => {
  test('is created, read, listed, patched, replaced, deleted', async () => {
    const audio = wav(), name = fileName();
    const created = await post(form({ name, contentType: 'AUDIO_X_WAV', description: 'a' }, audio));
    assert.equal(created.status, 200, created.text);
    const { id, blobId } = created.body, item = org(`/audio-file/${id}`);
    assert.match(blobId, /^audio-file_[0-9a-f-]{36}$/);
    assert.deepEqual([created.body.version, created.body.size, created.body.url], [1, audio.length, undefined]);

    assert.deepEqual((await admin.get(item)).body, created.body);
    const first = await fetched('audio-file', id);
    assert.deepEqual([first.status, first.type], [200, 'audio/wav']);
    assert.ok(first.bytes.equals(audio));

    const list = await admin.get(org(`/v2/audio-file?filter=${encodeURIComponent(`name=="${name}"`)}`));
    assert.deepEqual(list.body.data, [created.body]);
    assert.equal((await admin.get(org(`/v2/audio-file?search=${name.toLowerCase()}`))).body.meta.totalRecords, 1);

    const patched = await admin.patch(item, { description: 'b' });
    assert.deepEqual([patched.status, patched.body.description, patched.body.version], [200, 'b', 2]);

    const other = wav({ tag: 1, bits: 16, channels: 2, rate: 44100, samples: 1000 });
    const put = await send('PUT', item, form({ id, name, contentType: 'AUDIO_WAV', blobId }, other));
    assert.deepEqual([put.status, put.body.blobId, put.body.version, put.body.size], [200, blobId, 3, other.length], put.text);
    assert.ok((await fetched('audio-file', id)).bytes.equals(other));

    assert.equal((await admin.delete(item)).status, 200);
    assert.equal((await admin.get(item)).status, 404);
    assert.equal((await download(first.url)).status, 404);
  });

  test('takes the JSON form of the document with base64', async () => {
    const audio = wav({ tag: 6 });
    const body = JSON.stringify({ audioFileInfo: { name: fileName(), contentType: 'AUDIO_WAV' }, audioFile: audio.toString('base64') });
    const answer = await post(body, { 'content-type': 'application/json' });
    assert.equal(answer.status, 200, answer.text);
    assert.ok((await fetched('audio-file', answer.body.id)).bytes.equals(audio));
    refused(await post('{"audioFileInfo":{},"audioFile":"string"}', { 'content-type': 'application/json' }), 400, 'audioFile: should be base64');
  });

  test('an update repeats its own blobId and brings both parts', async () => {
    const one = await made(), two = await made(), item = org(`/audio-file/${one.id}`);
    const info = { id: one.id, name: one.name, contentType: 'AUDIO_WAV' };
    refused(await send('PUT', item, form(info, wav())), 400, 'blobId: invalid value');
    refused(await send('PUT', item, form({ ...info, blobId: two.blobId }, wav())), 400, 'blobId: invalid value');
    refused(await send('PUT', item, form({ ...info, blobId: one.blobId })), 400, 'audioFile: should not be null');
    refused(await send('PUT', item, form(null, wav())), 400, 'audioFileInfo: should not be null');
    refused(await send('PUT', org(`/audio-file/${NOBODY}`), form({ ...info, id: NOBODY, blobId: one.blobId }, wav())), 404, '');
    assert.equal((await admin.get(item)).body.version, 1);
  });

  test('names what is wrong with a request', async () => {
    const info = () => ({ name: fileName(), contentType: 'AUDIO_WAV' });
    refused(await post(form(info(), wav(), 'audioFileInfo', 'text/plain')), 415, 'audioFileInfo: the content type');
    refused(await post(form(null, wav())), 400, 'audioFileInfo: should not be null');
    refused(await post(form(info())), 400, 'audioFile: should not be null');
    refused(await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'multipart/form-data');
    refused(await post('x', { 'content-type': 'multipart/form-data' }), 415, 'boundary');
    refused(await post('--b\r\n', { 'content-type': 'multipart/form-data; boundary=b' }), 400, 'headers of a part');
    refused(await post(form({ contentType: 'AUDIO_WAV' }, wav())), 400, 'name: should not be null or blank');
    refused(await post(form({ ...info(), contentType: 'MP3' }, wav())), 400, 'contentType: should be one of');
    refused(await post(form({ ...info(), name: 'a/b.wav' }, wav())), 400, 'name: should match');
    refused(await post(form({ ...info(), id: NOBODY }, wav())), 400, 'New configuration cannot have an id');
    refused(await post(form('{"name":', wav())), 400, '');
    const { name } = await made();
    refused(await post(form({ name, contentType: 'AUDIO_WAV' }, wav())), 409, 'already used');
    assert.equal((await send('POST', org('/audio-file'), form(info(), wav()), {}, new Api(server, 'x'))).status, 401);
  });

  const bad = [
    [{ magic: 'RIFX' }, 'should be a RIFF/WAVE file'],
    [{ riff: 1000 }, 'is cut off'],
    [{ riff: -100 }, 'behind its end'],
    [{ data: 2 }, 'a chunk is longer than the file'],
    [{ data: -4 }, 'has bytes behind its last chunk'],
    [{ tail: 7 }, 'has bytes behind its end'],
    [{ tag: 0x55 }, 'should be linear PCM or G.711'],
    [{ channels: 3 }, 'one or two channels'],
    [{ rate: 16000 }, '8000 samples a second'],
    [{ tag: 1, bits: 16, rate: 96000 }, '8000 to 48000'],
    [{ tag: 1, bits: 24 }, '8 or 16 bits'],
    [{ byteRate: 1 }, 'contradicts itself'],
    [{ samples: 0 }, 'has no samples'],
  ];
  for (const [how, words] of bad)
    test(`refuses audio that ${words} (${JSON.stringify(how)})`, async () => {
      const info = { name: fileName(), contentType: 'AUDIO_WAV' };
      refused(await post(form(info, wav(how))), 400, 'audioFile: ');
      refused(await post(form(info, wav(how))), 400, words);
    });

  test('may be larger than other bodies, but not too large', async () => {
    const audio = wav({ samples: 5 << 20 });
    const { id } = await made(audio);
    assert.ok((await fetched('audio-file', id)).bytes.equals(audio));
    const info = { name: fileName(), contentType: 'AUDIO_WAV' };
    refused(await post(form(info, wav({ samples: (8 << 20) + 1 }))), 413, 'audioFile: should not be more than');
  });

  // What the server says to the headers alone: without Expect it reads the body first.
  function answerToHead(path, token, length) {
    const [name, port] = new URL(server.url).host.split(':');
    return new Promise((resolve) => {
      const socket = connect(Number(port), name, () =>
        socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nExpect: 100-continue\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\n\r\n`));
      socket.once('data', (data) => resolve(String(data).split('\r\n')[0]) || socket.destroy());
    });
  }

  test('only files may be large, and only from those who may send them', async () => {
    const large = 5 << 20;
    for (const [path, token, length] of [[org('/audio-file'), admin.token, 13 << 20], [org('/audio-file'), 'nobody', large], [org('/site'), admin.token, large], [`/organization/${NOBODY}/audio-file`, admin.token, large]])
      assert.match(await answerToHead(path, token, length), /^HTTP\/1.1 413 /, `${path} ${length}`);
  });

  test('of one organisation is none of another', async () => {
    const { id, blobId, name } = await made();
    const { orgId } = JSON.parse(await server.command('org', 'create', '--data', server.data, '--name', 'other', '--admin', 'admin@other.example'));
    const other = await server.api('admin@other.example'), path = `/organization/${orgId}/audio-file`;
    const info = { id, name, contentType: 'AUDIO_WAV', blobId };
    assert.equal((await other.get(org(`/audio-file/${id}?includeUrl=true`))).status, 403);
    refused(await other.get(`${path}/${id}?includeUrl=true`), 404, '');
    refused(await send('PUT', `${path}/${id}`, form(info, wav()), {}, other), 404, '');
    refused(await other.delete(`${path}/${id}`), 404, '');
    const own = await send('POST', path, form({ name, contentType: 'AUDIO_WAV' }, wav({ seed: 5 })), {}, other);
    assert.equal(own.status, 200, own.text);
    refused(await send('PUT', `${path}/${own.body.id}`, form({ ...info, id: own.body.id }, wav()), {}, other), 400, 'blobId: invalid value');
    const { url } = (await other.get(`${path}/${own.body.id}?includeUrl=true`)).body;
    assert.equal((await download(url.replace(own.body.blobId, blobId))).status, 403);
    assert.equal((await download(url.replace(orgId, server.orgId))).status, 403);
    assert.ok((await fetched('audio-file', id)).bytes.equals(wav()));
  });

  test('its address is signed and runs out', async () => {
    const { id } = await made();
    const { url } = await fetched('audio-file', id);
    for (const wrong of [url.replace(/signature=./, (s) => s.slice(0, -1) + (s.endsWith('0') ? '1' : '0')), url.replace(/expires=\d/, 'expires=9'), url.replace(server.orgId, NOBODY), url.split('?')[0]])
      assert.equal((await download(wrong)).status, 403, wrong);
    await admin.post('/sandbox/v1/clock', { advanceMs: 3_600_000 });
    assert.equal((await download(url)).status, 403);
    admin = await server.api('admin@demo.example');
    assert.equal((await fetched('audio-file', id)).status, 200);
    for (const path of [`/audio-file/${id}`, `/audio-file/${id}?includeUrl=true`, '/v2/audio-file'])
      assert.equal((await admin.get(`/organization/${NOBODY}${path}`)).status, 403);
    assert.equal((await send('POST', `/organization/${NOBODY}/audio-file`, form({ name: fileName(), contentType: 'AUDIO_WAV' }, wav()))).status, 403);
  });

  test('of a suspended organisation is not played', async () => {
    const { orgId, admin: theirs } = await makeOrg(server, 'silent');
    const made = await send('POST', theirs.org('/audio-file'), form({ name: fileName(), contentType: 'AUDIO_WAV' }, wav()), {}, theirs);
    assert.equal(made.status, 200, made.text);
    const { url } = (await theirs.get(theirs.org(`/audio-file/${made.body.id}?includeUrl=true`))).body;
    assert.equal((await download(url)).status, 200);
    await control(server, { command: 'org', verb: 'suspend', org: orgId });
    assert.equal((await download(url)).status, 403);
    await control(server, { command: 'org', verb: 'resume', org: orgId });
    assert.equal((await download(url)).status, 200);
  });

  test('is held by the queue and the entry point that play it; they also take a name', async () => {
    const { id } = await made();
    const queue = { queueType: 'INBOUND', channelType: 'CHAT', serviceLevelThreshold: 20, maxActiveContacts: 5, maxTimeInQueue: 60, active: true, routingType: 'LONGEST_AVAILABLE_AGENT' };
    const holder = await admin.post(org('/contact-service-queue'), { ...queue, name: 'Music', defaultMusicInQueueMediaFileId: id });
    assert.equal(holder.status, 201, holder.text);
    refused(await admin.delete(org(`/audio-file/${id}`)), 412, 'contact-service-queue');
    const { body } = await admin.get(org(`/audio-file/${id}/incoming-references`));
    assert.deepEqual(body.data.map((x) => x.id), [holder.body.id]);
    refused(await admin.post(org('/contact-service-queue'), { ...queue, name: 'None', defaultMusicInQueueMediaFileId: NOBODY }), 400, 'defaultMusicInQueueMediaFileId: not found');
    const named = await admin.post(org('/contact-service-queue'), { ...queue, name: 'Default', defaultMusicInQueueMediaFileId: 'defaultmusic_on_hold.wav' });
    assert.equal(named.status, 201, named.text);
  });

  test('is made once for one Idempotency-Key; another file under the key is a conflict', async () => {
    const info = { name: fileName(), contentType: 'AUDIO_WAV' }, key = { 'idempotency-key': 'audio-1' };
    const one = await post(form(info, wav()), key), again = await post(form(info, wav()), key);
    assert.deepEqual([one.status, again.status, again.headers.get('idempotency-replayed')], [200, 200, 'true'], again.text);
    assert.deepEqual(again.body, one.body);
    refused(await post(form(info, wav({ seed: 2 })), key), 409, 'Idempotency-Key');
  });
});

describe('a greeting', () => {
  const NAME = 'agentPersonalGreetingInfo';
  const greet = (info, version = 'v2/', headers) => send('POST', org(`/${version}agent-personal-greeting`), form(info, wav(), NAME), headers);
  async function agent(first) {
    const profiles = await admin.get(org('/v3/user-profile?filter=name==%22Premium%20Agent%22'));
    const user = { firstName: first, lastName: 'Voice', email: `${first.toLowerCase()}@demo.example`, contactCenterEnabled: true, active: true, userProfileId: profiles.body.data[0].id };
    const answer = await admin.post(org('/user'), user);
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  }
  const purpose = async () => (await admin.get(org('/v2/greeting-purpose'))).body.data[0];

  test('lives in both versions, and shows its agent', async () => {
    const ann = await agent('Ann'), why = await purpose();
    const info = { name: fileName(), contentType: 'AUDIO_WAV', agentId: ann.id };
    refused(await greet(info), 409, 'greetingPurposeId: should not be null or blank');
    refused(await greet({ ...info, agentId: NOBODY, greetingPurposeId: why.id }), 400, 'agentId: not found for given orgId.');
    refused(await greet({ name: fileName(), contentType: 'AUDIO_WAV', greetingPurposeId: why.id }), 400, 'agentId: should not be null or blank');
    const second = await greet({ ...info, greetingPurposeId: why.id });
    assert.equal(second.status, 200, second.text);
    const { body } = second;
    assert.deepEqual([body.firstName, body.lastName, body.email, body.ciUserId, body.agentActive, body.greetingPurposeName],
      ['Ann', 'Voice', 'ann@demo.example', ann.ciUserId, true, why.name]);
    const first = await greet({ ...info, name: fileName(), attributeTag: 'ENVIP' }, '');
    assert.equal(first.status, 200, first.text);

    for (const version of ['', 'v2/']) {
      const item = org(`/${version}agent-personal-greeting/${body.id}`);
      assert.deepEqual((await admin.get(item)).body.id, body.id);
      assert.ok((await download((await admin.get(item + '?includeUrl=true')).body.url)).bytes.equals(wav()));
    }
    for (const version of ['v2', 'v3']) {
      const find = (query) => admin.get(org(`/${version}/agent-personal-greeting?${query}`));
      assert.deepEqual((await find('filter=ciUserId==' + ann.ciUserId)).body.data.map((x) => x.id), [body.id, first.body.id]);
      assert.equal((await find('filter=attributeTag==ENVIP')).body.data[0].firstName, undefined);
      const shown = await find('includeAgentDetails=true&filter=' + encodeURIComponent('firstName==Ann;attributeTag==ENVIP'));
      assert.deepEqual(shown.body.data.map((x) => [x.id, x.firstName, x.email]), [[first.body.id, 'Ann', 'ann@demo.example']]);
      assert.equal((await find('search=envip')).body.meta.totalRecords, 1);
    }

    const item = org(`/v2/agent-personal-greeting/${body.id}`);
    const put = await send('PUT', item, form({ id: body.id, ...info, blobId: body.blobId, greetingPurposeId: why.id }, wav({ tag: 6 }), NAME));
    assert.equal(put.status, 200, put.text);
    assert.deepEqual((await admin.patch(item, { attributeTag: 'NIGHT' })).body.attributeTag, 'NIGHT');
    assert.ok((await fetched('agent-personal-greeting', body.id)).bytes.equals(wav({ tag: 6 })));
    refused(await admin.delete(org(`/user/${ann.id}`)), 412, 'agent-personal-greeting');
    assert.equal((await admin.delete(item)).status, 200);
    assert.equal((await admin.delete(org(`/agent-personal-greeting/${first.body.id}`))).status, 200);
    assert.equal((await admin.delete(org(`/user/${ann.id}`))).status, 204);
  });
});

test('who reads slowly keeps only their own organisation waiting', async () => {
  const { id } = await made(wav({ samples: (8 << 20) - 44 }));
  const { url } = (await admin.get(org(`/audio-file/${id}?includeUrl=true`))).body;
  const { host, hostname, port, pathname, search } = new URL(url);
  const slow = await Promise.all(Array.from({ length: 8 }, () => new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    socket.once('data', () => resolve(socket.pause())).once('error', reject);
  })));
  assert.equal((await download(url)).status, 429);

  const other = await makeOrg(server, 'listener');
  const theirs = await send('POST', other.admin.org('/audio-file'), form({ name: fileName(), contentType: 'AUDIO_WAV' }, wav()), {}, other.admin);
  assert.equal(theirs.status, 200, theirs.text);
  const shown = await other.admin.get(other.admin.org(`/audio-file/${theirs.body.id}?includeUrl=true`));
  assert.ok((await download(shown.body.url)).bytes.equals(wav()));

  slow.forEach((socket) => socket.destroy());
  let answer;
  do answer = await download(url); while (answer.status === 429);
  assert.equal(answer.status, 200);
});

test('what was acknowledged is there after a crash, and what was deleted is not', async () => {
  const audio = wav({ samples: 3 << 20 });
  const kept = await made(audio), gone = await made();
  const before = await fetched('audio-file', kept.id), lost = await fetched('audio-file', gone.id);
  assert.equal((await admin.delete(org(`/audio-file/${gone.id}`))).status, 200);
  await server.kill();
  await server.launch();
  assert.ok((await fetched('audio-file', kept.id)).bytes.equals(audio));
  assert.ok((await download(before.url)).bytes.equals(audio), 'an address given out before');
  assert.equal((await download(lost.url)).status, 404);
});
