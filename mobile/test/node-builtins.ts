/** Jest's module runtime cannot `require` every builtin; the process itself gives them. */
export const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
export const fs = process.getBuiltinModule('node:fs');
export const path = process.getBuiltinModule('node:path');
export const os = process.getBuiltinModule('node:os');
export const url = process.getBuiltinModule('node:url');
export const crypto = process.getBuiltinModule('node:crypto');
export const http = process.getBuiltinModule('node:http');
export const zlib = process.getBuiltinModule('node:zlib');
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

const MEMORY_DISK = '/dev/shm';
const QUICK_FOLDER = /^haversack-(\d+)$/;
let quickParent: string | null = null;

/**
 * For tests that start hundreds of devices, and in which a process dies but no power fails: a disk in memory, where there is one. What
 * a test process left there that was killed itself is removed by the next: it takes memory from the whole machine.
 */
export function makeQuickFolder(): string {
  if (!fs.existsSync(MEMORY_DISK)) return makeTemporaryFolder();
  quickParent ??= makeQuickParent();
  return makeTemporaryFolder(quickParent);
}

function makeQuickParent(): string {
  for (const name of fs.readdirSync(MEMORY_DISK)) {
    const [, pid] = QUICK_FOLDER.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) fs.rmSync(path.join(MEMORY_DISK, name), { recursive: true, force: true });
  }
  const parent = path.join(MEMORY_DISK, `haversack-${process.pid}`);
  fs.mkdirSync(parent, { recursive: true });
  process.on('exit', () => fs.rmSync(parent, { recursive: true, force: true }));
  return parent;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
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
