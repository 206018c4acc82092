import type { Store } from '../../contestant.ts';
import type { BrowserContestant } from '../page.ts';
import type { Operations, PragmaSet } from './sqlite-wasm-worker.ts';

/** Plain sqlite-wasm: one question to the worker for each call of the bench. */
export function makePlainSqlite(pragmas: PragmaSet): BrowserContestant {
  let worker: Worker | null = null;
  async function ask<Name extends keyof Operations>(
    operation: Name,
    input?: Parameters<Operations[Name]>[0],
  ): Promise<Awaited<ReturnType<Operations[Name]>>> {
    const answered = new Promise<{ output: never; error?: string }>((resolve, reject) => {
      worker!.addEventListener('message', ({ data }) => resolve(data as never), { once: true });
      worker!.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true });
    });
    worker!.postMessage({ operation, input });
    const { output, error } = await answered;
    if (error !== undefined) throw new Error(error);
    return output;
  }

  return {
    async start() {
      worker = new Worker('/sqlite-wasm-worker.js', { type: 'module' });
      await ask('start');
    },
    async open(serverUrl) {
      await ask('open', pragmas);
      return {
        sync: () => ask('sync', serverUrl),
        listFirst: (limit) => ask('list', limit),
        listAll: () => ask('list', -1),
        readUnit: (id) => ask('readUnit', id) as ReturnType<Store['readUnit']>,
        enqueue: (event) => ask('enqueue', event),
        counts: () => ask('counts') as ReturnType<Store['counts']>,
        close: () => ask('close'),
      };
    },
  };
}
