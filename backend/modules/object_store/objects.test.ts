import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeUnit, PICTURE, publish, sha256Hex, SOUND, uploadAssets } from '../../test/factories.ts';
import { createDiskStore } from './disk-store.ts';

let server: TestServer;
let publisher: Caller;
let port: number;

beforeAll(async () => {
  server = await startTestServer();
  publisher = await server.signUp('publisher');
  await server.http.listen({ port: 0, host: '127.0.0.1' });
  port = (server.http.server.address() as AddressInfo).port;
});
afterAll(() => server.close());

async function filesUnder(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

async function signedUrl(): Promise<string> {
  await uploadAssets(publisher);
  const unit = await publish(publisher, makeUnit({ withAssets: true }));
  return unit.assets.find((asset) => asset.type === 'image')?.url ?? '';
}

describe('uploading', () => {
  it('[OS-1] keeps bytes under their hash, once', async () => {
    const bytes = randomBytes(300_000);
    const path = `/objects/${sha256Hex(bytes)}`;
    expect((await publisher.put(path, bytes)).status).toBe(201);
    expect((await publisher.put(path, bytes)).status).toBe(200);
    expect((await filesUnder(server.objectsFolder)).filter((name) => name === sha256Hex(bytes))).toHaveLength(1);
    const empty = Buffer.alloc(0);
    expect((await publisher.put(`/objects/${sha256Hex(empty)}`, empty)).status).toBe(201);
  });

  it('[OS-1] refuses bytes of another hash, and leaves nothing behind', async () => {
    const before = await filesUnder(server.objectsFolder);
    const known = randomBytes(1000);
    for (const path of [`/objects/${'0'.repeat(64)}`, `/objects/${sha256Hex(known)}`]) {
      const answer = await publisher.put(path, PICTURE);
      expect([answer.status, answer.body.code]).toEqual([422, 'checksum_mismatch']);
    }
    expect((await publisher.put(`/objects/${sha256Hex(PICTURE).toUpperCase()}`, PICTURE)).status).toBe(404);
    expect((await publisher.put('/objects/..%2f..%2fetc%2fpasswd', PICTURE)).status).toBe(404);
    expect(await filesUnder(server.objectsFolder)).toEqual(before);
  });

  it('[OS-1] an upload that breaks off leaves nothing', async () => {
    const bytes = randomBytes(500_000);
    const call = request({
      port,
      method: 'PUT',
      path: `/api/v1/objects/${sha256Hex(bytes)}`,
      headers: {
        authorization: `Bearer ${publisher.token}`,
        'content-type': 'application/octet-stream',
        'content-length': bytes.length,
      },
    });
    call.on('error', () => undefined);
    call.write(bytes.subarray(0, 200_000));
    const incoming = join(server.objectsFolder, 'incoming');
    await expect.poll(() => readdir(incoming)).toHaveLength(1);
    call.destroy();
    await expect.poll(() => readdir(incoming)).toEqual([]);
    expect(await filesUnder(server.objectsFolder)).not.toContain(sha256Hex(bytes));
  });

  it('[OS-1] what a killed process left half-way is swept at the next start, what a living one writes is not', async () => {
    const incoming = join(server.objectsFolder, 'incoming');
    const host = hostname().replace(/[^A-Za-z0-9-]/g, '-');
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const names = { dead: `${host}.${dead.pid}.${randomUUID()}`, living: `${host}.${living.pid}.${randomUUID()}` };
    for (const name of Object.values(names)) await writeFile(join(incoming, name), 'half');
    await createDiskStore(server.objectsFolder, { uuid: randomUUID, randomBytes });
    expect(await readdir(incoming)).toEqual([names.living]);
    living.kill('SIGKILL');
    await once(living, 'exit');
    await createDiskStore(server.objectsFolder, { uuid: randomUUID, randomBytes });
    expect(await readdir(incoming)).toEqual([]);
  });

  it('is for publishers', async () => {
    const learner = await server.signUp();
    expect((await learner.put(`/objects/${sha256Hex(PICTURE)}`, PICTURE)).status).toBe(403);
    expect((await server.anyone.put(`/objects/${sha256Hex(PICTURE)}`, PICTURE)).status).toBe(401);
  });
});

describe('downloading', () => {
  const size = PICTURE.length;
  const etag = `"${sha256Hex(PICTURE)}"`;

  it('[OS-2] answers ranges by RFC 9110', async () => {
    const url = await signedUrl();
    const cases: [string, number, string | undefined, Buffer | null][] = [
      ['bytes=0-0', 206, `bytes 0-0/${size}`, PICTURE.subarray(0, 1)],
      ['bytes=5-', 206, `bytes 5-${size - 1}/${size}`, PICTURE.subarray(5)],
      ['bytes=-4', 206, `bytes ${size - 4}-${size - 1}/${size}`, PICTURE.subarray(-4)],
      ['bytes=-9999', 206, `bytes 0-${size - 1}/${size}`, PICTURE],
      ['bytes=3-9999', 206, `bytes 3-${size - 1}/${size}`, PICTURE.subarray(3)],
      [`bytes=${size}-`, 416, `bytes */${size}`, null],
      ['bytes=-0', 416, `bytes */${size}`, null],
      ['bytes=5-2', 200, undefined, PICTURE],
      ['bytes=0-1,4-5', 200, undefined, PICTURE],
      ['lines=0-1', 200, undefined, PICTURE],
    ];
    for (const [range, status, contentRange, bytes] of cases) {
      const answer = await server.anyone.get(url, { range });
      expect([range, answer.status, answer.headers['content-range']]).toEqual([range, status, contentRange]);
      if (bytes === null) expect(answer.body.code).toBe('range_not_satisfiable');
      else expect(answer.raw.equals(bytes)).toBe(true);
    }
  });

  it('[OS-2] goes on from any byte with If-Range, and starts anew when the tag is another', async () => {
    const url = await signedUrl();
    for (let at = 0; at < size; at += 1) {
      const rest = await server.anyone.get(url, { range: `bytes=${at}-`, 'if-range': etag });
      expect(rest.status).toBe(206);
      expect(Buffer.concat([PICTURE.subarray(0, at), rest.raw]).equals(PICTURE)).toBe(true);
    }
    for (const other of [`W/${etag}`, '"other"', new Date().toUTCString()]) {
      expect((await server.anyone.get(url, { range: 'bytes=3-', 'if-range': other })).status).toBe(200);
    }
  });

  it('[OS-2] says ETag, length and type, 304 to the tag, and to HEAD everything but the bytes', async () => {
    const url = await signedUrl();
    const whole = await server.anyone.get(url);
    const expected = {
      etag,
      'content-type': 'image/png',
      'content-length': String(size),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    };
    expect(whole.headers).toMatchObject(expected);
    expect(String(whole.headers['cache-control'])).toContain('private');
    expect((await server.anyone.get(url, { 'if-none-match': etag })).status).toBe(304);
    const head = await server.http.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.rawPayload.length]).toEqual([200, 0]);
    expect(head.headers).toMatchObject(expected);
  });

  it('[OS-3] any character altered closes the address; it opens one object, for reading, until it ends', async () => {
    const url = await signedUrl();
    expect((await server.anyone.get(url)).status).toBe(200);
    const start = url.indexOf('/objects/') + '/objects/'.length;
    for (let at = start; at < url.length; at += 1) {
      const other = url[at] === 'a' ? 'b' : 'a';
      const answer = await server.anyone.get(`${url.slice(0, at)}${other}${url.slice(at + 1)}`);
      expect([at, answer.status >= 400 && answer.status < 500]).toEqual([at, true]);
    }
    const sound = url.replace(sha256Hex(PICTURE), sha256Hex(SOUND));
    expect((await server.anyone.get(sound)).status).toBe(403);
    for (const method of ['PUT', 'DELETE', 'POST'] as const) {
      expect((await server.http.inject({ method, url })).statusCode).toBeGreaterThanOrEqual(400);
    }
    expect((await server.anyone.get(url.split('?')[0] ?? '')).status).toBe(400);
    expectStatus(await server.anyone.get(url), 200);
  });
});

describe('the spelling of a signed address', () => {
  it('[OS-3] is one: nothing in it is percent-encoded, so no letter of it may change', async () => {
    const url = await signedUrl();
    expect(url).not.toContain('%');
    expectStatus(await server.anyone.get(url), 200);
    for (const at of Array.from(url.slice(url.indexOf('/objects/')), (_, index) => url.indexOf('/objects/') + index)) {
      const letter = url.charAt(at);
      const swapped = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
      for (const other of ['0', '1', swapped].filter((one) => one !== letter)) {
        const { status } = await server.anyone.get(url.slice(0, at) + other + url.slice(at + 1));
        expect([at, other, status >= 400 && status < 500]).toEqual([at, other, true]);
      }
    }
  });
});
