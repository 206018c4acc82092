import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { type DownloadsCore, openDownloads } from '../../test/open-downloads.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { readDownloadStates } from './downloads-repo.ts';

const [ONE, TWO] = [id(1, 1), id(1, 2)];
const OBJECTS = '/objects/';
const MINUTE_MS = 60_000;

interface Queue extends DownloadsCore {
  downloads: Downloads;
  statusOf: (unitId?: string) => Promise<string>;
}
async function begin(...numbers: number[]): Promise<Queue> {
  const core = await openDownloads(...(numbers.length > 0 ? numbers : [1]).map((number) => makeUnit(number)));
  return {
    ...core,
    downloads: createDownloads(core.deps),
    statusOf: async (unitId = ONE) => (await readDownloadStates(core.database, unitId)).get(unitId)?.status ?? 'not_downloaded',
  };
}
function hold({ network }: Queue, fits: string | RegExp): () => void {
  let letGo = (): void => undefined;
  network.next(fits, { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
  return () => letGo();
}
/** Until nothing is fetched and the queue has set its clock. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await settle();
}
const objectsOf = (number: number): RegExp =>
  new RegExp(
    makeUnit(number)
      .objects.map(({ asset }) => asset.object_id)
      .join('|'),
  );

describe('[DL-8] the queue of downloads', () => {
  it('works off what is asked for, one unit after the other', async () => {
    const queue = await begin(1, 2);
    const letGo = hold(queue, OBJECTS);
    await queue.downloads.request(ONE);
    queue.clock.jumpTo(queue.clock.now() + 1);
    await queue.downloads.request(TWO);
    await settle();
    expect([await queue.statusOf(ONE), await queue.statusOf(TWO)]).toEqual(['downloading', 'queued']);
    expect(queue.network.countOf(objectsOf(2))).toBe(0);
    letGo();
    await quiet();
    expect([await queue.statusOf(ONE), await queue.statusOf(TWO)]).toEqual(['downloaded', 'downloaded']);
    expect(queue.clock.pendingCount()).toBe(0);
  });

  it('[OB-9] does not forget what is asked for just as it comes to its end', async () => {
    const core = await begin();
    let isAsked = false;
    const { database } = core.deps;
    const get: typeof database.get = async (sql, params) => {
      const row = await database.get<never>(sql, params);
      if (row === null && sql.includes('FROM downloads') && !isAsked) {
        isAsked = true;
        await core.enqueue(ONE);
        downloads.kick();
      }
      return row;
    };
    const downloads = createDownloads({ ...core.deps, database: { ...database, get } });
    downloads.kick();
    await quiet();
    expect(isAsked).toBe(true);
    expect(await core.statusOf()).toBe('downloaded');
  });

  it('says each change of what is asked for', async () => {
    const queue = await begin();
    queue.network.isDown = true;
    await queue.downloads.request(ONE);
    const asked = queue.changes();
    expect(asked).toBeGreaterThan(0);
    await quiet();
    const before = queue.changes();
    await queue.downloads.pause(ONE);
    expect(queue.changes()).toBe(before + 1);
    await queue.downloads.cancel(ONE);
    expect(queue.changes()).toBe(before + 2);
    await queue.downloads.remove([ONE]);
    expect(queue.changes()).toBe(before + 3);
  });

  it('takes what is downloaded for done', async () => {
    const queue = await begin();
    await queue.downloads.request(ONE);
    await quiet();
    const [requests, changes] = [queue.network.log.length, queue.changes()];
    expect(await queue.downloads.request(ONE)).toBeNull();
    await queue.downloads.cancel(ONE);
    await quiet();
    expect([queue.network.log.length, queue.changes()]).toEqual([requests, changes]);
    expect(await queue.statusOf()).toBe('downloaded');
  });

  it('fetches a unit first that the catalogue does not know', async () => {
    const queue = await begin();
    queue.server.publish(makeUnit(2));
    await queue.downloads.request(TWO);
    await quiet();
    expect(await queue.statusOf(TWO)).toBe('downloaded');
    expect(queue.network.countOf(`GET /api/v1/content/units/${TWO}`)).toBe(1);
    await queue.downloads.request(ONE);
    await quiet();
    expect(queue.network.countOf(`GET /api/v1/content/units/${ONE}`)).toBe(1);
  });

  it('[OC-1] does not wait for the network to take in a unit that the catalogue knows', async () => {
    const queue = await begin();
    hold(queue, '/content/units/');
    await queue.downloads.request(ONE);
    await settle();
    expect(await queue.statusOf()).toBe('downloading');
    queue.abort.abort();
    await queue.downloads.idle();
  });

  it('[DL-9] forgets with what is cancelled that it was lost once; what is not here is removed without ado', async () => {
    const queue = await begin();
    queue.network.isDown = true;
    await queue.database.run('UPDATE units SET is_lost = 1');
    await queue.downloads.request(ONE);
    await quiet();
    await queue.downloads.cancel(ONE);
    expect(await queue.statusOf()).toBe('not_downloaded');
    await queue.downloads.remove([TWO]);
    expect(await queue.queued(TWO)).toBeNull();
  });

  it('stops the unit that is paused, and goes on with it when it is resumed', async () => {
    const queue = await begin();
    const letGo = hold(queue, OBJECTS);
    await queue.downloads.request(ONE);
    await settle();
    await queue.downloads.pause(ONE);
    letGo();
    await quiet();
    expect(await queue.statusOf()).toBe('paused');
    expect(queue.clock.pendingCount()).toBe(0);
    queue.downloads.kick(true);
    await quiet();
    expect(await queue.statusOf()).toBe('paused');
    await queue.downloads.resume(ONE);
    await quiet();
    expect(await queue.statusOf()).toBe('downloaded');
  });

  it('does not stop another unit than the one that is meant', async () => {
    const queue = await begin(1, 2);
    const letGo = hold(queue, OBJECTS);
    await queue.downloads.request(ONE);
    await settle();
    await queue.downloads.pause(TWO);
    await queue.downloads.cancel(TWO);
    await queue.downloads.remove([TWO]);
    letGo();
    await quiet();
    expect(await queue.statusOf(ONE)).toBe('downloaded');
    expect(queue.network.log.filter(({ signal }) => signal?.aborted)).toEqual([]);
  });

  it('waits until the unit that is cancelled has stopped, and keeps nothing of it', async () => {
    const queue = await begin();
    hold(queue, objectsOf(1));
    await queue.downloads.request(ONE);
    await settle();
    await queue.downloads.cancel(ONE);
    expect(await queue.statusOf()).toBe('not_downloaded');
    // The picture of the catalogue may stay.
    expect((await queue.files()).filter((name) => !name.endsWith('.webp'))).toEqual([]);
    expect(await queue.database.all('SELECT * FROM lessons')).toEqual([]);
    await queue.downloads.idle();
  });

  it('[DL-6] keeps the version that plays when its update is cancelled', async () => {
    const queue = await begin();
    await queue.downloads.request(ONE);
    await quiet();
    queue.server.publish(makeUnit(1, { seed: 9 }));
    await queue.pull();
    queue.network.always(OBJECTS, statusReply(500));
    await queue.downloads.request(ONE);
    await quiet();
    expect(await queue.statusOf()).toBe('update_available');
    await queue.downloads.cancel(ONE);
    expect(await queue.queued(ONE)).toBeNull();
    const versions = 'SELECT version, downloaded_version, stored_version FROM units';
    expect(await queue.database.get(versions)).toEqual({ version: 2, downloaded_version: 1, stored_version: 1 });
    expect(await queue.files()).toHaveLength(3);
  });

  it('removes several at once, with their files', async () => {
    const queue = await begin(1, 2, 3);
    for (const number of [1, 2, 3]) await queue.downloads.request(id(1, number));
    await quiet();
    expect(await queue.files()).toHaveLength(9);
    await queue.downloads.remove([ONE, TWO]);
    expect([await queue.statusOf(ONE), await queue.statusOf(TWO), await queue.statusOf(id(1, 3))]).toEqual([
      'not_downloaded',
      'not_downloaded',
      'downloaded',
    ]);
    // The pictures of the catalogue stay.
    expect(await queue.files()).toHaveLength(5);
  });
});

describe('[OB-9] the queue sleeps', () => {
  it('until the next try is due, and then goes on by itself', async () => {
    const queue = await begin();
    queue.network.next(OBJECTS, statusReply(500));
    await queue.downloads.request(ONE);
    await quiet();
    expect(queue.clock.pendingCount()).toBe(1);
    await queue.clock.advance(999);
    expect(await queue.statusOf()).toBe('queued');
    await queue.clock.advance(1);
    expect(await queue.statusOf()).toBe('downloaded');
    await quiet();
    expect(queue.clock.pendingCount()).toBe(0);
  });

  it('also over a restart of the app, if that does not begin afresh', async () => {
    const queue = await begin();
    queue.network.next(OBJECTS, statusReply(500));
    await queue.downloads.request(ONE);
    await quiet();
    const next = createDownloads(queue.deps);
    next.kick();
    await next.idle();
    expect(await queue.statusOf()).toBe('queued');
    next.kick(true);
    await next.idle();
    expect(await queue.statusOf()).toBe('downloaded');
  });

  it('but not when it is kicked afresh: then nothing waits any more', async () => {
    const queue = await begin();
    queue.network.next(OBJECTS, statusReply(500));
    await queue.downloads.request(ONE);
    await quiet();
    queue.downloads.kick();
    await quiet();
    expect(await queue.statusOf()).toBe('queued');
    expect(queue.clock.pendingCount()).toBe(1);
    queue.downloads.kick(true);
    await quiet();
    expect(await queue.statusOf()).toBe('downloaded');
    expect(queue.clock.pendingCount()).toBe(0);
  });

  it('at least a moment, and at most five minutes', async () => {
    const queue = await begin();
    queue.network.next(OBJECTS, statusReply(500));
    await queue.downloads.request(ONE);
    await quiet();
    await queue.database.run('UPDATE downloads SET attempted_at = ?1, next_attempt_at = ?1 + 10', [queue.clock.now()]);
    queue.downloads.kick();
    await quiet();
    await queue.clock.advance(249);
    expect(await queue.statusOf()).toBe('queued');
    await queue.clock.advance(1);
    expect(await queue.statusOf()).toBe('downloaded');

    const long = await begin();
    long.network.next(OBJECTS, statusReply(500));
    await long.downloads.request(ONE);
    await quiet();
    await long.database.run('UPDATE downloads SET next_attempt_at = next_attempt_at + 86400000');
    long.downloads.kick();
    await quiet();
    await long.database.run('UPDATE downloads SET next_attempt_at = 0');
    await long.clock.advance(5 * MINUTE_MS - 1);
    expect(await long.statusOf()).toBe('queued');
    await long.clock.advance(1);
    expect(await long.statusOf()).toBe('downloaded');
  });

  it('longer and longer while it fails itself, and says so each time', async () => {
    const queue = await begin();
    await queue.enqueue(ONE);
    await queue.database.run("CREATE TRIGGER full BEFORE UPDATE ON downloads BEGIN SELECT RAISE(ABORT, 'full'); END");
    queue.downloads.kick();
    await quiet();
    expect(queue.warnings).toEqual([expect.stringContaining('full')]);
    for (const waitMs of [1_000, 2_000, 4_000]) {
      const before = queue.warnings.length;
      await queue.clock.advance(waitMs - 1);
      expect(queue.warnings).toHaveLength(before);
      await queue.clock.advance(1);
      expect(queue.warnings).toHaveLength(before + 1);
    }
    await queue.database.run('DROP TRIGGER full');
    await queue.clock.advance(8_000);
    expect(await queue.statusOf()).toBe('downloaded');
    // The next wait is that of the download again, not of the queue's own trouble.
    queue.server.publish(makeUnit(1, { seed: 9 }));
    await queue.pull();
    queue.network.next(OBJECTS, statusReply(500));
    await queue.downloads.request(ONE);
    await quiet();
    await queue.clock.advance(1_000);
    expect(await queue.statusOf()).toBe('downloaded');
  });

  it('for five minutes when the database cannot say how long', async () => {
    const queue = await begin();
    queue.network.next(OBJECTS, statusReply(500));
    const { database } = queue.deps;
    let isIll = true;
    const get: typeof database.get = async (sql, params) => {
      if (isIll && sql.includes('MIN(next_attempt_at)')) throw new Error('database is locked');
      return database.get<never>(sql, params);
    };
    const downloads = createDownloads({ ...queue.deps, database: { ...database, get } });
    await downloads.request(ONE);
    await quiet();
    isIll = false;
    await queue.clock.advance(5 * MINUTE_MS - 1);
    expect(await queue.statusOf()).toBe('queued');
    await queue.clock.advance(1);
    await quiet();
    expect(await queue.statusOf()).toBe('downloaded');
    expect(queue.clock.pendingCount()).toBe(0);
  });

  it('[SY-5] no more once the person has gone', async () => {
    const queue = await begin();
    hold(queue, OBJECTS);
    await queue.downloads.request(ONE);
    await settle();
    queue.abort.abort();
    await queue.downloads.idle();
    await settle();
    const requests = queue.network.log.length;
    queue.downloads.kick(true);
    await quiet();
    expect(queue.clock.pendingCount()).toBe(0);
    expect(queue.network.log).toHaveLength(requests);
    expect(queue.warnings).toEqual([]);
    expect(await queue.queued(ONE)).toMatchObject({ state: 'running' });
  });

  it('and is woken by nothing while it is asked to be idle', async () => {
    const queue = await begin();
    queue.network.isDown = true;
    await queue.downloads.request(ONE);
    await quiet();
    expect(queue.clock.pendingCount()).toBe(1);
    await queue.downloads.idle();
    expect(queue.clock.pendingCount()).toBe(0);
  });
});
