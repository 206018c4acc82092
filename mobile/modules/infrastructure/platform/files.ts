import { CryptoDigestAlgorithm, digest } from 'expo-crypto';
import { Directory, File, FileMode, Paths } from 'expo-file-system';
import { StorageFullError, type FileStore } from '../models.ts';
import { isDiskFull } from './disk-space.ts';
import { checkArea, checkFileName } from './names.ts';
import { hashFile } from './sha256.ts';

/** Files in the app's documents, one folder an area. Nothing else writes there. */
export function createFiles(): FileStore {
  const root = new Directory(Paths.document, 'files');
  const folderOf = (area: string): Directory => new Directory(root, checkArea(area));
  const fileAt = (area: string, name: string): File => new File(folderOf(area), checkFileName(name));

  return {
    async size(area, name) {
      const file = fileAt(area, name);
      return file.exists ? file.size : null;
    },
    async append(area, name, expectedSize, bytes) {
      const file = fileAt(area, name);
      const size = file.exists ? file.size : 0;
      if (size !== expectedSize) throw new Error(`${name} holds ${size} bytes, not ${expectedSize}`);
      try {
        if (!file.exists) file.create({ intermediates: true });
        writeAt(file, expectedSize, bytes);
      } catch (error) {
        throw isDiskFull(bytes.byteLength) ? new StorageFullError(String(error)) : error;
      }
    },
    async sha256(area, name) {
      const file = fileAt(area, name);
      if (!file.exists) throw new Error(`no file ${name}`);
      const handle = file.open(FileMode.ReadOnly);
      try {
        return await hashFile({
          sizeBytes: handle.size ?? 0,
          async read(offset, length) {
            handle.offset = offset;
            return handle.readBytes(length);
          },
          digest: (bytes) => digest(CryptoDigestAlgorithm.SHA256, bytes as Uint8Array<ArrayBuffer>),
        });
      } finally {
        handle.close();
      }
    },
    async move(area, from, to) {
      const file = fileAt(area, from);
      const destination = fileAt(area, to);
      // iOS removes what is to be replaced before it looks for what is to be moved.
      if (!file.exists) throw new Error(`no file ${from}`);
      await file.move(destination, { overwrite: true });
    },
    async remove(area, name) {
      const file = fileAt(area, name);
      if (file.exists) file.delete();
    },
    async list(area) {
      const folder = folderOf(area);
      if (!folder.exists) return [];
      return folder.list().flatMap((entry) => (entry instanceof File ? [{ name: entry.name, sizeBytes: entry.size }] : []));
    },
    async removeArea(area) {
      const folder = folderOf(area);
      if (folder.exists) folder.delete();
    },
    async localUri(area, name) {
      const file = fileAt(area, name);
      if (!file.exists) throw new Error(`no file ${name}`);
      return { uri: file.uri, release: () => undefined };
    },
    freeBytes: async () => Paths.availableDiskSpace,
  };
}

function writeAt(file: File, offset: number, bytes: Uint8Array): void {
  const handle = file.open(FileMode.ReadWrite);
  try {
    handle.offset = offset;
    handle.writeBytes(bytes);
  } finally {
    handle.close();
  }
}
