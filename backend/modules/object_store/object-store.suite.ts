import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { makeUnit, PICTURE, publish, withPicture, sha256Hex, SOUND, uploadAssets } from '../../test/factories.ts';
import type { Config } from '../infrastructure/public.ts';

/** What every store promises, seen through the whole server and real HTTP (rule OS-4). */
export function describeObjectStore(name: string, settings: () => Promise<Partial<Config>>): void {
  describe(`objects ${name}`, () => {
    let server: TestServer;
    let publisher: Caller;
    let origin: string;

    beforeAll(async () => {
      server = await startTestServer({ objectGraceMs: 24 * 3_600_000, ...(await settings()) });
      publisher = await server.signUp('publisher');
      await server.http.listen({ port: 0, host: '127.0.0.1' });
      origin = `http://127.0.0.1:${(server.http.server.address() as AddressInfo).port}`;
    });
    afterAll(() => server.close());

    const put = (bytes: Buffer, id = sha256Hex(bytes)) =>
      publisher.put<{ size_bytes: number; code: string }>(`/objects/${id}`, bytes);
    const fetchSigned = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(new URL(url, origin), { headers, method });
    const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
    async function listed(): Promise<Map<string, number>> {
      const found = new Map<string, number>();
      for await (const some of server.objectStore.list()) for (const { id, modifiedAtMs } of some) found.set(id, modifiedAtMs);
      return found;
    }
    async function signedUrl(): Promise<string> {
      await uploadAssets(publisher);
      const unit = await publish(publisher, makeUnit({ withAssets: true }));
      return unit.assets.find((asset) => asset.type === 'image')?.url ?? '';
    }
    /** An upload as a client sends it that says no length, or that dies. */
    function beginUpload(id: string, headers: Record<string, string | number> = {}) {
      const call = request(new URL(`/api/v1/objects/${id}`, origin), {
        method: 'PUT',
        headers: { authorization: `Bearer ${publisher.token}`, 'content-type': 'application/octet-stream', ...headers },
      });
      const status = new Promise<number>((resolve, reject) => {
        call.on('response', (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', reject);
      });
      return { call, status };
    }

    it('[OS-4] [OS-1] keep bytes under their hash, whole and once', async () => {
      for (const bytes of [randomBytes(700_000), randomBytes(1), Buffer.alloc(0)]) {
        const id = sha256Hex(bytes);
        expect(await put(bytes)).toMatchObject({ status: 201, body: { size_bytes: bytes.length } });
        const writtenAt = (await listed()).get(id);
        expect(await put(bytes)).toMatchObject({ status: 200, body: { size_bytes: bytes.length } });
        expect((await listed()).get(id)).toBe(writtenAt);
        expect(await server.objectStore.stat(id)).toEqual({ sizeBytes: bytes.length });
        if (bytes.length > 0) expect((await buffer(server.objectStore.read(id, null))).equals(bytes)).toBe(true);
      }
    });

    it('[OS-4] [OS-1] refuse bytes of another hash and keep nothing of them', async () => {
      const kept = randomBytes(1000);
      await put(kept);
      const before = await listed();
      for (const bytes of [randomBytes(10), randomBytes(700_000), Buffer.alloc(0)]) {
        for (const id of ['0'.repeat(64), sha256Hex(kept)]) {
          const answer = await put(bytes, id);
          expect([answer.status, answer.body.code]).toEqual([422, 'checksum_mismatch']);
        }
      }
      expect(await listed()).toEqual(before);
      expect((await buffer(server.objectStore.read(sha256Hex(kept), null))).equals(kept)).toBe(true);
    });

    it('[OS-4] [OS-1] take an upload that says no length, and check it as well', async () => {
      const bytes = randomBytes(700_000);
      const right = beginUpload(sha256Hex(bytes));
      right.call.write(bytes.subarray(0, 300_000));
      right.call.end(bytes.subarray(300_000));
      expect(await right.status).toBe(201);
      expect(await server.objectStore.stat(sha256Hex(bytes))).toEqual({ sizeBytes: bytes.length });
      const wrong = beginUpload('1'.repeat(64));
      wrong.call.end(bytes);
      expect(await wrong.status).toBe(422);
      expect(await server.objectStore.stat('1'.repeat(64))).toBeNull();
    });

    it('[OS-4] [OS-1] keep nothing of an upload that breaks off, and take it when it comes again', async () => {
      const bytes = randomBytes(900_000);
      const id = sha256Hex(bytes);
      const before = await listed();
      const { call, status } = beginUpload(id, { 'content-length': bytes.length });
      call.write(bytes.subarray(0, 600_000), () => setTimeout(() => call.destroy(), 200));
      await expect(status).rejects.toThrow();
      await expect.poll(async () => (await server.objectStore.stat(id)) === null).toBe(true);
      expect(await listed()).toEqual(before);
      expect((await put(bytes)).status).toBe(201);
      expect(
        (await buffer(server.objectStore.read(id, { start: 599_990, end: 600_009 }))).equals(bytes.subarray(599_990, 600_010)),
      ).toBe(true);
    });

    it('[OS-4] forget what is removed, once or twice, and nothing else', async () => {
      const [first, second] = [randomBytes(50), randomBytes(60)];
      await put(first);
      await put(second);
      for (let round = 0; round < 2; round += 1) await server.objectStore.remove(sha256Hex(first));
      expect(await server.objectStore.stat(sha256Hex(first))).toBeNull();
      expect(await server.objectStore.stat(sha256Hex(second))).toEqual({ sizeBytes: 60 });
      expect((await listed()).has(sha256Hex(first))).toBe(false);
      await expect(server.objectStore.check()).resolves.toBeUndefined();
    });

    it('[OS-4] [OS-2] answer ranges from every byte on, under one strong tag', async () => {
      const url = await signedUrl();
      const whole = await fetchSigned(url);
      const etag = whole.headers.get('etag') ?? '';
      expect([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length')]).toEqual([
        200,
        'image/png',
        String(PICTURE.length),
      ]);
      expect(etag).toMatch(/^"[^"]+"$/u);
      expect((await bytesOf(whole)).equals(PICTURE)).toBe(true);
      for (let start = 0; start < PICTURE.length; start += 1) {
        for (const last of ['', String(Math.min(start + 3, PICTURE.length - 1))]) {
          const answer = await fetchSigned(url, { range: `bytes=${start}-${last}`, 'if-range': etag });
          const end = last === '' ? PICTURE.length - 1 : Number(last);
          expect([answer.status, answer.headers.get('content-range'), answer.headers.get('etag')]).toEqual([
            206,
            `bytes ${start}-${end}/${PICTURE.length}`,
            etag,
          ]);
          expect((await bytesOf(answer)).equals(PICTURE.subarray(start, end + 1))).toBe(true);
        }
      }
      expect((await fetchSigned(url, { range: `bytes=${PICTURE.length}-` })).status).toBe(416);
      expect((await fetchSigned(url, { 'if-none-match': etag })).status).toBe(304);
    });

    it('[OS-4] [OS-3] open for reading alone, until the address ends', async () => {
      const url = await signedUrl();
      for (const method of ['PUT', 'DELETE', 'POST']) {
        expect((await fetchSigned(url, {}, method)).status).toBeGreaterThanOrEqual(400);
      }
      expect((await fetchSigned(url.replace(sha256Hex(PICTURE), sha256Hex(SOUND)))).status).toBe(403);
      expect((await fetchSigned(url.split('?')[0] ?? '')).status).toBeGreaterThanOrEqual(400);
      expect((await fetchSigned(url)).status).toBe(200);
      // Signed in the past: the store's own clock says that it has ended.
      server.clock.offsetMs = -17 * 60_000;
      const past = await signedUrl();
      server.clock.offsetMs = 0;
      expect((await fetchSigned(past)).status).toBe(403);
    });

    it('[OS-4] [OS-3] any character altered closes the address', async () => {
      const url = await signedUrl();
      const start = url.indexOf('objects/');
      for (let at = start; at < url.length; at += 1) {
        const altered = `${url.slice(0, at)}${url[at] === 'A' ? 'b' : 'A'}${url.slice(at + 1)}`;
        const { status } = await fetchSigned(altered);
        expect([altered.slice(start, at + 1), status >= 400 && status < 500]).toEqual([altered.slice(start, at + 1), true]);
      }
      expect((await fetchSigned(url)).status).toBe(200);
    });

    it('[OS-5] collect what nothing refers to, after the time of grace, and nothing else', async () => {
      await uploadAssets(publisher);
      const objects = { loose: randomBytes(20), held: randomBytes(21), current: randomBytes(22), earlier: randomBytes(23) };
      const all = { ...objects, deleted: randomBytes(24), justDeleted: randomBytes(25) };
      for (const bytes of Object.values(all)) expect((await put(bytes)).status).toBe(201);
      const unit = makeUnit({ withAssets: true });
      await publish(publisher, withPicture(unit, all.earlier));
      await publish(publisher, withPicture(unit, all.current));
      const [gone, going] = [
        withPicture(makeUnit({ withAssets: true }), all.deleted),
        withPicture(makeUnit({ withAssets: true }), all.justDeleted),
      ];
      for (const one of [gone, going]) {
        await publish(publisher, one);
        await publisher.delete(`/content/units/${one.id}`);
      }
      const left = async (): Promise<string[]> => {
        const ids = await listed();
        return Object.entries(all).flatMap(([key, bytes]) => (ids.has(sha256Hex(bytes)) ? [key] : []));
      };
      expect((await server.collector.collect()).deleted).toBe(0);
      server.clock.offsetMs = 25 * 60 * 60_000;
      // The database's own clock is not turned with ours.
      await server.pool.query(`update units set deleted_at = now() + interval '25 hours' where id = $1`, [going.id]);
      expect((await put(all.held)).status).toBe(200);
      const { seen, deleted, freedBytes } = await server.collector.collect();
      expect(await left()).toEqual(['held', 'current', 'earlier', 'justDeleted']);
      expect([seen > deleted, deleted >= 2, freedBytes >= 44]).toEqual([true, true, true]);
      expect((await server.collector.collect()).deleted).toBe(0);
      server.clock.offsetMs = 0;
      expect((await put(all.loose)).status).toBe(201);
      const back = await publisher.post<{ version: number }>(
        `/content/units/${unit.id}/rollback`,
        { version: 1 },
        { 'idempotency-key': unit.id },
      );
      expect([back.status, back.body.version]).toEqual([200, 3]);
    });
  });
}
