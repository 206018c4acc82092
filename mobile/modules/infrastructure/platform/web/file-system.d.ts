/** Exists in dedicated workers only, so TypeScript's `dom` library leaves it out. https://fs.spec.whatwg.org/#api-filesystemsyncaccesshandle */
interface FileSystemSyncAccessHandle {
  read(buffer: Uint8Array, options?: { at?: number }): number;
  write(buffer: Uint8Array, options?: { at?: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}
interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
  /** Renames within its folder; what stood under the name is replaced. */
  move(name: string): Promise<void>;
}
declare const FileSystemSyncAccessHandle: { prototype: FileSystemSyncAccessHandle };
