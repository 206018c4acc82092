import { fs, inRealm, makeTemporaryFolder, path, url } from '../node-builtins.ts';

/** The part of expo-file-system that the phone's adapters use, in a temporary folder: files are files. */
export const FileMode = { ReadWrite: 'rw', ReadOnly: 'r' } as const;
export type FileMode = (typeof FileMode)[keyof typeof FileMode];

type Place = string | { uri: string };

class Entry {
  readonly path: string;
  constructor(...places: Place[]) {
    const parts = places.map((place) => (typeof place === 'string' ? place : place.uri));
    this.path = path.join(...parts.map((part) => (part.startsWith('file:') ? url.fileURLToPath(part) : part)));
  }
  get uri(): string {
    return url.pathToFileURL(this.path).href;
  }
  get name(): string {
    return path.basename(this.path);
  }
  protected get stats() {
    return fs.statSync(this.path, { throwIfNoEntry: false });
  }
}

export class Directory extends Entry {
  get exists(): boolean {
    return this.stats?.isDirectory() ?? false;
  }
  create({ intermediates = false, idempotent = false } = {}): void {
    if (this.exists && !idempotent) throw new Error(`${this.path} is there already`);
    fs.mkdirSync(this.path, { recursive: intermediates || idempotent });
  }
  list(): (File | Directory)[] {
    return fs
      .readdirSync(this.path, { withFileTypes: true })
      .map((entry) => (entry.isDirectory() ? new Directory(this, entry.name) : new File(this, entry.name)));
  }
  delete(): void {
    fs.rmSync(this.path, { recursive: true });
  }
}

export class File extends Entry {
  get exists(): boolean {
    return this.stats?.isFile() ?? false;
  }
  get size(): number {
    return this.stats?.size ?? 0;
  }
  create({ intermediates = false } = {}): void {
    if (intermediates) fs.mkdirSync(path.dirname(this.path), { recursive: true });
    fs.closeSync(fs.openSync(this.path, 'wx'));
  }
  delete(): void {
    fs.rmSync(this.path);
  }
  async move(to: File, { overwrite = false } = {}): Promise<void> {
    if (to.exists && !overwrite) throw new Error(`${to.path} is there already`);
    inRealm(() => fs.renameSync(this.path, to.path));
  }
  write(text: string): void {
    fs.writeFileSync(this.path, text);
  }
  textSync(): string {
    return fs.readFileSync(this.path, 'utf8');
  }
  open(mode: FileMode): FileHandle {
    return new FileHandle(this.path, mode);
  }
}

class FileHandle {
  offset = 0;
  private readonly descriptor: number;
  constructor(file: string, mode: FileMode) {
    this.descriptor = fs.openSync(file, mode === FileMode.ReadOnly ? 'r' : 'r+');
  }
  get size(): number {
    return fs.fstatSync(this.descriptor).size;
  }
  readBytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const count = fs.readSync(this.descriptor, bytes, 0, length, this.offset);
    this.offset += count;
    return bytes.subarray(0, count);
  }
  writeBytes(bytes: Uint8Array): void {
    fs.writeSync(this.descriptor, bytes, 0, bytes.length, this.offset);
    this.offset += bytes.length;
  }
  close(): void {
    fs.closeSync(this.descriptor);
  }
}

const document = new Directory(makeTemporaryFolder());
export const Paths = {
  document,
  cache: new Directory(makeTemporaryFolder()),
  get availableDiskSpace(): number {
    const { bavail, bsize } = fs.statfsSync(document.path);
    return bavail * bsize;
  },
};
