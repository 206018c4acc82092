/**
 * SQLite-wasm turns every failed write into SQLITE_IOERR; that the quota was the cause is known only to the exception that the
 * browser threw. So it is noted on its way.
 */
export function watchForFullDisk(): { forget(): void; wasSeen(): boolean } {
  let wasSeen = false;
  const prototype = FileSystemSyncAccessHandle.prototype;
  const { write, truncate } = prototype;
  const noting = <T>(call: () => T): T => {
    try {
      return call();
    } catch (error) {
      wasSeen ||= isQuotaError(error);
      throw error;
    }
  };
  prototype.write = function (buffer, options) {
    return noting(() => write.call(this, buffer, options));
  };
  prototype.truncate = function (size) {
    return noting(() => truncate.call(this, size));
  };
  return {
    forget: () => {
      wasSeen = false;
    },
    wasSeen: () => wasSeen,
  };
}

/** Of the file that SQLite-wasm makes, opens, closes and removes before anything else (`apiVersionCheck`). */
const CHECK_FILE = '.opfs-sahpool-sync-check-';

/**
 * SQLite-wasm makes a file to see whether closing one is synchronous, and where the browser has no room for it nothing opens at all,
 * though what is downloaded could be read. Where that file cannot be made, another stands in for it.
 */
export async function openOnFullDisk<T>(open: () => Promise<T>): Promise<T> {
  const prototype = FileSystemDirectoryHandle.prototype;
  const { getFileHandle, removeEntry } = prototype;
  const standIns = new Set<string>();
  prototype.getFileHandle = async function (name, options) {
    try {
      return await getFileHandle.call(this, name, options);
    } catch (error) {
      if (!name.startsWith(CHECK_FILE) || !isQuotaError(error)) throw error;
      standIns.add(name);
      return { createSyncAccessHandle: async () => ({ close: () => undefined }) } as unknown as FileSystemFileHandle;
    }
  };
  prototype.removeEntry = async function (name, options) {
    if (!standIns.delete(name)) await removeEntry.call(this, name, options);
  };
  try {
    return await open();
  } finally {
    Object.assign(prototype, { getFileHandle, removeEntry });
  }
}

export function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'QuotaExceededError' || error.name === 'NoSpaceError');
}
