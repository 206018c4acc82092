import { isQuotaError } from './full-disk.ts';
import { openWorkerDatabases, type WorkerDatabases } from './worker-databases.ts';
import { createWorkerFiles } from './worker-files.ts';
import { requestLease } from './worker-lease.ts';
import type { OperationHandlers, OperationInput, OperationName, PageMessage, WorkerMessage } from './worker-protocol.ts';

/** How long a transaction that is open at the moment of handing over may still take to commit. */
const LAST_TRANSACTION_MS = 500;
/** The tab before us may be dead already while the browser still closes its files. */
const OPEN_AGAIN_EVERY_MS = 200;
const OPEN_TRIES = 30;

/** The storage worker: all of this device's databases and files, for the one tab that holds the lease. */
function start(): void {
  let opening: Promise<void> = Promise.resolve();
  let databases: WorkerDatabases | null = null;
  let handlers: OperationHandlers<OperationName> | null = null;

  const post = (message: WorkerMessage): void => self.postMessage(message);
  const end = (): void => {
    handlers = null;
    databases?.release();
    databases = null;
    post({ kind: 'lease', state: 'lost' });
  };

  const lease = requestLease({
    granted() {
      opening = openPatiently().then(
        (opened) => {
          databases = opened;
          handlers = { ...opened.handlers, ...createWorkerFiles() };
          post({ kind: 'lease', state: 'here' });
        },
        (error: unknown) => post({ kind: 'blocked', isFull: isQuotaError(error), message: String(error) }),
      );
    },
    waiting: () => post({ kind: 'lease', state: 'elsewhere' }),
    async handOver() {
      await opening;
      const deadline = performance.now() + LAST_TRANSACTION_MS;
      while (databases?.hasOpenTransaction() && performance.now() < deadline) await pause(5);
      end();
    },
    stolen: () => void opening.then(end),
  });

  self.addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
    if (data.kind === 'take_over') lease.takeOver();
    else void answer(handlers, data).then(post);
  });
}

async function answer(
  handlers: OperationHandlers<OperationName> | null,
  { id, operation, input }: Extract<PageMessage, { kind: 'call' }>,
): Promise<WorkerMessage> {
  try {
    if (!handlers) throw new Error('the storage worker does not have the lease');
    const handle = handlers[operation] as (input: OperationInput<OperationName>) => unknown;
    return { kind: 'result', id, output: (await handle(input)) as Extract<WorkerMessage, { kind: 'result' }>['output'] };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'error', id, name, message };
  }
}

async function openPatiently(): Promise<WorkerDatabases> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openWorkerDatabases();
    } catch (error) {
      const isStillHeld = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!isStillHeld || tries === OPEN_TRIES) throw error;
      await pause(OPEN_AGAIN_EVERY_MS);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

start();
