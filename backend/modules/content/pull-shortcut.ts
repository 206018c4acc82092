import { API_BASE_PATH, LIMITS, PERSON_HEADER } from '@haversack/contract';
import { LRUCache } from 'lru-cache';
import { canonicalTime, type Person, type Shortcut } from '../infrastructure/public.ts';
import type { Feed } from './feed.ts';

const QUERIES_REMEMBERED_MAX = 5_000;

/** "Nothing changed", said from memory to whoever brings a token in the header: what phones ask most. */
export function createPullShortcut({
  feed,
  feedId,
  authenticate,
}: {
  feed: Pick<Feed, 'getUnchanged'>;
  feedId: string;
  authenticate(token: string): Promise<Person | null>;
}): Shortcut {
  // Phones that are up to date all send the same.
  const cursors = new LRUCache<string, { since: string | null }>({ max: QUERIES_REMEMBERED_MAX });

  function cursorOf(query: string): string | null {
    let known = cursors.get(query);
    if (known === undefined) {
      known = { since: readCursor(query, feedId) };
      cursors.set(query, known);
    }
    return known.since;
  }

  return {
    path: `${API_BASE_PATH}/content/units/sync`,
    async answer(query, headers) {
      const since = cursorOf(query);
      const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
      if (since === null || token === undefined) return null;
      const person = await authenticate(token);
      const claimed = headers[PERSON_HEADER];
      if (person === null || (claimed !== undefined && claimed !== person.id)) return null;
      return feed.getUnchanged(person.id, since);
    },
  };
}

const USUAL_VALUES: Readonly<Record<string, RegExp>> = {
  limit: /^[1-9][0-9]{0,2}$/,
  include_deleted: /^(?:true|false)$/,
  payload: /^(?:full|summary)$/,
};

/** The cursor of a query that the contract allows for this feed; null where the framework must judge it. */
export function readCursor(query: string, feedId: string): string | null {
  const values = new Map<string, string>();
  for (const part of query.split('&')) {
    const [, name = '', value = ''] = /^([a-z_]+)=([\w%:.-]+)$/.exec(part) ?? [];
    if (name === '' || values.has(name)) return null;
    values.set(name, value.replaceAll(/%3a/gi, ':'));
  }
  const { since, feed_id, ...others } = Object.fromEntries(values);
  if (since === undefined || (feed_id !== undefined && feed_id !== feedId)) return null;
  if (!Object.entries(others).every(([name, value]) => USUAL_VALUES[name]?.test(value) === true)) return null;
  if (Number(others['limit'] ?? 1) > LIMITS.syncPageMaxItems) return null;
  return canonicalTime(since);
}
