import { id, makeBytes, makeUnit } from '../../test/factories.ts';
import { AREA, openDownloads } from '../../test/open-downloads.ts';
import { problemReply } from '../../test/open-core.ts';
import { type NetworkFault, PORTAL_PAGE, statusReply } from '../../test/scripted-network.ts';
import { type AssetRecord, markObjectDownloaded, readAsset } from './assets-repo.ts';
import { CHUNK_BYTES } from './chunk.ts';

const OBJECTS = '/objects/';
const SIGN = '/content/assets/sign';
const PASS: NetworkFault = { kind: 'held', until: Promise.resolve() };
const BIG = Math.round(CHUNK_BYTES * 2.5);
const RESERVED = 4_194_304;

/** A unit that is stored, and the first of its recordings. */
async function begin(audioBytes = 1_000, lessonCount = 1) {
  const made = makeUnit(1, { audioBytes, lessonCount });
  const core = await openDownloads(made);
  await core.deps.units.fetch(id(1, 1));
  core.network.log.length = 0;
  const [, recording] = made.objects;
  if (!recording) throw new Error('the unit has no recording');
  const asset = await readAsset(core.database, recording.asset.id);
  if (!asset) throw new Error('the recording has no row');
  const name = `${asset.objectId}.mp3`;
  const { append } = core.platform.files;
  return {
    ...core,
    bytes: recording.bytes,
    asset,
    name,
    part: `${name}.part`,
    fetch: (what: AssetRecord = asset) => core.objects.fetch(what, core.signal),
    put: (file: string, bytes: Uint8Array) => append(AREA, file, 0, bytes),
    row: () => readAsset(core.database, asset.id),
    ranges: () => core.network.log.filter(({ url }) => url.includes(OBJECTS)).map(({ headers }) => headers?.['range']),
    onDisk: (file: string) => core.platform.files.sha256(AREA, file),
  };
}
const failed = (reason: string, hasProgressed = false) => ({ kind: 'failed', reason, hasProgressed });

describe('[DL-2] the bytes of one asset', () => {
  it('are asked for, verified, moved into place, and then said', async () => {
    const { fetch, name, network, asset, row, files, onDisk, progress, clock } = await begin();
    expect(await fetch()).toEqual({ kind: 'done', localPath: name });
    expect(network.log).toEqual([
      expect.objectContaining({ method: 'GET', url: asset.url, headers: { range: 'bytes=0-999' }, timeoutMs: 60_000 }),
    ]);
    expect(network.log[0]?.maxBytes).toBe(2 * CHUNK_BYTES);
    expect(await row()).toMatchObject({ status: 'downloaded', localPath: name, doneBytes: 1_000 });
    expect(await files()).toEqual([name]);
    expect(await onDisk(name)).toBe(asset.objectId);
    expect(progress()).toBe(2);
    expect(clock.pendingCount()).toBe(0);
  });

  it('[DL-8] come in chunks, and how far they are is in their row', async () => {
    const { fetch, network, ranges, row, asset, progress, onDisk, name } = await begin(BIG);
    network.next(OBJECTS, PASS, { kind: 'lost_before' });
    expect(await fetch()).toEqual(failed('offline', true));
    expect(await row()).toMatchObject({ status: 'downloading', doneBytes: CHUNK_BYTES, etag: `"${asset.objectId}"` });
    expect(progress()).toBe(1);
    const resumed = await row();
    expect(await fetch(resumed ?? asset)).toMatchObject({ kind: 'done' });
    expect(ranges()).toEqual(['bytes=0-262143', 'bytes=262144-524287', 'bytes=262144-524287', `bytes=524288-${BIG - 1}`]);
    const ifRanges = network.log.map(({ headers }) => headers?.['if-range']);
    expect(ifRanges).toEqual([undefined, ...Array.from({ length: 3 }, () => `"${asset.objectId}"`)]);
    expect(network.log[0]?.maxBytes).toBe(BIG + CHUNK_BYTES);
    expect(await onDisk(name)).toBe(asset.objectId);
  });

  it('may be none', async () => {
    const { fetch, asset, files, network } = await begin();
    const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(await fetch({ ...asset, objectId: nothing, sizeBytes: 0 })).toEqual({ kind: 'done', localPath: `${nothing}.mp3` });
    expect(await files()).toEqual([`${nothing}.mp3`]);
    expect(network.log).toEqual([]);
  });

  it('[DL-10] of a type that no phone stores are not fetched', async () => {
    const { fetch, asset, network } = await begin();
    expect(await fetch({ ...asset, contentType: 'application/pdf' })).toEqual(failed('not_available'));
    expect(network.log).toEqual([]);
  });

  it('that are wrong are thrown away, and are no progress', async () => {
    const { fetch, network, bytes, files, row } = await begin();
    const wrong = { status: 200, headers: {}, body: new Uint8Array(bytes.length) };
    network.next(OBJECTS, { kind: 'reply', reply: wrong });
    expect(await fetch()).toEqual(failed('checksum_mismatch'));
    expect(await files()).toEqual([]);
    expect(await row()).toMatchObject({ status: 'missing', doneBytes: 0 });
  });

  it('[DL-5] are fetched once for two that ask at the same time', async () => {
    const { fetch, ranges } = await begin();
    expect(await Promise.all([fetch(), fetch()])).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
    expect(ranges()).toHaveLength(1);
  });
});

