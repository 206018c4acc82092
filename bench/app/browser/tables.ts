import type { BenchEvent, BenchUnit } from '../contestant.ts';

/** The three tables of the raw limit, for those that keep their rows in SQLite. */
export const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS units (id TEXT PRIMARY KEY, position INTEGER NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,
    learner_level TEXT NOT NULL, schema_version INTEGER NOT NULL, version INTEGER NOT NULL, updated_at TEXT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS units_by_position ON units (position)',
  `CREATE TABLE IF NOT EXISTS lessons (id TEXT PRIMARY KEY, unit_id TEXT NOT NULL, title TEXT NOT NULL, position INTEGER NOT NULL,
    updated_at TEXT NOT NULL, payload TEXT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS lessons_by_unit ON lessons (unit_id, position)',
  `CREATE TABLE IF NOT EXISTS assets (id TEXT PRIMARY KEY, unit_id TEXT NOT NULL, type TEXT NOT NULL, content_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL, checksum TEXT NOT NULL, url TEXT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS assets_by_unit ON assets (unit_id)',
  'CREATE TABLE IF NOT EXISTS events (event_id TEXT PRIMARY KEY, device_seq INTEGER NOT NULL, payload TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, idempotency_key TEXT NOT NULL, payload TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID',
] as const;

const HEAD = 'id, title, description, learner_level, version, position';
export const SQL = {
  putUnit: 'INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  putLesson: 'INSERT OR REPLACE INTO lessons VALUES (?, ?, ?, ?, ?, ?)',
  putAsset: 'INSERT OR REPLACE INTO assets VALUES (?, ?, ?, ?, ?, ?, ?)',
  putState: 'INSERT OR REPLACE INTO state VALUES (?, ?)',
  readState: 'SELECT value FROM state WHERE key = ?',
  list: `SELECT ${HEAD} FROM units ORDER BY position LIMIT ?`,
  readHead: `SELECT ${HEAD} FROM units WHERE id = ?`,
  readLessons: 'SELECT id, payload FROM lessons WHERE unit_id = ? ORDER BY position',
  readAssets: 'SELECT * FROM assets WHERE unit_id = ?',
  putEvent: 'INSERT INTO events VALUES (?, ?, ?)',
  putOutbox: 'INSERT INTO outbox (idempotency_key, payload) VALUES (?, ?)',
  count: `SELECT (SELECT count(*) FROM units) AS units, (SELECT count(*) FROM lessons) AS lessons,
    (SELECT count(*) FROM assets) AS assets, (SELECT count(*) FROM outbox) AS waitingEvents`,
} as const;

type Row = (string | number)[];

export function rowsOf(units: readonly BenchUnit[]): { units: Row[]; lessons: Row[]; assets: Row[] } {
  const rows: ReturnType<typeof rowsOf> = { units: [], lessons: [], assets: [] };
  for (const { id, position, title, description, learner_level, schema_version, version, updated_at, lessons, assets } of units) {
    rows.units.push([id, position, title, description, learner_level, schema_version, version, updated_at]);
    for (const lesson of lessons)
      rows.lessons.push([lesson.id, id, lesson.title, lesson.position, lesson.updated_at, JSON.stringify(lesson.payload)]);
    for (const asset of assets)
      rows.assets.push([asset.id, id, asset.type, asset.content_type, asset.size_bytes, asset.checksum, asset.url]);
  }
  return rows;
}

export function eventRows(event: BenchEvent): { event: Row; outbox: Row } {
  const payload = JSON.stringify(event);
  return { event: [event.event_id, event.device_seq, payload], outbox: [event.event_id, payload] };
}

export interface Page {
  units: BenchUnit[];
  seq: number;
  hasMore: boolean;
}

/** Each page while the one before is still written. */
export async function eachPage(serverUrl: string, after: number, apply: (page: Page) => Promise<void> | void): Promise<void> {
  const fetchPage = async (since: number): Promise<Page> =>
    (await (await fetch(`${serverUrl}/page?after=${since}`)).json()) as Page;
  for (let next: Promise<Page> | null = fetchPage(after); next; ) {
    const page: Page = await next;
    next = page.hasMore ? fetchPage(page.seq) : null;
    await apply(page);
  }
}
