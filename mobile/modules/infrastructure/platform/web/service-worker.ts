import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare global {
  interface Window {
    /** Put in by the build: every file of the shell with its revision. */
    readonly __WB_MANIFEST: { url: string; revision: string | null }[];
    skipWaiting(): Promise<void>;
  }
}

/**
 * The whole shell is on the device before this worker is installed, so that the app starts from nothing with no network (rule UI-3).
 * It keeps no answer of the API: those are in SQLite. A new version waits until the page says that nothing is in progress.
 */
precacheAndRoute(self.__WB_MANIFEST);
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [/^\/api\//, /^\/docs(\/|$)/] }));
cleanupOutdatedCaches();
clientsClaim();

self.addEventListener('message', ({ data }) => {
  if (data === 'activate') void self.skipWaiting();
});