describe('[DL-9] bytes that are on disk already', () => {
  it('under the right name are verified and taken', async () => {
    const { fetch, put, name, bytes, network, row } = await begin(BIG);
    await put(name, bytes);
    expect(await fetch()).toEqual({ kind: 'done', localPath: name });
    expect(network.log).toEqual([]);
    expect(await row()).toMatchObject({ status: 'downloaded', localPath: name });
  });

  it('[DL-5] under the name that another row knows are taken too', async () => {
    const { fetch, put, asset, bytes, network, database } = await begin();
    const other = `${asset.objectId}.ogg`;
    await put(other, bytes);
    await markObjectDownloaded(database, asset.objectId, other, 0);
    expect(await fetch()).toEqual({ kind: 'done', localPath: other });
    expect(network.log).toEqual([]);
  });

  it('but have the wrong size, or the right one and are wrong, are removed and fetched', async () => {
    for (const strange of [new Uint8Array(999), makeBytes(1_000, 77)]) {
      const { fetch, put, name, asset, onDisk, ranges } = await begin();
      await put(name, strange);
      expect(await fetch()).toEqual({ kind: 'done', localPath: name });
      expect(ranges()).toEqual(['bytes=0-999']);
      expect(await onDisk(name)).toBe(asset.objectId);
    }
  });

  it('in a row but not on disk are fetched', async () => {
    const { fetch, name, database, asset, ranges } = await begin();
    await markObjectDownloaded(database, asset.objectId, name, 0);
    expect(await fetch()).toEqual({ kind: 'done', localPath: name });
    expect(ranges()).toHaveLength(1);
  });

  it('[DL-3] as a part are gone on from', async () => {
    const { fetch, put, part, bytes, ranges } = await begin(BIG);
    await put(part, bytes.slice(0, CHUNK_BYTES + 7));
    expect(await fetch()).toMatchObject({ kind: 'done' });
    expect(ranges()).toEqual([`bytes=${CHUNK_BYTES + 7}-${2 * CHUNK_BYTES + 6}`, `bytes=${2 * CHUNK_BYTES + 7}-${BIG - 1}`]);
  });

  it('as a whole part need no request', async () => {
    const { fetch, put, part, name, bytes, network, files } = await begin(BIG);
    await put(part, bytes);
    expect(await fetch()).toEqual({ kind: 'done', localPath: name });
    expect(network.log).toEqual([]);
    expect(await files()).toEqual([name]);
  });

  it('as a part that is too long are thrown away', async () => {
    const { fetch, put, part, ranges } = await begin();
    await put(part, new Uint8Array(1_001));
    expect(await fetch()).toMatchObject({ kind: 'done' });
    expect(ranges()).toEqual(['bytes=0-999']);
  });
});

