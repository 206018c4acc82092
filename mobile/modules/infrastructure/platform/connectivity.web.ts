import type { Connectivity, NetworkKind } from '../models.ts';
import { createListeners } from './observable.ts';

/** `navigator.connection` is Chromium's; elsewhere the kind of network is not told. https://wicg.github.io/netinfo/ */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

export function createConnectivity(): Connectivity {
  const information = (navigator as Navigator & { connection?: NetworkInformation }).connection;
  const listeners = createListeners<[{ isOnline: boolean; kind: NetworkKind }]>();
  const look = (): { isOnline: boolean; kind: NetworkKind } => ({
    isOnline: navigator.onLine,
    kind: navigator.onLine ? kindOf(information?.type) : 'none',
  });

  let known = look();
  const tellChange = (): void => {
    const now = look();
    if (now.isOnline === known.isOnline && now.kind === known.kind) return;
    known = now;
    listeners.notify(now);
  };
  addEventListener('online', tellChange);
  addEventListener('offline', tellChange);
  information?.addEventListener('change', tellChange);

  return { current: look, subscribe: (listener) => listeners.subscribe(listener) };
}

function kindOf(type: string | undefined): NetworkKind {
  if (type === 'wifi' || type === 'ethernet') return 'wifi';
  return type === 'cellular' ? 'cellular' : 'other';
}
