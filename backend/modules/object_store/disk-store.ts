import { constants, type FileHandle, access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Ids } from '../infrastructure/public.ts';
import { FileBytes } from './file-bytes.ts';
import { isObjectId, type ListedObject, type ObjectStore } from './models.ts';
import { verified } from './verified.ts';

const FOREIGN_UPLOAD_MAX_AGE_MS = 24 * 60 * 60 * 1000;
const HOST = hostname().replace(/[^A-Za-z0-9-]/g, '-');

/**
 * Objects in a folder: `<first two digits>/<sha256>`, and `incoming/` for what is still arriving. A file under its hash is
 * whole: it was checked, flushed and renamed into place. Sweeps what killed uploads left behind.
 */
export async function createDiskStore(folder: string, ids: Ids): Promise<ObjectStore> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await sweep(incoming);

  async function sizeOf(objectId: string): Promise<number | null> {
    try {
      return (await stat(pathOf(folder, objectId))).size;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  return {
    async put(objectId, bytes) {
      const target = pathOf(folder, objectId);
      const known = await sizeOf(objectId);
      if (known !== null) {
        await receive(objectId, bytes, null);
        return { sizeBytes: known, created: false };
      }
      const temporary = join(incoming, `${HOST}.${process.pid}.${ids.uuid()}`);
      const file = await open(temporary, 'wx', 0o600);
      try {
        const sizeBytes = await receive(objectId, bytes, file);
        await file.sync();
        await file.close();
        await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
        await rename(temporary, target);
        await syncFolder(join(target, '..'));
        return { sizeBytes, created: true };
      } catch (error) {
        await file.close().catch(() => undefined);
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async stat(objectId) {
      const sizeBytes = await sizeOf(objectId);
      return sizeBytes === null ? null : { sizeBytes };
    },
    read: (objectId, range) => new FileBytes(pathOf(folder, objectId), range ?? {}),
    async remove(objectId) {
      await rm(pathOf(folder, objectId), { force: true });
    },
    list: () => listObjects(folder),
    direct: null,
    check: () => access(incoming, constants.R_OK | constants.W_OK),
  };
}

/** The only way from an id to a path: what is no hash has none (rule SE-6). */
function pathOf(folder: string, objectId: string): string {
  if (!isObjectId(objectId)) throw new Error('not an object id');
  return join(folder, objectId.slice(0, 2), objectId);
}

/** Reads to the end, hashing; writes where there is a file to write to. */
async function receive(objectId: string, bytes: AsyncIterable<Uint8Array>, file: FileHandle | null): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of verified(objectId, bytes)) {
    sizeBytes += chunk.byteLength;
    await file?.writev([chunk]);
  }
  return sizeBytes;
}

/** One folder of two digits at a time. */
async function* listObjects(folder: string): AsyncGenerator<ListedObject[]> {
  for (const shelf of (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    const names = (await readdir(join(folder, shelf))).filter((name) => isObjectId(name));
    const found = await Promise.all(names.map((id) => describe(join(folder, shelf, id), id)));
    yield found.filter((object) => object !== null);
  }
}

/** Null where another collector has just deleted it. */
async function describe(path: string, id: string): Promise<ListedObject | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { id, sizeBytes: size, modifiedAtMs: mtimeMs };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A rename is on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Removes uploads that nobody is writing any more: those of processes of this machine that are gone, and of other machines
 * (they may share the folder) those that are old.
 */
async function sweep(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const [host, pid] = name.split('.');
    const ours = host === HOST && (Number(pid) === process.pid || !isAlive(Number(pid)));
    if (ours || (await isOld(path))) await rm(path, { force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > FOREIGN_UPLOAD_MAX_AGE_MS;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
