import { build } from 'esbuild';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const WEB_SOURCES = path.join(import.meta.dirname, '../modules/infrastructure/platform/web');

/** Bundles the storage worker into `folder`, with what starts it, and SQLite's wasm beside it (the bundle asks for it under that name). */
export async function buildStorageWorker(folder: string): Promise<void> {
  await bundle(path.join(WEB_SOURCES, 'sqlite-worker.ts'), path.join(folder, 'sqlite-worker.js'));
  await bundle(path.join(WEB_SOURCES, 'storage-start.ts'), path.join(folder, 'storage-start.js'));
  copyFileSync(createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm'), path.join(folder, 'sqlite3.wasm'));
}

export async function buildServiceWorkerSource(file: string): Promise<void> {
  await bundle(path.join(WEB_SOURCES, 'service-worker.ts'), file);
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    conditions: ['browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
}
