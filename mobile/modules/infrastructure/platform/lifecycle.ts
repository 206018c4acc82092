import { AppState } from 'react-native';
import type { Lifecycle } from '../models.ts';

export function createLifecycle(): Lifecycle {
  return {
    onForeground(listener) {
      const subscription = AppState.addEventListener('change', (state) => {
        if (state === 'active') listener();
      });
      return () => subscription.remove();
    },
  };
}
