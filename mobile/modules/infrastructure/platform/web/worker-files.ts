import { StorageFullError } from '../../models.ts';
import { hashFile } from '../sha256.ts';
import { isQuotaError } from './full-disk.ts';
import { FILE_FOLDER, type OperationHandlers } from './worker-protocol.ts';

type FileOperations = 'file.size' | 'file.append' | 'file.sha256' | 'file.move' | 'file.remove' | 'file.list' | 'file.removeArea';

/**
 * Files on OPFS through access handles: the asynchronous writer of the same API copies the whole file for each append. A handle is
 * exclusive, so calls take turns.
 */
export function createWorkerFiles(): OperationHandlers<FileOperations> {
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result.catch((error: unknown) => {
      throw isQuotaError(error) ? new StorageFullError('the browser has no more space for this site') : error;
    });
  }

  return {
    'file.size': ({ area, name }) =>
      inTurn(async () => {
        const file = await existingFile(area, name);
        return file ? (await file.getFile()).size : null;
      }),
    'file.append': ({ area, name, expectedSize, bytes }) =>
      inTurn(async () => {
        const folder = await areaFolder(area, true);
        const known = await orNull(folder.getFileHandle(name));
        if (!known && expectedSize !== 0) throw sizeError(name, 0, expectedSize);
        await append(known ?? (await folder.getFileHandle(name, { create: true })), name, expectedSize, bytes);
      }),
    'file.sha256': ({ area, name }) =>
      inTurn(async () => {
        const handle = await existingFile(area, name);
        if (!handle) throw new Error(`no file ${name}`);
        const file = await handle.getFile();
        return hashFile({
          sizeBytes: file.size,
          read: async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
          digest: (bytes) => crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>),
        });
      }),
    'file.move': ({ area, from, to }) =>
      inTurn(async () => {
        const file = await existingFile(area, from);
        if (!file) throw new Error(`no file ${from}`);
        await file.move(to);
      }),
    'file.remove': ({ area, name }) =>
      inTurn(async () => {
        const folder = await orNull(areaFolder(area, false));
        if (folder) await orNull(folder.removeEntry(name));
      }),
    'file.list': ({ area }) => inTurn(() => list(area)),
    'file.removeArea': ({ area }) =>
      inTurn(async () => {
        const files = await filesFolder();
        await orNull(files.removeEntry(area, { recursive: true }));
      }),
  };
}

/** All of it or none: what a full disk let through is cut off again. */
async function append(file: FileSystemFileHandle, name: string, expectedSize: number, bytes: Uint8Array): Promise<void> {
  const handle = await file.createSyncAccessHandle();
  try {
    const size = handle.getSize();
    if (size !== expectedSize) throw sizeError(name, size, expectedSize);
    try {
      let written = 0;
      while (written < bytes.byteLength) {
        const count = handle.write(bytes.subarray(written), { at: expectedSize + written });
        if (count === 0) throw new StorageFullError('the browser took no byte');
        written += count;
      }
      handle.flush();
    } catch (error) {
      handle.truncate(expectedSize);
      throw error;
    }
  } finally {
    handle.close();
  }
}

function sizeError(name: string, size: number, expectedSize: number): Error {
  return new Error(`${name} holds ${size} bytes, not ${expectedSize}`);
}

async function list(area: string): Promise<{ name: string; sizeBytes: number }[]> {
  const folder = await orNull(areaFolder(area, false));
  const found: { name: string; sizeBytes: number }[] = [];
  if (!folder) return found;
  for await (const entry of folder.values()) {
    if (entry.kind === 'file') found.push({ name: entry.name, sizeBytes: (await entry.getFile()).size });
  }
  return found;
}

async function existingFile(area: string, name: string): Promise<FileSystemFileHandle | null> {
  const folder = await orNull(areaFolder(area, false));
  return folder && orNull(folder.getFileHandle(name));
}

async function filesFolder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FILE_FOLDER, { create: true });
}
async function areaFolder(area: string, create: boolean): Promise<FileSystemDirectoryHandle> {
  return (await filesFolder()).getDirectoryHandle(area, { create });
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}
