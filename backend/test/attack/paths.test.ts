import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../app.ts';
import { makeUnit, PICTURE, publish, sha256Hex, uploadAssets } from '../factories.ts';
import { createDiskStore } from '../../modules/object_store/public.ts';
import { exchange } from './raw-http.ts';

const OUTSIDE = 'what lies outside of the folder';
const IDS = 50_000;
let root: string;
let server: TestServer;
let publisher: Caller;
let port: number;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'haversack-paths-'));
  await mkdir(join(root, 'web/assets'), { recursive: true });
  await writeFile(join(root, 'web/index.html'), '<!doctype html><title>Haversack</title>');
  await writeFile(join(root, 'web/.env'), OUTSIDE);
  await mkdir(join(root, 'web-secrets'));
  for (const path of ['secret.txt', 'web-secrets/secret.txt', 'x']) await writeFile(join(root, path), OUTSIDE);
  server = await startTestServer({ webDir: join(root, 'web') });
  publisher = await server.signUp('publisher');
  await server.http.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.http.server.address() as AddressInfo);
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const STEPS = [
  '..',
  '.',
  '/',
  '\\',
  '%2e%2e',
  '%2f',
  '%5c',
  '..%2f',
  '%252e',
  '%c0%ae',
  '\0',
  '%00',
  ':',
  '~',
  'CON',
  'aux.txt',
  ' ',
  '*',
  '|',
  'C:',
  '\\\\?\\',
  'secret.txt',
  'x',
  'etc/passwd',
  'incoming',
  'a'.repeat(64),
  '\u2025',
  '\uff0e\uff0e',
  '\u2215',
];
const crooked = fc.oneof(
  fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 8 }).map((steps) => steps.join('')),
  fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 8 }).map((steps) => steps.join('/')),
  fc.string({ unit: 'binary', maxLength: 80 }),
  // All but an id: one character wrong, one too many, one too few.
  fc
    .tuple(fc.stringMatching(/^[0-9a-f]{64}$/), fc.nat(63), fc.constantFrom('/', '.', 'A', 'g', '\0', '\n', '%', ''))
    .map(([id, at, wrong]) => id.slice(0, at) + wrong + id.slice(at + 1)),
  fc.stringMatching(/^[0-9a-f]{64}$/).map((id) => `${id}\n`),
);
/** With a seed of its own, so that it is the same each time. */
const sample = (count: number): string[] =>
  fc.sample(crooked, { numRuns: count, seed: 20_261_126 }).filter((id) => !/^[0-9a-f]{64}$/.test(id));

describe('names from outside', () => {
  it(`[SE-6] of ${IDS} that are no object's, none is a path: not to look at, not to read, not to write`, async () => {
    const folder = join(root, 'objects');
    const store = await createDiskStore(folder, { uuid: randomUUID, randomBytes });
    const before = (await readdir(root, { recursive: true })).sort();
    for (const [index, id] of sample(IDS).entries()) {
      const found = await store.stat(id).catch((error: unknown) => (error as Error).message);
      if (found !== 'not an object id') throw new Error(`${JSON.stringify(id)} was looked for: ${JSON.stringify(found)}`);
      if (index % 50 > 0) continue;
      expect(() => store.read(id, null)).toThrow('not an object id');
      await expect(store.put(id, bytesOf('x'), null)).rejects.toThrow('not an object id');
    }
    expect((await readdir(root, { recursive: true })).sort()).toEqual(before);
  }, 120_000);

  it('[SE-6] in an object’s address are not found, and open nothing', async () => {
    const faults: string[] = [];
    for (const id of sample(400)) {
      const url = `/api/v1/objects/${encodeURIComponent(id.toWellFormed())}?type=image/png&expires=99999999999&signature=${'0'.repeat(64)}`;
      const { statusCode, payload } = await server.http.inject({ url });
      if (![400, 403, 404].includes(statusCode) || payload.includes(OUTSIDE)) faults.push(`${url}: ${statusCode}`);
    }
    expect(faults).toEqual([]);
  });

  it('[SE-6] in an address of the web app lead to no file but its own, sent as they are', async () => {
    const targets = [
      ...[
        '/../secret.txt',
        '/..%2fsecret.txt',
        '/%2e%2e/secret.txt',
        '/%2e%2e%2fsecret.txt',
        '/assets/../../secret.txt',
        '/..\\secret.txt',
        '/..%5csecret.txt',
      ],
      ...[
        '/../web-secrets/secret.txt',
        '/%2e%2e/web-secrets/secret.txt',
        '//secret.txt',
        '/./../secret.txt',
        '/%252e%252e/secret.txt',
        '/%c0%ae%c0%ae/secret.txt',
      ],
      ...[
        '/.env',
        '/%2eenv',
        '/assets/%2e%2e/.env',
        '/x%00.html',
        '/../x',
        'http://x/../secret.txt',
        '/docs/static/../../../secret.txt',
        '/docs/static/..%2f..%2fsecret.txt',
      ],
      ...[
        '/api/v1/content/units/..',
        '/api/v1/objects/..',
        '/api/v1/objects/%2e%2e',
        `${join(root, 'secret.txt')}`,
        `/${join(root, 'secret.txt')}`,
      ],
      ...sample(200).map((id) => `/${id.replace(/[^\x21-\x7e]/g, '')}`),
    ];
    const faults: string[] = [];
    for (const target of targets) {
      const answer = await exchange(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'GET', 5_000);
      const said = answer?.body.toString() ?? '';
      if (answer === null || answer.status >= 500 || said.includes(OUTSIDE) || said.includes('root:'))
        faults.push(`${target}: ${answer?.status}`);
    }
    expect(faults).toEqual([]);
  });
});

describe('a signed address', () => {
  it('[OS-3] with any character of any field changed, left out or put in opens nothing', async () => {
    await uploadAssets(publisher);
    const unit = await publish(publisher, makeUnit({ withAssets: true }));
    const url = unit.assets.find(({ object_id }) => object_id === sha256Hex(PICTURE))?.url ?? '';
    const opens = async (changed: string): Promise<boolean> => (await server.http.inject({ url: changed })).statusCode < 400;
    expect(await opens(url)).toBe(true);
    const begin = url.indexOf('/objects/') + '/objects/'.length;
    const opened: string[] = [];
    for (let at = begin; at < url.length; at += 1) {
      for (const put of ['', 'f', '%', '&', '%00', `${url.charAt(at)}${url.charAt(at)}`]) {
        const changed = url.slice(0, at) + put + url.slice(at + 1);
        // A second `&` ends an empty pair, which is nothing.
        if (changed !== url && !changed.includes('&&') && (await opens(changed))) opened.push(changed.slice(begin));
      }
    }
    for (const more of ['&type=image/png', '&expires=99999999999', '&x=1', `&signature=${'0'.repeat(64)}`])
      if (await opens(url + more)) opened.push(more);
    expect(opened).toEqual([]);
  });
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
