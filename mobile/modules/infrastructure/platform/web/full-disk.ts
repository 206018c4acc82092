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

export function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'QuotaExceededError' || error.name === 'NoSpaceError');
}
