import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BenchEvent, BenchUnit, Contestant, ListRow, OpenOptions, Store } from '../contestant.ts';

/**
 * The limit: fetch, JSON.parse, prepared statements, one transaction a page while the next page is on its way. No checks, no retries, no
 * comparison with what was there: what anybody must do at the least who brings these bytes into three tables with three indexes.
 */
export function makeRaw(name: string, synchronous: 'NORMAL' | 'FULL'): Contestant {
  return {
    name,
    version: `node:sqlite ${process.versions['sqlite'] ?? ''}`,
    durability: `SQLite WAL, synchronous=${synchronous}`,
    notes: 'fetch, JSON.parse and prepared statements: checks nothing, retries nothing',
    open: (options) => Promise.resolve(openRaw(options, { synchronous })),
  };
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS units (id TEXT PRIMARY KEY, position INTEGER NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,
    learner_level TEXT NOT NULL, schema_version INTEGER NOT NULL, version INTEGER NOT NULL, updated_at TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS units_by_position ON units (position);
  CREATE TABLE IF NOT EXISTS lessons (id TEXT PRIMARY KEY, unit_id TEXT NOT NULL, title TEXT NOT NULL, position INTEGER NOT NULL,
    updated_at TEXT NOT NULL, payload TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS lessons_by_unit ON lessons (unit_id, position);
  CREATE TABLE IF NOT EXISTS assets (id TEXT PRIMARY KEY, unit_id TEXT NOT NULL, type TEXT NOT NULL, content_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL, checksum TEXT NOT NULL, url TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS assets_by_unit ON assets (unit_id);
  CREATE TABLE IF NOT EXISTS events (event_id TEXT PRIMARY KEY, device_seq INTEGER NOT NULL, payload TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, idempotency_key TEXT NOT NULL, payload TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;`;

const HEAD = 'id, title, description, learner_level, version, position';

interface RawSettings {
  synchronous: 'NORMAL' | 'FULL';
  /** Of requests with events. */
  headers?: Record<string, string>;
}

export function openRaw({ folder, serverUrl, eventsUrl }: OpenOptions, { synchronous, headers = {} }: RawSettings): Store {
  const database = new DatabaseSync(join(folder, 'raw.sqlite3'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; ${SCHEMA}`);
  const mirror = createMirror(database);
  const outbox = createOutbox(database, eventsUrl, headers);
  const list = database.prepare(`SELECT ${HEAD} FROM units ORDER BY position LIMIT ?`);
  const count = (table: string): number => (database.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get() as { n: number }).n;
  return {
    sync: (onFirstTitles) => mirror.sync(serverUrl, onFirstTitles),
    listFirst: (limit) => Promise.resolve(list.all(limit) as unknown as ListRow[]),
    listAll: () => Promise.resolve(list.all(-1) as unknown as ListRow[]),
    readUnit: (id) => Promise.resolve(mirror.read(id)),
    enqueue: (event) => Promise.resolve(outbox.enqueue(event)),
    drain: (batchSize) => outbox.drain(batchSize),
    counts: () =>
      Promise.resolve({
        units: count('units'),
        lessons: count('lessons'),
        assets: count('assets'),
        waitingEvents: count('outbox'),
      }),
    close: () => Promise.resolve(database.close()),
  };
}

interface Page {
  units: BenchUnit[];
  seq: number;
  hasMore: boolean;
}

function createMirror(database: DatabaseSync) {
  const putUnit = database.prepare('INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const putLesson = database.prepare('INSERT OR REPLACE INTO lessons VALUES (?, ?, ?, ?, ?, ?)');
  const putAsset = database.prepare('INSERT OR REPLACE INTO assets VALUES (?, ?, ?, ?, ?, ?, ?)');
  const putState = database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)');
  const state = (key: string): string | null =>
    (database.prepare('SELECT value FROM state WHERE key = ?').get(key) as { value: string } | undefined)?.value ?? null;
  const readHead = database.prepare(`SELECT ${HEAD} FROM units WHERE id = ?`);
  const readLessons = database.prepare('SELECT id, payload FROM lessons WHERE unit_id = ? ORDER BY position');
  const readAssets = database.prepare('SELECT * FROM assets WHERE unit_id = ?');

  function apply({ units, seq }: Page, etag: string): void {
    database.exec('BEGIN IMMEDIATE');
    for (const unit of units) {
      const { id, position, title, description, learner_level, schema_version, version, updated_at } = unit;
      putUnit.run(id, position, title, description, learner_level, schema_version, version, updated_at);
      for (const lesson of unit.lessons)
        putLesson.run(lesson.id, id, lesson.title, lesson.position, lesson.updated_at, JSON.stringify(lesson.payload));
      for (const asset of unit.assets)
        putAsset.run(asset.id, id, asset.type, asset.content_type, asset.size_bytes, asset.checksum, asset.url);
    }
    putState.run('seq', String(seq));
    putState.run('etag', etag);
    database.exec('COMMIT');
  }

  return {
    async sync(serverUrl: string, onFirstTitles?: () => void): Promise<void> {
      const fetchPage = async (after: number, etag: string | null) => {
        const reply = await fetch(
          `${serverUrl}/page?after=${after}`,
          etag === null ? {} : { headers: { 'if-none-match': etag } },
        );
        if (reply.status === 304) return null;
        return { page: (await reply.json()) as Page, etag: reply.headers.get('etag') ?? '' };
      };
      let next = fetchPage(Number(state('seq') ?? 0), state('etag'));
      for (;;) {
        const reply = await next;
        if (reply === null) return;
        if (reply.page.hasMore) next = fetchPage(reply.page.seq, null);
        apply(reply.page, reply.etag);
        onFirstTitles?.();
        if (!reply.page.hasMore) return;
      }
    },
    read(id: string) {
      const lessons = (readLessons.all(id) as { id: string; payload: string }[]).map((lesson) => ({
        id: lesson.id,
        payload: JSON.parse(lesson.payload) as unknown,
      }));
      return { head: readHead.get(id) as unknown as ListRow, lessons, assets: readAssets.all(id) as unknown as { id: string }[] };
    },
  };
}

function createOutbox(database: DatabaseSync, eventsUrl: string, moreHeaders: Record<string, string>) {
  const putEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?)');
  const putOutbox = database.prepare('INSERT INTO outbox (idempotency_key, payload) VALUES (?, ?)');
  const readBatch = database.prepare('SELECT seq, idempotency_key, payload FROM outbox ORDER BY seq LIMIT ?');
  const removeThrough = database.prepare('DELETE FROM outbox WHERE seq <= ?');
  return {
    enqueue(event: BenchEvent): void {
      const payload = JSON.stringify(event);
      database.exec('BEGIN IMMEDIATE');
      putEvent.run(event.event_id, event.device_seq, payload);
      putOutbox.run(event.event_id, payload);
      database.exec('COMMIT');
    },
    async drain(batchSize: number): Promise<void> {
      for (;;) {
        const rows = readBatch.all(batchSize) as { seq: number; idempotency_key: string; payload: string }[];
        const last = rows.at(-1);
        if (last === undefined) return;
        const items = rows.map((row) => `{"idempotency_key":"${row.idempotency_key}","payload":${row.payload}}`);
        const headers = { 'content-type': 'application/json', ...moreHeaders };
        const reply = await fetch(eventsUrl, { method: 'POST', headers, body: `{"items":[${items.join(',')}]}` });
        const { results } = (await reply.json()) as { results: unknown[] };
        if (results.length !== rows.length) throw new Error('the server left items out');
        removeThrough.run(last.seq);
      }
    },
  };
}
