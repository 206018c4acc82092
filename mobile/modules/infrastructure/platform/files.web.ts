import type { FileStore } from '../models.ts';
import { checkArea, checkFileName } from './names.ts';
import type { StorageWorker } from './web/storage-worker.ts';
import { FILE_FOLDER } from './web/worker-protocol.ts';

/** Files on the origin's private file system; the storage worker writes them, the page reads what it shows. */
export function createFiles({ call }: StorageWorker): FileStore {
  const at = (area: string, name: string) => ({ area: checkArea(area), name: checkFileName(name) });
  return {
    size: async (area, name) => call('file.size', at(area, name)),
    append: async (area, name, expectedSize, bytes) => call('file.append', { ...at(area, name), expectedSize, bytes }),
    sha256: async (area, name) => call('file.sha256', at(area, name)),
    move: async (area, from, to) =>
      call('file.move', { area: checkArea(area), from: checkFileName(from), to: checkFileName(to) }),
    remove: async (area, name) => call('file.remove', at(area, name)),
    list: async (area) => call('file.list', { area: checkArea(area) }),
    removeArea: async (area) => call('file.removeArea', { area: checkArea(area) }),
    async localUri(area, name, contentType) {
      const { area: folderName } = at(area, name);
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle(FILE_FOLDER)).getDirectoryHandle(folderName);
      const file = await (await folder.getFileHandle(name)).getFile();
      const uri = URL.createObjectURL(file.slice(0, file.size, contentType));
      return { uri, release: () => URL.revokeObjectURL(uri) };
    },
    async freeBytes() {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
    },
  };
}
