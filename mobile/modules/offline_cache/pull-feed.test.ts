import type { HttpReply, HttpRequest } from '../infrastructure/models.ts';
import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { type Core, jsonReply, openCore, problemReply } from '../../test/open-core.ts';
import { summaryOf } from '../../test/server-model.ts';
import { computeDigest } from './digest.ts';
import { type MetadataKey, readMetadata } from './metadata.ts';
import { pull } from './pull.ts';

const EMPTY = { count: 0, hash: '0'.repeat(64) };
interface Page {
  numbers?: number[];
  cursor?: string;
  has_more?: boolean;
  feed_id?: string;
}
const page = ({ numbers = [], ...rest }: Page = {}): HttpReply =>
  jsonReply({
    units: numbers.map((number) => summaryOf(makeUnit(number).unit)),
    deleted: { units: [], lessons: [] },
    feed_id: 'feed-1',
    cursor: 'c1',
    has_more: false,
    server_time: '2026-11-24T00:00:00Z',
    ...rest,
  });

interface Puller extends Core {
  pull: () => ReturnType<typeof pull>;
  /** Addresses of the feed that were asked for, without what is the same in all. */
  asked: () => string[];
  pages: () => number;
  ids: () => Promise<string[]>;
  metadata: (key: MetadataKey) => Promise<string | null>;
}
const COMMON = '/api/v1/content/units/sync?limit=500&include_deleted=true&payload=summary';

/** A feed that gives these answers one after the other (the last for ever), and a digest that agrees unless said otherwise. */
async function openPuller(
  answers: readonly HttpReply[],
  digest?: (core: Core) => Promise<HttpReply> | HttpReply,
  options: { trustsAgreement?: boolean } = {},
): Promise<Puller> {
  const left = [...answers];
  const core = await openCore(
    (request: HttpRequest) => (left.length > 1 ? left.shift() : left[0]) ?? problemReply(404, request.url),
  );
  const send = core.network.send.bind(core.network);
  const agree = async (): Promise<HttpReply> => jsonReply(await computeDigest(core.database, core.platform.createSha256));
  core.network.send = async (request) => {
    if (!request.url.includes('/digest')) return send(request);
    core.network.log.push(request);
    return digest ? digest(core) : agree();
  };
  let pages = 0;
  const { createSha256, logger } = core.platform;
  const deps = { ...core, createSha256, logger, schemas: { oldest: 1, newest: 1 }, onPage: () => void (pages += 1), ...options };
  const isFeed = (url: string): boolean => url.startsWith(COMMON);
  return {
    ...core,
    pull: () => pull(deps, core.signal),
    asked: () => core.network.log.filter(({ url }) => isFeed(url)).map(({ url }) => url.slice(COMMON.length)),
    pages: () => pages,
    ids: async () => (await core.database.all<{ id: string }>('SELECT id FROM units ORDER BY id')).map((row) => row.id),
    metadata: (key) => readMetadata(core.database, key),
  };
}