describe('[DL-3] a store that does not go on where it was', () => {
  it.each([412, 416])('is asked from the beginning once (%d)', async (status) => {
    const { fetch, network, ranges } = await begin(BIG);
    network.next(OBJECTS, PASS, statusReply(status));
    expect(await fetch()).toMatchObject({ kind: 'done' });
    expect(ranges().map((range) => range?.split('-')[0])).toEqual([
      'bytes=0',
      'bytes=262144',
      'bytes=0',
      'bytes=262144',
      'bytes=524288',
    ]);
  });

  it('twice is trouble', async () => {
    const { fetch, network, ranges } = await begin(BIG);
    network.next(OBJECTS, PASS, statusReply(416), PASS, statusReply(416));
    expect(await fetch()).toEqual(failed('server_trouble', true));
    expect(ranges()).toHaveLength(4);
  });

  it('and gives the whole is taken at its word', async () => {
    const { fetch, network, ranges, asset, bytes, onDisk, name } = await begin(BIG);
    const whole: NetworkFault = { kind: 'reply', reply: { status: 200, headers: {}, body: bytes } };
    network.next(OBJECTS, PASS, whole);
    expect(await fetch()).toMatchObject({ kind: 'done' });
    expect(ranges()).toHaveLength(2);
    expect(await onDisk(name)).toBe(asset.objectId);
    const atOnce = await begin(BIG);
    atOnce.network.next(OBJECTS, whole);
    expect(await atOnce.fetch()).toMatchObject({ kind: 'done' });
    expect(atOnce.ranges()).toHaveLength(1);
  });

  it('and gives the whole at the beginning has not begun anew by that', async () => {
    const { fetch, network, bytes } = await begin(BIG);
    network.next(OBJECTS, PASS, statusReply(416), { kind: 'reply', reply: { status: 200, headers: {}, body: bytes } });
    expect(await fetch()).toMatchObject({ kind: 'done' });
  });

  it('has one beginning anew in all, the whole included', async () => {
    const { fetch, network, bytes } = await begin(BIG);
    network.next(OBJECTS, PASS, statusReply(416), PASS, { kind: 'reply', reply: { status: 200, headers: {}, body: bytes } });
    expect(await fetch()).toEqual(failed('server_trouble', true));
  });
});

describe('[DL-8] what goes wrong with one asset', () => {
  it.each<[string, NetworkFault, string]>([
    ['no network', { kind: 'lost_before' }, 'offline'],
    ['no answer in time', { kind: 'timeout' }, 'server_trouble'],
    ['an answer that breaks off', { kind: 'cut' }, 'server_trouble'],
    ['a server that is ill', statusReply(503), 'server_trouble'],
    ['a portal', PORTAL_PAGE, 'server_trouble'],
  ])('%s is said', async (_, fault, reason) => {
    const { fetch, network } = await begin();
    network.next(OBJECTS, fault);
    expect(await fetch()).toEqual(failed(reason));
  });

  it('[DL-7] no room is said before the first byte; what is there already needs none', async () => {
    const { fetch, disk, network } = await begin();
    disk.freeBytes = RESERVED + 999;
    expect(await fetch()).toEqual(failed('storage_full'));
    expect(network.log).toEqual([]);
    disk.freeBytes = RESERVED + 1_000;
    expect(await fetch()).toMatchObject({ kind: 'done' });
    const half = await begin();
    await half.put(half.part, half.bytes.slice(0, 400));
    half.disk.freeBytes = RESERVED + 600;
    expect(await half.fetch()).toMatchObject({ kind: 'done' });
  });

  it('[DL-7] a disk that fills up meanwhile is said', async () => {
    const { fetch, network, disk } = await begin();
    const send = network.send.bind(network);
    network.send = async (request) => {
      disk.freeBytes = 10;
      return send(request);
    };
    expect(await fetch()).toEqual(failed('storage_full'));
  });

  it('a fault of ours is not taken for the network’s', async () => {
    const { fetch, platform } = await begin();
    platform.files.move = () => Promise.reject(new Error('broken disk'));
    await expect(fetch()).rejects.toThrow('broken disk');
  });

  it('[SY-5] an abort is no outcome', async () => {
    const { fetch, abort, network } = await begin();
    network.next(OBJECTS, { kind: 'held', until: new Promise(() => undefined) });
    const running = expect(fetch()).rejects.toMatchObject({ reason: 'aborted' });
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await running;
    await expect(fetch()).rejects.toMatchObject({ reason: 'aborted' });
  });
});

