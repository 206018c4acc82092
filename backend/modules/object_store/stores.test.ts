import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SIGNED_URL_LIFETIME_MS } from '@haversack/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../../test/app.ts';
import { makeUnit, publish, sha256Hex, uploadAssets } from '../../test/factories.ts';
import { startTestS3, type TestS3 } from '../../test/s3-server.ts';
import { type S3Settings, StartError } from '../infrastructure/public.ts';
import { describeObjectStore } from './object-store.suite.ts';
import { openObjectStore } from './open-store.ts';
import { createS3Addresses } from './s3-address.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.close());

describeObjectStore('on disk', async () => ({}));
describeObjectStore('in a bucket', async () => ({ s3: s3.settings }));

describe('addresses in a bucket', () => {
  const base: S3Settings = {
    endpoint: 'https://s3.example.org:9000',
    publicEndpoint: null,
    bucket: 'units',
    region: 'eu-west-3',
    accessKeyId: 'AKID/+=',
    secretAccessKey: 'se/cr+et',
    forcePathStyle: true,
  };

  it('[CT-7] [OS-3] are those that the SDK signs, for every way to reach a bucket', async () => {
    const variants: Partial<S3Settings>[] = [
      {},
      { forcePathStyle: false },
      { endpoint: null, forcePathStyle: false },
      { publicEndpoint: 'http://files.example.org' },
    ];
    for (const variant of variants) {
      const settings = { ...base, ...variant };
      const { origin, sign } = createS3Addresses(settings);
      const endpoint = settings.publicEndpoint ?? settings.endpoint;
      const client = new S3Client({
        ...(endpoint === null ? {} : { endpoint }),
        region: settings.region,
        credentials: settings,
        forcePathStyle: settings.forcePathStyle,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
      for (const [type, signedAtMs] of [
        ['image/png', Date.UTC(2026, 0, 31, 23, 59)],
        ['audio/mpeg', Date.UTC(2026, 1, 1)],
      ] as const) {
        const id = sha256Hex(randomBytes(8));
        const wanted = new GetObjectCommand({ Bucket: 'units', Key: `objects/${id}`, ResponseContentType: type });
        const theirs = new URL(await getSignedUrl(client, wanted, { expiresIn: 900, signingDate: new Date(signedAtMs) }));
        const ours = new URL(sign(id, type, { signedAtMs, lifetimeMs: SIGNED_URL_LIFETIME_MS }));
        expect([...ours.searchParams].sort()).toEqual([...theirs.searchParams].sort());
        expect([ours.origin, ours.pathname]).toEqual([theirs.origin, theirs.pathname]);
        expect(ours.origin).toBe(origin);
      }
      client.destroy();
    }
  });

  it('[CT-7] are signed for a whole page without a question, the same for a minute, for 15 minutes at most', async () => {
    const server = await startTestServer({ s3: s3.settings });
    const publisher = await server.signUp('publisher');
    await uploadAssets(publisher);
    const unit = await publish(publisher, makeUnit({ withAssets: true }));
    const asset_ids = unit.assets.map((asset) => asset.id);
    const before = s3.requestCount();
    server.clock.offsetMs = 60_000 - ((Date.now() + 1) % 60_000);
    const sign = () =>
      publisher.post<{ assets: { url: string; url_expires_at: string }[] }>('/content/assets/sign', { asset_ids });
    const [first, second] = [await sign(), await sign()];
    expect(s3.requestCount()).toBe(before);
    expect(second.body).toEqual(first.body);
    for (const { url, url_expires_at } of first.body.assets) {
      expect(url.startsWith(`${s3.settings.endpoint}/units/objects/`)).toBe(true);
      const leftMs = Date.parse(url_expires_at) - server.clock.nowMs();
      expect([leftMs > 14 * 60_000, leftMs <= SIGNED_URL_LIFETIME_MS]).toEqual([true, true]);
    }
    await server.close();
  });

  it('[SE-4] are let through by the policy that the app runs under, and nothing else is', async () => {
    const server = await startTestServer({ s3: s3.settings });
    const policy = String((await server.anyone.get('/health')).headers['content-security-policy']);
    for (const name of ['connect-src', 'img-src', 'media-src']) {
      expect(policy).toMatch(new RegExp(`${name} [^;]*${s3.settings.endpoint}(;|$)`));
    }
    expect(policy.split(String(s3.settings.endpoint))).toHaveLength(4);
    await server.close();
  });
});

it('[OS-5] a bucket is collected past the first thousand objects that it tells of', { timeout: 120_000 }, async () => {
  const own = await startTestS3();
  const server = await startTestServer({ s3: own.settings, objectGraceMs: 24 * 3_600_000 });
  const publisher = await server.signUp('publisher');
  await uploadAssets(publisher);
  await publish(publisher, makeUnit({ withAssets: true }));
  const client = new S3Client({ ...own.settings, endpoint: own.settings.endpoint ?? '', credentials: own.settings });
  const keys = Array.from({ length: 1_003 }, () => `objects/${sha256Hex(randomBytes(8))}`);
  const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: own.settings.bucket, Key, Body: 'x' }));
  for (let at = 0; at < keys.length; at += 50) await Promise.all(keys.slice(at, at + 50).map(put));
  client.destroy();
  const pages: number[] = [];
  for await (const page of server.objectStore.list()) pages.push(page.length);
  expect(pages).toEqual([1_000, 5]);
  server.clock.offsetMs = 25 * 3_600_000;
  // The picture and the sound of the unit stay.
  expect(await server.collector.collect()).toEqual({ seen: 1_005, deleted: 1_003, freedBytes: 1_003 });
  await server.close();
  await own.close();
});

describe('a bucket that cannot be used', () => {
  const ids = { uuid: randomUUID, randomBytes };
  const open = (change: Partial<S3Settings>) => openObjectStore({ dataDir: '/nowhere', s3: { ...s3.settings, ...change } }, ids);

  it('[ST-4] is told at the start in a sentence that says what to mend, and without the key', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const cases: [Partial<S3Settings>, string][] = [
      [{ bucket: 'no-such-bucket' }, 'has no bucket of this name'],
      [{ secretAccessKey: 'hush' }, 'refuses the key'],
      [{ accessKeyId: 'somebody', secretAccessKey: 'hush' }, 'refuses the key'],
      [{ endpoint: `http://127.0.0.1:${port}` }, 'nothing that speaks S3 answers'],
      [{ endpoint: 'http://no-such-host.invalid' }, 'host name'],
    ];
    for (const [change, words] of cases) {
      const error = await open(change).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(StartError);
      expect((error as Error).message).toContain(words);
      expect((error as Error).message).not.toMatch(/hush|S3RVER/);
    }
    expect((await open({})).direct?.origin).toBe(s3.settings.endpoint);
  });

  it('makes health say that objects fail, and a reader try again later', async () => {
    const own = await startTestS3();
    const server = await startTestServer({ s3: own.settings });
    const publisher = await server.signUp('publisher');
    expect((await publisher.get('/health')).status).toBe(200);
    await own.close();
    expect((await publisher.get<{ object_store: string }>('/health')).body.object_store).toBe('failing');
    const bytes = randomBytes(10);
    expect((await publisher.put(`/objects/${sha256Hex(bytes)}`, bytes)).status).toBe(503);
    await server.close();
  });
});
