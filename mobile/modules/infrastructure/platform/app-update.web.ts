import type { AppUpdate } from './app-update.ts';
import { createListeners } from './observable.ts';

/** Beside `index.html`, put there by `scripts/build-web.ts`; a development server has none. */
const SERVICE_WORKER_URL = '/service-worker.js';
const LOOK_AGAIN_EVERY_MS = 60 * 60 * 1000;

interface BrowserAppUpdate extends AppUpdate {
  /** Registers the service worker and watches it. Without one the app works as long as it is online. */
  start(): Promise<void>;
}

function createAppUpdate(): BrowserAppUpdate {
  const listeners = createListeners();
  let waiting: ServiceWorker | null = null;

  function look(registration: ServiceWorkerRegistration): void {
    const isUpdate = navigator.serviceWorker.controller !== null;
    waiting = isUpdate ? registration.waiting : null;
    listeners.notify();
  }

  return {
    get isWaiting() {
      return waiting !== null;
    },
    subscribe: (listener) => listeners.subscribe(listener),
    apply() {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting?.postMessage('activate');
    },
    async start() {
      const registration = await navigator.serviceWorker.register(SERVICE_WORKER_URL, { updateViaCache: 'none' });
      registration.addEventListener('updatefound', () => {
        registration.installing?.addEventListener('statechange', () => look(registration));
      });
      look(registration);
      setInterval(() => void registration.update().catch(() => undefined), LOOK_AGAIN_EVERY_MS);
    },
  };
}

export const appUpdate = createAppUpdate();
