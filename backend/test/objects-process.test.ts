import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Unit } from '@haversack/contract';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFrom, dropDatabase, TEMPLATE } from './database.ts';
import { makeUnit } from './factories.ts';
import { killLaunched, rssGrowth, serve, type ServedNode } from './processes.ts';
import { startTestS3, type TestS3 } from './s3-server.ts';

const MB = 1024 * 1024;
/** The long run streams a gigabyte; the short one shows the same in less. */
const STREAMED_BYTES = process.env['SOAK'] === '1' ? 1024 * MB : 128 * MB;
const RSS_GROWTH_MAX_BYTES = 60 * MB;
/** Buffers that are used again come to 8 MB; new ones lay about until there were 64 MB of them. */
const RSS_GROWTH_OF_MANY_MAX_BYTES = 15 * MB;
const CHUNK = randomBytes(MB);
const sha256Hex = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

let s3: TestS3;
let dataDir: string;
let name: string;
let databaseUrl: string;

beforeAll(async () => {
  s3 = await startTestS3();
  dataDir = await mkdtemp(join(tmpdir(), 'haversack-process-'));
  name = `p_${randomUUID().replaceAll('-', '')}`;
  databaseUrl = await createFrom(inject('postgresUrl'), name, TEMPLATE);
});
afterEach(killLaunched);
afterAll(async () => {
  await s3.close();
  await dropDatabase(inject('postgresUrl'), name);
  await rm(dataDir, { recursive: true, force: true });
});

const base = () => ({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
const STORES = {
  disk: (): Record<string, string> => ({}),
  bucket: (): Record<string, string> => ({
    S3_BUCKET: s3.settings.bucket,
    S3_ENDPOINT: s3.settings.endpoint ?? '',
    S3_ACCESS_KEY_ID: s3.settings.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.settings.secretAccessKey,
    S3_REGION: s3.settings.region,
    S3_FORCE_PATH_STYLE: 'true',
  }),
};

function beginUpload({ url, headers }: ServedNode, id: string, sizeBytes: number) {
  const call = request(`${url}/api/v1/objects/${id}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/octet-stream', 'content-length': sizeBytes },
  });
  const status = new Promise<number>((resolve, reject) => {
    call.on('response', (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', reject);
  });
  status.catch(() => undefined);
  return { call, status };
}

/** The first chunk says what for, so that no two uploads are the same. */
function* chunksOf(seed: string): Generator<Buffer> {
  yield Buffer.alloc(MB, seed);
  for (let made = MB; made < STREAMED_BYTES; made += MB) yield CHUNK;
}

async function uploadAll(server: ServedNode, id: string, seed: string): Promise<void> {
  const { call, status } = beginUpload(server, id, STREAMED_BYTES);
  for (const chunk of chunksOf(seed)) if (!call.write(chunk)) await once(call, 'drain');
  call.end();
  expect(await status).toBe(201);
}

/** Where the object is to be had, once a unit refers to it. */
async function publishWith({ url, headers }: ServedNode, id: string): Promise<string> {
  const unit = makeUnit();
  const asset = { id: randomUUID(), unit_id: unit.id, type: 'audio', object_id: id, content_type: 'audio/mpeg' };
  const assets = [{ ...asset, size_bytes: STREAMED_BYTES, checksum: `sha256:${id}` }];
  const answer = await fetch(`${url}/api/v1/content/units/${unit.id}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ ...unit, assets }),
  });
  expect(answer.status).toBe(201);
  return new URL(((await answer.json()) as Unit).assets[0]?.url ?? '', url).href;
}

async function downloadAll(address: string): Promise<string> {
  const hash = createHash('sha256');
  const { body } = await fetch(address);
  for await (const chunk of body ?? []) hash.update(chunk);
  return hash.digest('hex');
}

/** As many phones fetch it, a megabyte at a time. */
async function downloadPieces(address: string): Promise<void> {
  const READERS = 32;
  const PIECES_EACH = 20;
  const read = async (reader: number): Promise<void> => {
    for (let nth = 0; nth < PIECES_EACH; nth += 1) {
      const start = ((reader + nth) % (STREAMED_BYTES / MB)) * MB;
      const answer = await fetch(address, { headers: { range: `bytes=${start}-${start + MB - 1}` } });
      expect((await answer.arrayBuffer()).byteLength).toBe(MB);
    }
  };
  await Promise.all(Array.from({ length: READERS }, (_, reader) => read(reader)));
}

describe.each(['disk', 'bucket'] as const)('a server that keeps objects on/in a %s', (store) => {
  it(
    '[OS-1] killed in the middle of an upload leaves nothing under its hash, and takes it afterwards',
    { timeout: 120_000 },
    async () => {
      const bytes = randomBytes(3 * MB);
      const id = sha256Hex(bytes);
      const incoming = join(dataDir, 'objects', 'incoming');
      const server = await serve({ ...base(), ...STORES[store]() });
      const requests = s3.requestCount();
      const { call, status } = beginUpload(server, id, bytes.length);
      call.write(bytes.subarray(0, 2 * MB));
      const hasArrived = async (): Promise<boolean> => {
        if (store === 'bucket') return s3.requestCount() >= requests + 2;
        const [part] = await readdir(incoming);
        return part !== undefined && (await stat(join(incoming, part))).size > MB / 2;
      };
      await expect.poll(hasArrived, { timeout: 10_000 }).toBe(true);
      server.child.kill('SIGKILL');
      await expect(status).rejects.toThrow();
      if (store === 'disk') expect((await readdir(incoming)).length).toBe(1);
      const again = await serve({ ...base(), ...STORES[store]() });
      if (store === 'disk') expect(await readdir(incoming)).toEqual([]);
      const second = beginUpload(again, id, bytes.length);
      second.call.end(bytes);
      // 201: it was not there. What is there already is answered 200.
      expect(await second.status).toBe(201);
    },
  );

  it('[OS-1] [OS-2] takes in and gives out what is larger than its memory may grow', { timeout: 900_000 }, async () => {
    const server = await serve({ ...base(), ...STORES[store]() });
    const hash = createHash('sha256');
    for (const chunk of chunksOf(store)) hash.update(chunk);
    const id = hash.digest('hex');
    // What a first upload loads for good is no growth.
    const small = beginUpload(server, sha256Hex(store), store.length);
    small.call.end(store);
    expect(await small.status).toBeLessThan(300);
    const growth = { up: await rssGrowth(server.child, () => uploadAll(server, id, store)), down: 0, many: 0 };
    const address = await publishWith(server, id);
    if (store === 'disk') {
      growth.down = await rssGrowth(server.child, async () => expect(await downloadAll(address)).toBe(id));
      growth.many = await rssGrowth(server.child, () => downloadPieces(address));
    } else expect(address.startsWith(s3.settings.endpoint ?? '')).toBe(true);
    const inMb = (bytes: number): number => Math.round(bytes / MB);
    process.stdout.write(
      `${store}: ${inMb(STREAMED_BYTES)} MB up at +${inMb(growth.up)} MB, down at +${inMb(growth.down)} MB, to many +${inMb(growth.many)} MB\n`,
    );
    expect(Math.max(growth.up, growth.down)).toBeLessThan(RSS_GROWTH_MAX_BYTES);
    expect(growth.many).toBeLessThan(RSS_GROWTH_OF_MANY_MAX_BYTES);
  });
});
