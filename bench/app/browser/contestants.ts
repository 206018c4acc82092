import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { installedVersion } from '../peers/installed.ts';

/** What takes part in W8, as the table says it. `side`: whose server answers it. */
export interface BrowserEntry {
  name: string;
  version: string;
  durability: string;
  notes: string;
  side: 'raw' | 'haversack' | 'rxdb';
  /** Files beside the page's own script that it loads before its store opens. */
  loads: readonly string[];
}

const SQLITE = ['sqlite3.wasm'];
const sqliteVersion = (
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm/package.json'), 'utf8')) as {
    version: string;
  }
).version;

export const BROWSER_ENTRIES: readonly BrowserEntry[] = [
  {
    name: 'sqlite-wasm',
    version: sqliteVersion,
    durability: 'OPFS SAH pool, DELETE journal, synchronous=FULL',
    notes: 'all of it in one worker, 8 KB pages',
    side: 'raw',
    loads: ['sqlite-wasm-worker.js', ...SQLITE],
  },
  {
    name: 'sqlite-wasm-wal',
    version: sqliteVersion,
    durability: 'OPFS SAH pool, WAL, synchronous=FULL',
    notes: 'the same, with Haversack’s settings of SQLite',
    side: 'raw',
    loads: ['sqlite-wasm-worker.js', ...SQLITE],
  },
  {
    name: 'haversack-database',
    version: sqliteVersion,
    durability: 'OPFS SAH pool, WAL, synchronous=FULL',
    notes: 'the app’s database (a worker, each statement a message) at the job of the plain one',
    side: 'raw',
    loads: ['sqlite-worker.js', ...SQLITE],
  },
  {
    name: 'haversack',
    version: sqliteVersion,
    durability: 'OPFS SAH pool, WAL, synchronous=FULL',
    notes: 'the client as it ships: every unit as a line with its lessons’ titles, so another job than the others’',
    side: 'haversack',
    loads: ['sqlite-worker.js', ...SQLITE],
  },
  {
    name: 'dexie',
    version: installedVersion('dexie'),
    durability: 'IndexedDB, relaxed (no flush)',
    notes: '`bulkPut`, one transaction a page',
    side: 'raw',
    loads: [],
  },
  {
    name: 'rxdb-dexie',
    version: `${installedVersion('rxdb')} over Dexie ${installedVersion('dexie')}`,
    durability: 'IndexedDB, relaxed (no flush)',
    notes: 'one HTTP replication for each of three collections',
    side: 'rxdb',
    loads: [],
  },
];
