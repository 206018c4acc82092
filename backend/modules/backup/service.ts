import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { Value } from 'typebox/value';
import { type Clock, type Migration, migrate, type Queryable, renewFeed, StartError } from '../infrastructure/public.ts';
import { ChecksumMismatch, type ObjectStore } from '../object_store/public.ts';
import { COPY_NAME, type CopiedTable, copyName, fileOf, inOrderOfNeed, Manifest } from './models.ts';
import * as repo from './repo.ts';
import { readRows, writeRows } from './snapshot-files.ts';

const MANIFEST = 'manifest.json';
const CREDENTIALS = 'publisher.json';
/** Beside the copies, for objects never change: a further copy brings those alone that are new. */
export const OBJECTS = 'objects';

export interface BackupDeps {
  pool: pg.Pool;
  /** Where the installation keeps its objects. */
  objectStore: ObjectStore;
  /** Where the copies keep theirs: the folder `OBJECTS` of `folder`. */
  copiedObjects: ObjectStore;
  /** Holds the copies, each in a folder named by its time. */
  folder: string;
  dataDir: string;
  clock: Clock;
  log(line: string): void;
}

export interface Copied {
  path: string;
  rows: number;
  newObjects: number;
}

/**
 * Copies database and objects while the server serves (rule SE-8). First the database, as it stands at one moment; then the objects
 * that it refers to: they never change, and none that was referred to then goes before its grace period is over.
 */
export async function backUp(deps: BackupDeps): Promise<Copied> {
  const { folder, clock } = deps;
  const createdAtMs = clock.nowMs();
  const name = copyName(createdAtMs);
  const partial = join(folder, `${name}.partial`);
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const { rows, newObjects } = await writeCopy(deps, partial, createdAtMs);
    const path = join(folder, name);
    await rename(partial, path);
    return { path, rows, newObjects };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function writeCopy(deps: BackupDeps, partial: string, createdAtMs: number): Promise<Omit<Copied, 'path'>> {
  const snapshot = await copyDatabase(deps.pool, partial, deps.log);
  const { copied, gone } = await copyObjects(deps, snapshot.objects);
  await copyFile(join(deps.dataDir, CREDENTIALS), join(partial, CREDENTIALS)).catch(ignoreMissing);
  const manifest: Manifest = {
    ...snapshot,
    format: 1,
    created_at: new Date(createdAtMs).toISOString(),
    objects: snapshot.objects.map(({ id }) => id).filter((id) => !gone.has(id)),
  };
  await writeDurably(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
  return { rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0), newObjects: copied };
}

async function copyDatabase(pool: pg.Pool, folder: string, log: (line: string) => void) {
  const client = await pool.connect();
  try {
    await repo.prepareSession(client);
    await client.query('begin isolation level repeatable read read only');
    const schema = await repo.readSchema(client);
    const tables: CopiedTable[] = [];
    for (const { name, columns } of inOrderOfNeed(await repo.readTables(client))) {
      const counted = await writeRows(repo.copyOut(client, { name, columns }), join(folder, fileOf(name)));
      tables.push({ name, columns, ...counted });
      log(`${name}: ${counted.rows} rows`);
    }
    const rest = {
      feed_id: await repo.readFeedId(client),
      sequences: await repo.readSequences(client),
      objects: await repo.readObjects(client),
    };
    await client.query('commit');
    return { schema, tables, ...rest };
  } finally {
    // It carries our settings.
    client.release(true);
  }
}

/** @throws {StartError} when one is missing that a unit of today shows. */
async function copyObjects(
  { objectStore, copiedObjects, log }: BackupDeps,
  objects: readonly { id: string; isCurrent: boolean }[],
): Promise<{ copied: number; gone: Set<string> }> {
  const gone = new Set<string>();
  let copied = 0;
  for (const { id, isCurrent } of objects) {
    if ((await copiedObjects.stat(id)) !== null) continue;
    if ((await objectStore.stat(id)) === null) {
      if (isCurrent)
        throw new StartError(`Object ${id} of a published unit is not in the store: publish that unit again, then copy again.`);
      gone.add(id);
      continue;
    }
    await copiedObjects.put(id, objectStore.read(id, null), null);
    copied += 1;
    if (copied % 100 === 0) log(`objects: ${copied} copied`);
  }
  return { copied, gone };
}

export interface RestoreDeps {
  /** Of a database that nobody has used. */
  pool: pg.Pool;
  objectStore: ObjectStore;
  copiedObjects: ObjectStore;
  /** As `findCopy` gave it. */
  copy: string;
  dataDir: string;
  migrations: readonly Migration[];
  log(line: string): void;
}

/**
 * Brings a copy back into an unused database and store: objects first, then every table in one transaction, with a new `feed_id`.
 * @throws {StartError} when the copy is damaged or from a newer Haversack, or the database is in use; the database is as it was then.
 */
export async function restore({
  pool,
  objectStore,
  copiedObjects,
  copy,
  dataDir,
  migrations,
  log,
}: RestoreDeps): Promise<Manifest> {
  const manifest = await readManifest(copy);
  if (manifest.schema > migrations.length)
    throw new StartError(
      `The copy was made by a newer Haversack (schema ${manifest.schema}, this one knows ${migrations.length}): restore it with that one.`,
    );
  await refuseUsed(pool);
  for (const id of manifest.objects) {
    if ((await objectStore.stat(id)) !== null) continue;
    if ((await copiedObjects.stat(id)) === null)
      throw new StartError(`The copy is damaged: object ${id} is missing from ${OBJECTS}.`);
    await objectStore.put(id, copiedObjects.read(id, null), null).catch((error: unknown) => {
      throw error instanceof ChecksumMismatch
        ? new StartError(`The copy is damaged: object ${id} is not what its name says.`)
        : error;
    });
  }
  log(`objects: ${manifest.objects.length}`);
  await migrate(pool, migrations.slice(0, manifest.schema));
  await loadDatabase(pool, copy, manifest, log);
  await copyFile(join(copy, CREDENTIALS), join(dataDir, CREDENTIALS)).catch(ignoreMissing);
  return manifest;
}

async function refuseUsed(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    if (await repo.isUnused(client)) return;
  } finally {
    client.release();
  }
  throw new StartError('This database is in use: restore into an empty one (another DATA_DIR, or another DATABASE_URL).');
}

