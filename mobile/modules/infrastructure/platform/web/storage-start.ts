import { STORAGE_WORKER_NAME, STORAGE_WORKER_URL, type WorkerMessage } from './worker-protocol.ts';

// Runs in the page before the app's own script is there: the storage worker opens SQLite while that is still being read. Where nothing
// can be kept, the app itself finds out and says so.
if (isSecureContext) start();

function start(): void {
  const thread = new Worker(STORAGE_WORKER_URL, { type: 'module', name: STORAGE_WORKER_NAME });
  const messages: WorkerMessage[] = [];
  let failure: string | null = null;
  const noteMessage = ({ data }: MessageEvent<WorkerMessage>): void => void messages.push(data);
  const noteError = ({ message }: ErrorEvent): void => void (failure = message);
  thread.addEventListener('message', noteMessage);
  thread.addEventListener('error', noteError);

  globalThis.takeEarlyStorage = () => {
    thread.removeEventListener('message', noteMessage);
    thread.removeEventListener('error', noteError);
    globalThis.takeEarlyStorage = undefined;
    return { thread, messages, failure };
  };
}
