import { BackgroundTaskResult, BackgroundTaskStatus, getStatusAsync, registerTaskAsync } from 'expo-background-task';
import { defineTask } from 'expo-task-manager';

const TASK_NAME = 'haversack-sync';
const MINIMUM_INTERVAL_MINUTES = 30;

let runSync: (() => Promise<void>) | null = null;

// Must stand at the top of a module: the phone looks for the task as soon as the bundle is loaded, and forgets one that is not there.
defineTask(TASK_NAME, async () => {
  if (!runSync) return BackgroundTaskResult.Failed;
  try {
    await runSync();
    return BackgroundTaskResult.Success;
  } catch {
    return BackgroundTaskResult.Failed;
  }
});

/**
 * Asks the phone to run `sync` now and then while the app is in the background (rule SY-1). Best effort: the phone decides when and
 * whether, and does nothing once it has ended the process; the foreground and the return of the network carry the promise.
 */
export async function registerBackgroundSync(sync: () => Promise<void>): Promise<void> {
  runSync = sync;
  if ((await getStatusAsync()) !== BackgroundTaskStatus.Available) return;
  await registerTaskAsync(TASK_NAME, { minimumInterval: MINIMUM_INTERVAL_MINUTES });
}
