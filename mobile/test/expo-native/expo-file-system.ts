import { SharedObject } from './core.ts';
import { fs, path, url } from '../node-builtins.ts';
import { nativeCall } from './native-call.ts';

/** What a test may turn on the disk. */
export interface NativeDisk {
  /** Null: as much as the disk of this machine has. */
  availableBytes: number | null;
  /** The words with which every write fails. */
  writeFault: string | null;
}

type Options = { intermediates?: boolean; idempotent?: boolean; overwrite?: boolean };

/**
 * The native module `FileSystem` over a folder: files are files. Where Android and iOS differ it does what gives us less (iOS: a move
 * removes what it is to replace before it looks for what it is to move).
 */
export function createFileSystem({ documents, cache }: { documents: string; cache: string }, disk: NativeDisk) {
  class FileSystemFile extends NativePath {
    get exists(): boolean {
      return this.stats?.isFile() ?? false;
    }
    get size(): number {
      const { stats } = this;
      if (!stats) throw new Error('the file does not exist');
      return stats.size;
    }
    create({ intermediates = false, overwrite = false }: Options = {}): void {
      if (this.exists && !overwrite) throw new Error(`${this.uri}: it already exists`);
      if (intermediates) fs.mkdirSync(path.dirname(this.filePath), { recursive: true });
      nativeCall('create', () => fs.writeFileSync(this.filePath, ''));
    }
    async move(to: NativePath, { overwrite = false }: Options = {}): Promise<void> {
      if (overwrite) fs.rmSync(to.filePath, { force: true });
      else if (fs.existsSync(to.filePath)) throw new Error(`${to.uri} already exists`);
      nativeCall('move', () => fs.renameSync(this.filePath, to.filePath));
      this.uri = to.uri;
    }
    write(content: string): void {
      nativeCall('write', () => fs.writeFileSync(this.filePath, content));
    }
    open(mode: string = 'rw'): NativeFileHandle {
      return new NativeFileHandle(this.filePath, mode, disk);
    }
  }
  return {
    FileSystemFile,
    FileSystemDirectory: NativeDirectory,
    documentDirectory: url.pathToFileURL(documents + path.sep).href,
    cacheDirectory: url.pathToFileURL(cache + path.sep).href,
    get availableDiskSpace(): number {
      const { bavail, bsize } = fs.statfsSync(documents);
      return disk.availableBytes ?? bavail * bsize;
    },
  };
}

abstract class NativePath extends SharedObject {
  uri: string;
  constructor(uri: string) {
    super();
    this.uri = uri;
  }
  get filePath(): string {
    return url.fileURLToPath(this.uri);
  }
  protected get stats() {
    return fs.statSync(this.filePath, { throwIfNoEntry: false });
  }
  validatePath(): void {
    if (!this.uri.startsWith('file:')) throw new Error(`not an address of a file: ${this.uri}`);
  }
  delete(): void {
    if (!this.stats) throw new Error(`${this.uri} does not exist`);
    nativeCall('delete', () => fs.rmSync(this.filePath, { recursive: true }));
  }
}

class NativeDirectory extends NativePath {
  constructor(uri: string) {
    super(uri.endsWith('/') ? uri : `${uri}/`);
  }
  get exists(): boolean {
    return this.stats?.isDirectory() ?? false;
  }
  create({ intermediates = false, idempotent = false }: Options = {}): void {
    if (this.exists && idempotent) return;
    nativeCall('create', () => {
      if (this.exists) throw new Error('it already exists');
      fs.mkdirSync(this.filePath, { recursive: intermediates });
    });
  }
  listAsRecords(): { isDirectory: boolean; uri: string }[] {
    const entries = nativeCall('listAsRecords', () => fs.readdirSync(this.filePath, { withFileTypes: true }));
    return entries.map((entry) => {
      const isDirectory = entry.isDirectory();
      const { href } = url.pathToFileURL(path.join(this.filePath, entry.name));
      return { isDirectory, uri: isDirectory ? `${href}/` : href };
    });
  }
}

class NativeFileHandle extends SharedObject {
  offset = 0;
  private readonly descriptor: number;
  private readonly isReadOnly: boolean;
  private readonly disk: NativeDisk;
  constructor(file: string, mode: string, disk: NativeDisk) {
    super();
    this.isReadOnly = mode === 'r';
    this.disk = disk;
    this.descriptor = nativeCall('open', () => fs.openSync(file, this.isReadOnly ? 'r' : 'r+'));
  }
  get size(): number {
    return fs.fstatSync(this.descriptor).size;
  }
  readBytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const count = fs.readSync(this.descriptor, bytes, 0, length, this.offset);
    this.offset += count;
    return bytes.slice(0, count);
  }
  writeBytes(bytes: Uint8Array): void {
    nativeCall('writeBytes', () => {
      if (this.isReadOnly) throw new Error('File opened read-only');
      if (this.disk.writeFault !== null) throw new Error(this.disk.writeFault);
      fs.writeSync(this.descriptor, bytes, 0, bytes.length, this.offset);
    });
    this.offset += bytes.length;
  }
  close(): void {
    nativeCall('close', () => fs.closeSync(this.descriptor));
  }
}
