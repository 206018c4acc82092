import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A lock between processes on one machine that the operating system drops when its holder dies, however it dies.
 * Node has no such lock of its own; SQLite has, on every platform, so an empty SQLite file is used for nothing but its locks.
 * Shared and exclusive holders exclude each other; a list of live process ids would be fooled by a reused id.
 */
export class FileLock {
  readonly #connection: DatabaseSync;

  constructor(path: string) {
    this.#connection = new DatabaseSync(path, { timeout: 0 });
  }

  /** True when the lock is now held beside other shared holders; false when somebody holds it exclusively. */
  tryShared(): boolean {
    return this.#attempt('BEGIN', 'SELECT count(*) FROM sqlite_schema');
  }

  /** True when the lock is now held alone; false when anybody else holds it. */
  tryExclusive(): boolean {
    return this.#attempt('BEGIN EXCLUSIVE');
  }

  release(): void {
    if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
  }

  /** Releases the lock and the file; a second call does nothing. */
  close(): void {
    if (this.#connection.isOpen) this.#connection.close();
  }

  #attempt(...statements: string[]): boolean {
    try {
      for (const statement of statements) this.#connection.exec(statement);
      return true;
    } catch (error) {
      this.release();
      if (isBusy(error)) return false;
      throw error;
    }
  }
}

/** Asks `attempt` every 50 ms until it is true or `timeoutMs` have passed; `onWait` is called once, after a second of waiting. */
export async function waitFor(
  attempt: () => boolean | Promise<boolean>,
  timeoutMs: number,
  onWait: () => void,
): Promise<boolean> {
  const startedAt = performance.now();
  let told = false;
  while (!(await attempt())) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > timeoutMs) return false;
    if (waitedMs > 1000 && !told) {
      told = true;
      onWait();
    }
    await sleep(50);
  }
  return true;
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
