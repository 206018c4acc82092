import { StorageFullError } from '../../models.ts';
import { OpenElsewhereError, PlatformUnavailableError } from '../errors.ts';
import {
  type EarlyStorage,
  LEASE_NAME,
  type LeaseMessage,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  type PageMessage,
  STORAGE_WORKER_NAME,
  STORAGE_WORKER_URL,
  type WorkerMessage,
} from './worker-protocol.ts';

/** Longer than a worker takes to let a last transaction commit, shorter than the other tab waits before it takes by force. */
const END_STUCK_WORKER_AFTER_MS = 1_500;

export interface StorageWorker {
  call<Name extends OperationName>(operation: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>>;
  takeOver(): void;
}
export interface StorageWorkerEvents {
  lease(state: LeaseMessage): void;
}

/** Starts the storage worker; resolves when this tab has the storage, however long another tab keeps it. */
export function startStorageWorker(events: StorageWorkerEvents): { worker: StorageWorker; isOpen: Promise<void> } {
  const { thread, messages, failure: earlyFailure } = globalThis.takeEarlyStorage?.() ?? startNow();
  const calls = new Map<number, { resolve(output: never): void; reject(error: Error): void }>();
  let lastId = 0;
  let failure: Error | null = null;

  const post = (message: PageMessage): void => thread.postMessage(message);
  function fail(error: Error): void {
    failure ??= error;
    for (const { reject } of calls.values()) reject(failure);
    calls.clear();
    thread.terminate();
  }

  function giveUp(): void {
    if (failure) return;
    fail(new OpenElsewhereError());
    events.lease('lost');
  }

  const isOpen = new Promise<void>((resolve, reject) => {
    const onError = (message: string): void => {
      const reason = new PlatformUnavailableError('old_browser', message || 'the storage worker does not start');
      fail(reason);
      reject(reason);
    };
    const onMessage = (data: WorkerMessage): void => {
      if (data.kind === 'result' || data.kind === 'error') return settle(calls, data);
      if (data.kind === 'blocked') {
        const reason = new PlatformUnavailableError(data.isFull ? 'storage_full' : 'storage_blocked', data.message);
        fail(reason);
        return reject(reason);
      }
      if (data.state === 'here') {
        endWhenStuck(giveUp);
        resolve();
      }
      if (data.state === 'lost') return giveUp();
      events.lease(data.state);
    };
    thread.addEventListener('error', ({ message }) => onError(message));
    thread.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => onMessage(data));
    messages.forEach(onMessage);
    if (earlyFailure !== null) onError(earlyFailure);
  });

  return {
    isOpen,
    worker: {
      call: (operation, input) =>
        new Promise((resolve, reject) => {
          if (failure) return reject(failure);
          lastId += 1;
          calls.set(lastId, { resolve, reject });
          post({ kind: 'call', id: lastId, operation, input });
        }),
      takeOver: () => post({ kind: 'take_over' }),
    },
  };
}

function startNow(): EarlyStorage {
  const thread = new Worker(STORAGE_WORKER_URL, { type: 'module', name: STORAGE_WORKER_NAME });
  return { thread, messages: [], failure: null };
}

/** A worker that is busy with one long statement does not hear that another tab takes over; ended, it leaves the files free. */
function endWhenStuck(giveUp: () => void): void {
  const channel = new BroadcastChannel(LEASE_NAME);
  channel.addEventListener(
    'message',
    () => {
      channel.close();
      setTimeout(giveUp, END_STUCK_WORKER_AFTER_MS);
    },
    { once: true },
  );
}

function settle(
  calls: Map<number, { resolve(output: never): void; reject(error: Error): void }>,
  data: Extract<WorkerMessage, { kind: 'result' | 'error' }>,
): void {
  const call = calls.get(data.id);
  calls.delete(data.id);
  if (data.kind === 'result') call?.resolve(data.output as never);
  else call?.reject(data.name === 'StorageFullError' ? new StorageFullError(data.message) : new Error(data.message));
}
