/** Jest's module runtime cannot `require` every builtin; the process itself gives them. */
export const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
export const fs = process.getBuiltinModule('node:fs');
export const path = process.getBuiltinModule('node:path');
export const os = process.getBuiltinModule('node:os');
export const url = process.getBuiltinModule('node:url');
export const crypto = process.getBuiltinModule('node:crypto');
export const net = process.getBuiltinModule('node:net');
export const childProcess = process.getBuiltinModule('node:child_process');

/** Errors of builtins come from outside of Jest's realm, where `instanceof Error` is false; here they become errors like any other. */
export function inRealm<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error((error as { message: string }).message, { cause: error });
  }
}

/** For tests that start hundreds of devices, and in which a process dies but no power fails: a disk in memory, where there is one. */
export function makeQuickFolder(): string {
  return makeTemporaryFolder(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir());
}

const temporaryFolders: string[] = [];

/** A fresh folder that goes when the process does. */
export function makeTemporaryFolder(parent: string = os.tmpdir()): string {
  const folder = fs.mkdtempSync(path.join(parent, 'haversack-'));
  if (temporaryFolders.length === 0) {
    process.on('exit', () => {
      for (const each of temporaryFolders) fs.rmSync(each, { recursive: true, force: true });
    });
  }
  temporaryFolders.push(folder);
  return folder;
}