describe('following the feed', () => {
  it('[SY-2] goes from cursor to cursor to the end, and next time on from there', async () => {
    const answers = [page({ numbers: [1], has_more: true }), page({ numbers: [2], cursor: 'c2' }), page({ cursor: 'c2' })];
    const { pull: run, asked, ids, pages, network } = await openPuller(answers);
    expect(await run()).toEqual({ kind: 'done', isRepaired: false });
    expect(asked()).toEqual(['', '&since=c1&feed_id=feed-1']);
    expect(network.log[0]).toMatchObject({ method: 'GET', timeoutMs: 60_000 });
    expect(network.log.at(-1)?.url).toBe('/api/v1/content/units/digest?at=c2');
    expect(await ids()).toEqual([id(1, 1), id(1, 2)]);
    expect(pages()).toBe(2);
    await run();
    expect(asked().at(-1)).toBe('&since=c2&feed_id=feed-1');
  });

  it.each(['cursor_expired', 'invalid_cursor'])('[CT-5] begins anew on "%s", once', async (code) => {
    const gone = problemReply(410, code);
    const answers = [page({ numbers: [1, 2] }), gone, page({ numbers: [2], cursor: 'c2' }), gone];
    const { pull: run, asked, ids, metadata } = await openPuller(answers);
    await run();
    expect(await run()).toEqual({ kind: 'done', isRepaired: false });
    expect(asked()).toEqual(['', '&since=c1&feed_id=feed-1', '']);
    expect(await ids()).toEqual([id(1, 2)]);
    expect(await metadata('full_pull')).toBeNull();
    expect(await run()).toMatchObject({ kind: 'failed', failure: { kind: 'refused', problem: { code } } });
    expect(asked().slice(3)).toEqual(['&since=c2&feed_id=feed-1', '']);
  });

  it('sweeps at each full pull what that one did not see', async () => {
    const gone = problemReply(410, 'cursor_expired');
    const answers = [page({ numbers: [1, 2, 3] }), gone, page({ numbers: [1, 2] }), gone, page({ numbers: [1] })];
    const { pull: run, ids, metadata } = await openPuller(answers);
    await run();
    await run();
    expect(await ids()).toEqual([id(1, 1), id(1, 2)]);
    await run();
    expect(await ids()).toEqual([id(1, 1)]);
    expect(await metadata('pull_generation')).toBe('3');
  });

  it('[OC-4] sweeps though the last page of a full pull is empty and its cursor the one before', async () => {
    const last = page({ cursor: 'c2' });
    const answers = [page({ numbers: [1, 2] }), problemReply(410, 'cursor_expired')];
    const again = page({ numbers: [1], cursor: 'c2', has_more: true });
    const { pull: run, ids, metadata } = await openPuller([...answers, again, last]);
    await run();
    expect(await run()).toEqual({ kind: 'done', isRepaired: false });
    expect(await ids()).toEqual([id(1, 1)]);
    expect(await metadata('full_pull')).toBeNull();
  });

  it('takes another refusal, or trouble, for a failure and keeps its place', async () => {
    const refused = problemReply(403, 'forbidden');
    const { pull: run, asked, metadata } = await openPuller([page({ numbers: [1] }), refused]);
    await run();
    expect(await run()).toMatchObject({ kind: 'failed', failure: { kind: 'refused' } });
    expect(asked()).toHaveLength(2);
    expect(await metadata('cursor:units')).toBe('c1');
    expect(await metadata('full_pull')).toBeNull();
  });

  it('[CT-11] does not take a page of another feed for the next one of its own', async () => {
    const answers = [
      page({ numbers: [1], has_more: true }),
      page({ numbers: [2], cursor: 'x2', feed_id: 'feed-2' }),
      page({ numbers: [3], cursor: 'x1', feed_id: 'feed-2' }),
    ];
    const { pull: run, asked, ids, metadata, pages } = await openPuller(answers);
    expect(await run()).toEqual({ kind: 'done', isRepaired: false });
    expect(asked()).toEqual(['', '&since=c1&feed_id=feed-1', '']);
    expect(await ids()).toEqual([id(1, 3)]);
    expect(await metadata('feed_id')).toBe('feed-2');
    expect(pages()).toBe(2);
  });

  it('comes to an end though every page is of another feed', async () => {
    const answers = [1, 2, 3, 4, 5].map((n) => page({ cursor: `c${n}`, feed_id: `feed-${n}`, has_more: n < 4 }));
    const { pull: run, asked } = await openPuller(answers);
    expect(await run()).toMatchObject({ kind: 'done' });
    expect(asked()).toHaveLength(4);
  });

  it('comes to an end though the cursor stands still', async () => {
    const { pull: run, asked } = await openPuller([page({ has_more: true })]);
    expect(await run()).toEqual({ kind: 'failed', failure: { kind: 'not_ours', status: 200 } });
    expect(asked()).toHaveLength(2);
  });

  it('[SY-5] asks for nothing once it is aborted, and an answer that comes then does not land', async () => {
    const { pull: run, abort, network, ids } = await openPuller([page({ numbers: [1] })]);
    let letGo = (): void => undefined;
    network.next(/sync/, { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
    const running = expect(run()).rejects.toMatchObject({ reason: 'aborted' });
    await settle();
    abort.abort();
    letGo();
    await running;
    await expect(run()).rejects.toMatchObject({ reason: 'aborted' });
    expect(network.log).toHaveLength(1);
    expect(await ids()).toEqual([]);
  });
});

describe('[SY-5] a pull that is aborted over a transport that goes on all the same', () => {
  it('lets nothing land, and asks for nothing more', async () => {
    const { pull: run, network, abort, ids, pages, asked } = await openPuller([page({ numbers: [1], has_more: true })]);
    const send = network.send.bind(network);
    network.send = async ({ signal: _, ...request }) => {
      const reply = await send(request);
      abort.abort();
      return reply;
    };
    await expect(run()).rejects.toMatchObject({ reason: 'aborted' });
    expect([await ids(), pages()]).toEqual([[], 0]);
    await expect(run()).rejects.toMatchObject({ reason: 'aborted' });
    expect(asked()).toHaveLength(1);
  });
});

describe('[SY-7] after the end the digests are compared', () => {
  it.each([
    ['count', { ...EMPTY, count: 1 }],
    ['hash', { ...EMPTY, hash: 'f'.repeat(64) }],
  ])('a %s that differs is mended by a full pull, and counted', async (_, wrong) => {
    let round = 0;
    const digest = (): HttpReply => jsonReply((round += 1) % 3 === 0 ? EMPTY : wrong);
    const { pull: run, asked, metadata, warnings } = await openPuller([page()], digest);
    expect(await run()).toEqual({ kind: 'done', isRepaired: true });
    expect(warnings).toHaveLength(1);
    expect(asked()).toEqual(['', '&since=c1&feed_id=feed-1', '']);
    expect(await metadata('digest_repairs')).toBe('1');
    await run();
    expect(await metadata('digest_repairs')).toBe('2');
    expect(await metadata('digest_given_up_at')).toBeNull();
  });

  it('a difference that is news is followed, and needs no full pull', async () => {
    let round = 0;
    const digest = async ({ database, platform }: Core): Promise<HttpReply> =>
      jsonReply((round += 1) === 1 ? { ...EMPTY, count: 1 } : await computeDigest(database, platform.createSha256));
    const {
      pull: run,
      asked,
      ids,
      metadata,
      warnings,
    } = await openPuller([page(), page({ numbers: [1], cursor: 'c2' })], digest);
    expect(await run()).toEqual({ kind: 'done', isRepaired: false });
    expect(asked()).toEqual(['', '&since=c1&feed_id=feed-1']);
    expect(await ids()).toEqual([id(1, 1)]);
    expect([await metadata('digest_repairs'), warnings]).toEqual([null, []]);
  });

  it('a server that cannot say it now is asked next time', async () => {
    const { pull: run, asked } = await openPuller([page()], () => problemReply(409, 'digest_stale'));
    expect(await run()).toEqual({ kind: 'done', isRepaired: false });
    expect(asked()).toHaveLength(1);
  });

  it('[SY-7] news that nobody could compare yet are compared with the next sync, though that brings none', async () => {
    let isStale = false;
    const digest = async ({ database, platform }: Core): Promise<HttpReply> =>
      isStale ? problemReply(409, 'digest_stale') : jsonReply(await computeDigest(database, platform.createSha256));
    const answers = [page({ numbers: [1] }), page({ numbers: [2], cursor: 'c2' }), page({ cursor: 'c2' })];
    const { pull: run, network } = await openPuller(answers, digest, { trustsAgreement: true });
    const compared = (): number => network.log.filter(({ url }) => url.includes('/digest')).length;
    await run();
    isStale = true;
    await run();
    expect(compared()).toBe(2);
    isStale = false;
    await run();
    expect(compared()).toBe(3);
    await run();
    expect(compared()).toBe(3);
  });

  it('what a full pull does not mend is left until the feed has moved on', async () => {
    const answers = [page(), page(), page(), page(), page({ cursor: 'c2' })];
    const wrong = (): HttpReply => jsonReply({ ...EMPTY, count: 7 });
    const { pull: run, asked, metadata, warnings, clock } = await openPuller(answers, wrong);
    expect(await run()).toEqual({ kind: 'differs' });
    expect(warnings).toHaveLength(2);
    expect(asked()).toHaveLength(3);
    expect(await metadata('digest_given_up_at')).toBe(`${clock.now()},c1`);
    expect(await run()).toEqual({ kind: 'differs' });
    expect(asked()).toHaveLength(4);
    expect(await run()).toEqual({ kind: 'differs' });
    expect(asked()).toHaveLength(7);
    expect(await metadata('digest_given_up_at')).toBe(`${clock.now()},c2`);
    expect(await metadata('digest_repairs')).toBe('2');
  });

  it.each([
    ['half an hour has gone by', 30 * 60_000],
    ['the clock was set back', -1],
  ])('what a full pull did not mend is tried again when %s', async (_, jumpMs) => {
    let isWrong = true;
    const digest = (): HttpReply => jsonReply({ ...EMPTY, count: isWrong ? 7 : 0 });
    const { pull: run, asked, metadata, clock } = await openPuller([page()], digest);
    const givenUpAt = clock.now();
    await run();
    clock.jumpTo(givenUpAt + 30 * 60_000 - 1);
    expect(await run()).toEqual({ kind: 'differs' });
    expect(asked()).toHaveLength(4);
    clock.jumpTo(givenUpAt + jumpMs);
    expect(await run()).toEqual({ kind: 'differs' });
    expect(asked()).toHaveLength(7);
    expect(await metadata('digest_given_up_at')).toBe(`${clock.now()},c1`);
    isWrong = false;
    expect(await run()).toEqual({ kind: 'done', isRepaired: false });
  });

  it.each(['news', 'a full pull'])('%s that cannot be had is a failure', async (what) => {
    const answers = [page(), ...(what === 'news' ? [] : [page()]), problemReply(403, 'forbidden')];
    const { pull: run, asked, metadata } = await openPuller(answers, () => jsonReply({ ...EMPTY, count: 7 }));
    expect(await run()).toMatchObject({ kind: 'failed', failure: { kind: 'refused' } });
    expect(asked()).toHaveLength(answers.length);
    expect(await metadata('full_pull')).toBe(what === 'news' ? null : '1');
  });
});