describe('[DL-11] an asset that is held for Wi-Fi', () => {
  it('stops between two chunks, keeps what came, and goes on from there', async () => {
    const { fetch, network, held, row, files, part, ranges } = await begin(BIG);
    const send = network.send.bind(network);
    network.send = async (request) => {
      held.isForWifi = true;
      return send(request);
    };
    expect(await fetch()).toEqual(failed('waiting_for_wifi', true));
    expect(await fetch()).toEqual(failed('waiting_for_wifi'));
    expect(ranges()).toHaveLength(1);
    expect(await files()).toEqual([part]);
    expect(await row()).toMatchObject({ status: 'downloading', doneBytes: CHUNK_BYTES });
    network.send = send;
    held.isForWifi = false;
    expect(await fetch()).toMatchObject({ kind: 'done' });
    expect(ranges()).toHaveLength(3);
  });

  it('is not asked for at an address that was signed meanwhile', async () => {
    const { fetch, network, held, server } = await begin();
    server.expireUrls();
    const send = network.send.bind(network);
    network.send = async (request) => {
      held.isForWifi = request.url.endsWith(SIGN);
      return send(request);
    };
    expect(await fetch()).toEqual(failed('waiting_for_wifi'));
    expect([network.countOf(OBJECTS), network.countOf(SIGN)]).toEqual([1, 1]);
  });

  it('is taken all the same when its bytes are here', async () => {
    const { fetch, held, put, part, bytes, name } = await begin();
    held.isForWifi = true;
    await put(part, bytes);
    expect(await fetch()).toEqual({ kind: 'done', localPath: name });
  });
});

describe('[SY-5] a fetch that is aborted over a transport that goes on all the same', () => {
  it.each(['while bytes come', 'when they were written'])('stores and asks for nothing more (%s)', async (moment) => {
    const { fetch, network, abort, platform, files, ranges } = await begin(BIG);
    const send = network.send.bind(network);
    network.send = async ({ signal: _, ...request }) => {
      const reply = await send(request);
      if (moment === 'while bytes come') abort.abort();
      return reply;
    };
    const { append } = platform.files;
    platform.files.append = async (...args) => {
      await append(...args);
      abort.abort();
    };
    await expect(fetch()).rejects.toMatchObject({ reason: 'aborted' });
    expect(await files()).toHaveLength(moment === 'while bytes come' ? 0 : 1);
    expect(ranges()).toHaveLength(1);
  });
});

