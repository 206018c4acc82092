import { type createLogger, describeError } from './modules/infrastructure/public.ts';
import type { Collector } from './modules/object_store/public.ts';
import type { Cleanup } from './open.ts';

const INTERVAL_MS = 24 * 60 * 60 * 1000;
const QUESTION_MS = 60 * 60 * 1000;

/** Each node asks once an hour; one of them does it once a day. Returns how to end it. */
export function collectNowAndThen(collector: Collector, logger: ReturnType<typeof createLogger>): Cleanup {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(() => collector.collectIfDue(INTERVAL_MS))
      .then((collected) => collected && logger.info(collected, 'objects that nothing refers to were deleted'))
      .catch((error: unknown) => logger.warn(describeError(error), 'objects could not be collected'));
  }, QUESTION_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    collector.stop();
    return running;
  };
}
