import type { Page } from '@playwright/test';

declare global {
  interface Window {
    storageWorker?: Worker;
  }
}

/** Keeps hold of the app's storage worker, for `changeDatabase`. Before the app is opened. */
export async function reachDatabase(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const RealWorker = Worker;
    globalThis.Worker = class extends RealWorker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        window.storageWorker = this;
      }
    };
  });
}

/** Leaves in the person's database what another version of the app would have left there. `sql` must not need the app's own state. */
export async function changeDatabase(page: Page, sql: string, params: readonly (string | number)[] = []): Promise<void> {
  await page.evaluate(
    async ([statement, values]) => {
      const worker = window.storageWorker;
      if (worker === undefined) throw new Error('reachDatabase was not called before the app was opened');
      let last = -1;
      const call = (operation: string, input: object): Promise<unknown> => {
        const id = (last -= 1);
        return new Promise((resolve, reject) => {
          worker.addEventListener('message', ({ data }: MessageEvent<{ id?: number; kind: string; output: unknown }>) => {
            if (data.id === id) return data.kind === 'result' ? resolve(data.output) : reject(new Error(JSON.stringify(data)));
          });
          worker.postMessage({ kind: 'call', id, operation, input });
        });
      };
      for (const name of (await call('database.list', {})) as string[]) {
        await call('sql.run', { name, sql: statement, params: values });
      }
    },
    [sql, [...params]] as const,
  );
}