async function loadDatabase(pool: pg.Pool, copy: string, manifest: Manifest, log: (line: string) => void): Promise<void> {
  const client = await pool.connect();
  try {
    await repo.prepareSession(client);
    await client.query('begin');
    await repo.emptyTables(
      client,
      manifest.tables.map(({ name }) => name),
    );
    for (const table of manifest.tables) {
      const counted = await readRows(join(copy, fileOf(table.name)), repo.copyIn(client, table)).catch((error: unknown) => {
        throw new StartError(`The copy is damaged: ${fileOf(table.name)} cannot be read to its end.`, { cause: error });
      });
      if (counted.sha256 !== table.sha256 || counted.rows !== table.rows)
        throw new StartError(`The copy is damaged: ${fileOf(table.name)} is not what was written.`);
      log(`${table.name}: ${table.rows} rows`);
    }
    for (const sequence of manifest.sequences) await repo.setSequence(client, sequence);
    await repo.clearHome(client);
    await renewFeed(asQueryable(client));
    await client.query('commit');
  } finally {
    // Also ends the transaction of a failure.
    client.release(true);
  }
}

function asQueryable(client: pg.PoolClient): Queryable {
  return {
    async query<Row extends object>(text: string, values?: readonly unknown[]) {
      return (await client.query<Row>(text, values === undefined ? undefined : [...values])).rows;
    },
  };
}

/**
 * The folder of a copy: `given` itself, or the newest in it.
 * @throws {StartError} when there is none.
 */
export async function findCopy(given: string): Promise<{ copy: string; objects: string }> {
  const isCopy = await stat(join(given, MANIFEST)).then(
    () => true,
    () => false,
  );
  if (isCopy) return { copy: given, objects: join(given, '..', OBJECTS) };
  const newest = (await readdir(given).catch(() => []))
    .filter((name) => COPY_NAME.test(name))
    .sort()
    .at(-1);
  if (newest !== undefined) return { copy: join(given, newest), objects: join(given, OBJECTS) };
  throw new StartError(`${given} holds no copy that "npm run backup" has made whole.`);
}

async function readManifest(copy: string): Promise<Manifest> {
  const text = await readFile(join(copy, MANIFEST), 'utf8').catch(() => '');
  try {
    return Value.Parse(Manifest, JSON.parse(text));
  } catch {
    throw new StartError(`${join(copy, MANIFEST)} is damaged, or was written by another Haversack.`);
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
