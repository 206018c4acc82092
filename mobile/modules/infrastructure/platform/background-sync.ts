import { BackgroundTaskResult, BackgroundTaskStatus, getStatusAsync, registerTaskAsync } from 'expo-background-task';
import { defineTask } from 'expo-task-manager';

const TASK_NAME = 'haversack-sync';
const MINIMUM_INTERVAL_MINUTES = 30;

/**
 * Asks the phone to run `sync` now and then while the app is closed (rule SY-1). Best effort: the phone decides when and whether;
 * the foreground and the return of the network carry the promise.
 */
export async function registerBackgroundSync(sync: () => Promise<void>): Promise<void> {
  if ((await getStatusAsync()) !== BackgroundTaskStatus.Available) return;
  defineTask(TASK_NAME, async () => {
    try {
      await sync();
      return BackgroundTaskResult.Success;
    } catch {
      return BackgroundTaskResult.Failed;
    }
  });
  await registerTaskAsync(TASK_NAME, { minimumInterval: MINIMUM_INTERVAL_MINUTES });
}
