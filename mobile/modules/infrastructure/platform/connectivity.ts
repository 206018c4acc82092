import { addNetworkStateListener, getNetworkStateAsync, NetworkStateType, type NetworkState } from 'expo-network';
import type { Connectivity, NetworkKind } from '../models.ts';
import { createListeners } from './observable.ts';

/** Online is assumed until the phone has said something: a request that fails then says more than a guess. */
export function createConnectivity(): Connectivity {
  const listeners = createListeners<[{ isOnline: boolean; kind: NetworkKind }]>();
  let known: { isOnline: boolean; kind: NetworkKind } = { isOnline: true, kind: 'other' };

  const take = (state: NetworkState): void => {
    const now = readState(state);
    if (now.isOnline === known.isOnline && now.kind === known.kind) return;
    known = now;
    listeners.notify(now);
  };
  // What the phone says by itself is newer than an answer that was asked for before it.
  let hasSpoken = false;
  addNetworkStateListener((state) => {
    hasSpoken = true;
    take(state);
  });
  void getNetworkStateAsync().then(
    (state) => {
      if (!hasSpoken) take(state);
    },
    () => undefined,
  );

  return { current: () => known, subscribe: (listener) => listeners.subscribe(listener) };
}

function readState({ isConnected, type }: NetworkState): { isOnline: boolean; kind: NetworkKind } {
  if (isConnected === false || type === NetworkStateType.NONE) return { isOnline: false, kind: 'none' };
  if (type === NetworkStateType.WIFI || type === NetworkStateType.ETHERNET) return { isOnline: true, kind: 'wifi' };
  return { isOnline: true, kind: type === NetworkStateType.CELLULAR ? 'cellular' : 'other' };
}
