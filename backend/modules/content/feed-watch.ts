import { setTimeout as pause } from 'node:timers/promises';
import type { Listener, Logger, OpenListener } from '../infrastructure/public.ts';
import { FEED_CHANNEL, LOOK_AT_FEEDS } from './feed-sql.ts';
import type { Heads } from './heads.ts';

/** Half of what a node may be behind, so that a look that is a little late is still in time. */
const LOOK_EVERY_MS = 500;
/** Nobody has asked for so long: the database is left in peace until somebody does. */
const IDLE_AFTER_MS = 60_000;
/** More learners who moved between two looks than this are not followed one by one. */
const MOVED_MAX = 10_000;
const RECONNECT_AFTER_MS = 200;
const RECONNECT_AFTER_MAX_MS = 5_000;

/**
 * Keeps `Heads` right from a connection of its own: looks at the database twice a second while somebody asks, and at once when
 * PostgreSQL says that content was written. A notification that is lost costs half a second; a lost connection, that the database
 * is asked for every head until it is back.
 */
export interface FeedWatch {
  /** Somebody asks for heads. */
  use(): void;
  /** Something was written here: look again now. */
  nudge(): void;
  close(): Promise<void>;
}

export interface FeedWatchDeps {
  heads: Heads;
  openListener: OpenListener;
  feedId: string;
  logger: Logger;
  lookEveryMs?: number;
}

export function createFeedWatch({ heads, openListener, feedId, logger, lookEveryMs = LOOK_EVERY_MS }: FeedWatchDeps): FeedWatch {
  const stopping = new AbortController();
  const alarm = createAlarm(lookEveryMs);
  /** Everything that transactions before this one did has been seen. */
  let horizon: string | null = null;

  async function look(listener: Listener): Promise<void> {
    alarm.reset();
    const begun = heads.begin();
    const [row] = await listener.query<LookRow>(LOOK_AT_FEEDS, [horizon, MOVED_MAX + 1]);
    if (row === undefined) throw new Error('the feed has lost its row');
    // Another feed stands in this database now: nothing here is said from memory any more (rule CT-11).
    if (row.feed_id !== feedId) throw new ForeignFeed();
    const isKnown = horizon !== null && row.moved.length <= MOVED_MAX;
    const moved = isKnown ? row.moved.map(({ user_id, head }) => ({ personId: user_id, head })) : null;
    if (heads.see({ feedHead: row.head, moved }, begun)) horizon = row.horizon;
    else alarm.ring();
  }

  async function watch(): Promise<void> {
    const lost = new AbortController();
    const onLost = (): void => {
      lost.abort();
      alarm.ring();
    };
    const listener = await openListener(FEED_CHANNEL, { onNotice: alarm.ring, onLost });
    try {
      while (!stopping.signal.aborted && !lost.signal.aborted) {
        await look(listener);
        waitMs = RECONNECT_AFTER_MS;
        if (!stopping.signal.aborted) await alarm.rings();
      }
    } finally {
      await listener.close();
    }
  }

  let waitMs = RECONNECT_AFTER_MS;
  async function watchAgainAndAgain(): Promise<void> {
    while (!stopping.signal.aborted) {
      await watch().catch((error: unknown) => {
        if (error instanceof ForeignFeed) logger.error({}, 'the database holds another feed than this node serves: restart it');
      });
      await pause(waitMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      waitMs = Math.min(2 * waitMs, RECONNECT_AFTER_MAX_MS);
    }
  }

  const watching = watchAgainAndAgain();
  return {
    use: alarm.use,
    nudge: alarm.ring,
    async close() {
      stopping.abort();
      alarm.ring();
      await watching;
    },
  };
}

/** Rings when there is news, and every so often as long as somebody uses what it is for. */
function createAlarm(everyMs: number) {
  let usedAtMs = performance.now();
  let isIdle = false;
  let isDue = false;
  let wake: (() => void) | null = null;

  function ring(): void {
    isDue = true;
    wake?.();
  }
  return {
    ring,
    /** What rang until now is being dealt with. */
    reset(): void {
      isDue = false;
    },
    use(): void {
      usedAtMs = performance.now();
      if (isIdle) ring();
    },
    async rings(): Promise<void> {
      if (isDue) return;
      isIdle = performance.now() - usedAtMs > IDLE_AFTER_MS;
      await new Promise<void>((resolve) => {
        const timer = isIdle ? undefined : setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = null;
      isIdle = false;
    },
  };
}

class ForeignFeed extends Error {}

interface LookRow {
  feed_id: string;
  head: string;
  horizon: string;
  moved: { user_id: string; head: string }[];
}
