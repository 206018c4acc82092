/**
 * Builds the browser app into `build/web`: the Expo export, the storage worker with SQLite's wasm, and a service worker that keeps
 * all of it on the device. `node mobile/scripts/build-web.ts [folder]`.
 */
import { renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { injectManifest } from 'workbox-build';
import { FIRST_LOAD_MAX_BYTES, firstLoadSizes, keepBudget } from './budgets.ts';
import { expoExport } from './expo-export.ts';
import { buildServiceWorkerSource, buildStorageWorker } from './web-workers.ts';

const PRECACHE_FILE_MAX_BYTES = 16 * 1024 * 1024;

const target = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../../build/web'));
/** Put in place when it is whole: a server may be serving the last one. */
const folder = `${target}.new`;
const unfinished = path.join(folder, 'service-worker.src.js');

await expoExport(['web'], folder);
await buildStorageWorker(folder);
await buildServiceWorkerSource(unfinished);
const { count, size, warnings } = await injectManifest({
  swSrc: unfinished,
  swDest: path.join(folder, 'service-worker.js'),
  globDirectory: folder,
  globPatterns: ['**/*.{html,js,css,wasm,ttf,woff,woff2,png,svg,webp,ico,webmanifest,json}'],
  // Pictures of the app are for whoever thinks of installing it, who is online.
  globIgnores: ['service-worker*.js', 'metadata.json', 'screenshots/**'],
  // Metro and Expo put the hash of the content into these names already.
  dontCacheBustURLsMatching: /^_expo\/static\/|^assets\/.*\.[0-9a-f]{32}\./,
  maximumFileSizeToCacheInBytes: PRECACHE_FILE_MAX_BYTES,
});
rmSync(unfinished);
if (warnings.length > 0) throw new Error(warnings.join('\n'));

const firstLoadBytes = firstLoadSizes(folder).reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
keepBudget('The first load of the web app, compressed', firstLoadBytes, FIRST_LOAD_MAX_BYTES);

rmSync(target, { recursive: true, force: true });
renameSync(folder, target);

const kilobytes = (file: string): number => Math.round(statSync(path.join(target, file)).size / 1024);
process.stdout.write(
  `${path.relative(process.cwd(), target)}: ${count} files kept for offline use, ${Math.round(size / 1024)} KB; ` +
    `first load ${Math.round(firstLoadBytes / 1000)} of ${FIRST_LOAD_MAX_BYTES / 1000} KB compressed ` +
    `(storage worker ${kilobytes('sqlite-worker.js')} KB, SQLite ${kilobytes('sqlite3.wasm')} KB)\n`,
);
