import type { Lifecycle } from '../models.ts';

export function createLifecycle(): Lifecycle {
  return {
    onForeground(listener) {
      const tell = (): void => {
        if (document.visibilityState === 'visible') listener();
      };
      document.addEventListener('visibilitychange', tell);
      return () => document.removeEventListener('visibilitychange', tell);
    },
  };
}
