import { BackgroundTaskResult } from 'expo-background-task';
import { registerBackgroundSync } from '../modules/infrastructure/platform/index.ts';
import { phone } from './expo-native/install.ts';

const TASK_NAME = 'haversack-sync';

describe('the task that the phone runs in the background', () => {
  it('[SY-1] is there as soon as the app is loaded, syncs once it is registered, and tells how that went', async () => {
    expect(await phone.tasks.run(TASK_NAME)).toBe(BackgroundTaskResult.Failed);

    let syncs = 0;
    await registerBackgroundSync(async () => {
      syncs += 1;
      if (syncs === 2) throw new Error('no network');
    });
    expect([...phone.tasks.optionsByName]).toEqual([[TASK_NAME, { minimumInterval: 30 }]]);
    expect(await phone.tasks.run(TASK_NAME)).toBe(BackgroundTaskResult.Success);
    expect(await phone.tasks.run(TASK_NAME)).toBe(BackgroundTaskResult.Failed);
    expect(syncs).toBe(2);
  });
});