describe('[DL-4] an address that has expired', () => {
  it.each([401, 403, 410, 404])('is signed again, with those that the unit still lacks (%d)', async (status) => {
    const { fetch, network, asset, database } = await begin(1_000, 3);
    network.next(OBJECTS, statusReply(status));
    expect(await fetch()).toMatchObject({ kind: 'done' });
    const signing = network.log.filter(({ url }) => url.endsWith(SIGN));
    expect(signing).toHaveLength(1);
    const { asset_ids: ids } = JSON.parse(signing[0]?.body ?? '') as { asset_ids: string[] };
    expect(ids[0]).toBe(asset.id);
    expect([...ids].sort()).toEqual([id(4, 100), id(4, 101), id(4, 102), id(4, 103)]);
    expect(await database.get('SELECT COUNT(DISTINCT url) AS urls FROM assets')).toEqual({ urls: 4 });
  });

  it('is asked for at its new address, which is kept', async () => {
    const { fetch, network, server, row, asset } = await begin();
    server.expireUrls();
    expect(await fetch()).toMatchObject({ kind: 'done' });
    const [, , third] = network.log;
    expect(third?.url).toMatch(/signature=1$/);
    expect((await row())?.url).toBe(third?.url);
    expect(asset.url).toMatch(/signature=0$/);
  });

  it('is looked up in its row first: another file may have had it signed', async () => {
    const { fetch, network, asset } = await begin();
    expect(await fetch({ ...asset, url: '/api/v1/objects/old?signature=old' })).toMatchObject({ kind: 'done' });
    expect(network.countOf(SIGN)).toBe(0);
  });

  it('is not that of a row which stands for other bytes by now', async () => {
    const { fetch, network, asset, database } = await begin();
    await database.run('UPDATE assets SET object_id = ? WHERE id = ?', ['f'.repeat(64), asset.id]);
    await fetch({ ...asset, url: '/api/v1/objects/old?signature=old' });
    expect(network.countOf(SIGN)).toBe(1);
  });

  it('is signed with so many others as one request may name', async () => {
    const { fetch, network, database, asset } = await begin();
    const more = 'type, content_type, size_bytes, checksum, url, url_expires_at, updated_at, unit_id, unit_version';
    await database.runMany(
      `INSERT INTO assets (id, object_id, ${more}) SELECT ?1, ?1, ${more} FROM assets WHERE id = ?2`,
      Array.from({ length: 205 }, (_, index) => [id(4, 1_000 + index), asset.id]),
    );
    network.next(OBJECTS, statusReply(403));
    await fetch();
    const body = network.log.find(({ url }) => url.endsWith(SIGN))?.body ?? '';
    expect((JSON.parse(body) as { asset_ids: string[] }).asset_ids).toHaveLength(200);
  });

  it('of bytes that are gone, not for this person, or others by now, is "not available"', async () => {
    const gone = await begin();
    gone.network.always(OBJECTS, statusReply(404));
    expect(await gone.fetch()).toEqual(failed('not_available'));
    expect(gone.network.countOf(OBJECTS)).toBe(2);
    const unsigned = await begin();
    unsigned.network.next(OBJECTS, statusReply(403));
    unsigned.server.remove(id(1, 1));
    expect(await unsigned.fetch()).toEqual(failed('not_available'));
    const anew = await begin();
    anew.server.publish(makeUnit(1, { audioBytes: 1_000, seed: 7 }));
    anew.server.expireUrls();
    expect([await anew.fetch(), (await anew.row())?.url]).toEqual([failed('not_available'), anew.asset.url]);
  });

  it('that nobody signs is the network’s, the token’s or the server’s trouble', async () => {
    const offline = await begin();
    offline.network.next(OBJECTS, statusReply(403));
    offline.network.next(SIGN, { kind: 'lost_before' });
    expect(await offline.fetch()).toEqual(failed('offline'));
    const unknown = await begin();
    unknown.network.next(OBJECTS, statusReply(403));
    unknown.server.revokeTokens();
    expect(await unknown.fetch()).toEqual(failed('sign_in'));
    const refused = await begin();
    refused.network.next(OBJECTS, statusReply(403));
    refused.network.next(SIGN, { kind: 'reply', reply: problemReply(403, 'forbidden') });
    expect(await refused.fetch()).toEqual(failed('server_trouble'));
    const stubborn = await begin();
    stubborn.network.always(OBJECTS, statusReply(403));
    expect(await stubborn.fetch()).toEqual(failed('server_trouble'));
    expect(stubborn.network.countOf(SIGN)).toBe(1);
  });
});
