import { NativeModule } from './core.ts';

const EVENT_NAME = 'TaskManager.executeTask';
const AVAILABLE = 2;

interface TaskEvent {
  data: unknown;
  error: null;
  executionInfo: { eventId: string; taskName: string };
}

/** The native module `ExpoTaskManager`; `run` is the system that thinks the moment is right. */
export class ExpoTaskManager extends NativeModule<Record<typeof EVENT_NAME, (event: TaskEvent) => void>> {
  readonly __expo_module_name__ = 'ExpoTaskManager';
  readonly EVENT_NAME = EVENT_NAME;
  readonly optionsByName = new Map<string, { minimumInterval?: number }>();
  private readonly waiting = new Map<string, (result: unknown) => void>();

  async isTaskRegisteredAsync(taskName: string): Promise<boolean> {
    return this.optionsByName.has(taskName);
  }
  async notifyTaskFinishedAsync(_taskName: string, { eventId, result }: { eventId: string; result: unknown }): Promise<void> {
    this.waiting.get(eventId)?.(result);
  }
  /** Resolves with what the task told the system. */
  run(taskName: string): Promise<unknown> {
    const eventId = `event ${this.waiting.size}`;
    return new Promise((resolve) => {
      this.waiting.set(eventId, resolve);
      this.emit(EVENT_NAME, { data: null, error: null, executionInfo: { eventId, taskName } });
    });
  }
}

/** The native module `ExpoBackgroundTask`. */
export function createExpoBackgroundTask({ optionsByName }: ExpoTaskManager) {
  return {
    getStatusAsync: async () => AVAILABLE,
    registerTaskAsync: async (taskName: string, options: { minimumInterval?: number }) =>
      void optionsByName.set(taskName, options),
  };
}
