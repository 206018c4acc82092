import { DeviceEventEmitter } from 'react-native';

export type NativeAppStateName = 'active' | 'inactive' | 'background';

/** React Native's native module `AppState`: the system's word, as the event that the system would send. */
export function createAppState(initial: NativeAppStateName) {
  let state = initial;
  return {
    getConstants: () => ({ initialAppState: initial }),
    getCurrentAppState: (tell: (now: { app_state: NativeAppStateName }) => void) => tell({ app_state: state }),
    addListener: () => undefined,
    removeListeners: () => undefined,
    change(to: NativeAppStateName): void {
      state = to;
      DeviceEventEmitter.emit('appStateDidChange', { app_state: to });
    },
  };
}
