import type { IncomingHttpHeaders } from 'node:http';
import { API_BASE_PATH, LIMITS, PERSON_HEADER, type SyncQuery } from '@haversack/contract';
import { LRUCache } from 'lru-cache';
import { canonicalTime, type Person, type ShortAnswer, type Shortcut } from '../infrastructure/public.ts';
import type { Feed } from './feed.ts';
import { kindOfPull } from './models.ts';

const QUERIES_REMEMBERED_MAX = 5_000;

/** Pulls as phones send them: "nothing changed", said from memory, and pages of what did. */
export function createPullShortcut({
  feed,
  feedId,
  recognise,
  authenticate,
}: {
  feed: Pick<Feed, 'getUnchanged' | 'getUnitsSince'>;
  feedId: string;
  /** From memory. */
  recognise(headers: IncomingHttpHeaders): Person | null;
  authenticate(headers: IncomingHttpHeaders): Promise<Person | null>;
}): Shortcut {
  // Phones that are up to date all send the same.
  const queries = new LRUCache<string, { read: SyncQuery | null }>({ max: QUERIES_REMEMBERED_MAX });
  let last: { text: string; read: SyncQuery | null } | null = null;

  function queryOf(text: string): SyncQuery | null {
    if (last?.text === text) return last.read;
    const known = queries.get(text) ?? { read: readQuery(text, feedId) };
    queries.set(text, known);
    last = { text, ...known };
    return known.read;
  }

  function answerTo(person: Person, query: SyncQuery, claimed: unknown): Promise<ShortAnswer | null> | ShortAnswer | null {
    if (claimed !== undefined && claimed !== person.id) return null;
    const unchanged = query.since === undefined ? null : feed.getUnchanged(person.id, query.since);
    return unchanged === null ? readPage(person, query) : { ...unchanged, kind: 'empty' };
  }

  async function readPage(person: Person, query: SyncQuery): Promise<ShortAnswer> {
    const { parts, etag } = await feed.getUnitsSince(person.id, query);
    return { etag, encode: () => parts, kind: kindOfPull(etag, query) };
  }

  return {
    path: `${API_BASE_PATH}/content/units/sync`,
    answer(text, headers) {
      const query = queryOf(text);
      if (query === null) return null;
      const claimed = headers[PERSON_HEADER];
      const known = recognise(headers);
      if (known !== null) return answerTo(known, query, claimed);
      return authenticate(headers).then((person) => (person === null ? null : answerTo(person, query, claimed)));
    },
  };
}

const USUAL_VALUES: Readonly<Record<string, RegExp>> = {
  limit: /^[1-9][0-9]{0,2}$/,
  include_deleted: /^(?:true|false)$/,
  payload: /^(?:full|summary)$/,
};

/** A query that the contract allows for this feed, with its cursor in the canonical form; null where the framework must judge it. */
export function readQuery(text: string, feedId: string): SyncQuery | null {
  const values = new Map<string, string>();
  for (const part of text.split('&')) {
    const [, name = '', value = ''] = /^([a-z_]+)=([\w%:.-]+)$/.exec(part) ?? [];
    if (name === '' || values.has(name)) return null;
    values.set(name, value.replaceAll(/%3a/gi, ':'));
  }
  const { since: cursor, feed_id, ...others } = Object.fromEntries(values);
  if (feed_id !== undefined && feed_id !== feedId) return null;
  if (!Object.entries(others).every(([name, value]) => USUAL_VALUES[name]?.test(value) === true)) return null;
  const limit = Number(others['limit'] ?? LIMITS.syncPageDefaultItems);
  const since = cursor === undefined ? undefined : canonicalTime(cursor);
  if (limit > LIMITS.syncPageMaxItems || since === null) return null;
  return {
    ...(since === undefined ? {} : { since }),
    limit,
    include_deleted: others['include_deleted'] === 'true',
    payload: others['payload'] === 'summary' ? 'summary' : 'full',
  };
}
