import { type FileStore, StorageFullError } from '../modules/infrastructure/models.ts';
import { checkArea, checkFileName } from '../modules/infrastructure/platform/names.ts';
import { crypto, fs, inRealm, path, url } from './node-builtins.ts';

export interface NodeFilesOptions {
  /** What the device says is free, and all that may be written; null: does not tell, and there is enough. */
  freeBytes?: () => number | null;
}

/** Real files in a folder; a disk that fills up by decree. */
export function createNodeFiles(folder: string, { freeBytes = () => null }: NodeFilesOptions = {}): FileStore {
  const folderOf = (area: string): string => path.join(folder, 'files', checkArea(area));
  const fileAt = (area: string, name: string): string => path.join(folderOf(area), checkFileName(name));
  const sizeOf = (file: string): number | null => fs.statSync(file, { throwIfNoEntry: false })?.size ?? null;
  return {
    size: async (area, name) => sizeOf(fileAt(area, name)),
    async append(area, name, expectedSize, bytes) {
      const file = fileAt(area, name);
      const size = sizeOf(file) ?? 0;
      if (size !== expectedSize) throw new Error(`${name} holds ${size} bytes, not ${expectedSize}`);
      if ((freeBytes() ?? Infinity) < bytes.byteLength) throw new StorageFullError('no space left on device');
      fs.mkdirSync(folderOf(area), { recursive: true });
      fs.appendFileSync(file, bytes);
    },
    sha256: async (area, name) =>
      crypto
        .createHash('sha256')
        .update(fs.readFileSync(fileAt(area, name)))
        .digest('hex'),
    move: async (area, from, to) => inRealm(() => fs.renameSync(fileAt(area, from), fileAt(area, to))),
    remove: async (area, name) => fs.rmSync(fileAt(area, name), { force: true }),
    async list(area) {
      if (!fs.existsSync(folderOf(area))) return [];
      return fs.readdirSync(folderOf(area)).map((name) => ({ name, sizeBytes: sizeOf(path.join(folderOf(area), name)) ?? 0 }));
    },
    removeArea: async (area) => fs.rmSync(folderOf(area), { recursive: true, force: true }),
    async localUri(area, name) {
      const file = fileAt(area, name);
      if (sizeOf(file) === null) throw new Error(`no file ${name}`);
      return { uri: url.pathToFileURL(file).href, release: () => undefined };
    },
    freeBytes: async () => freeBytes(),
  };
}
