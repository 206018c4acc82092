import { build } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildStorageWorker } from '../../../mobile/scripts/web-workers.ts';
import { BROWSER_ENTRIES } from './contestants.ts';

const PAGES = path.join(import.meta.dirname, 'pages');

/** Minified as an app would ship it: a page and its script for each contestant, the workers, SQLite's wasm. */
export async function buildPages(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await buildStorageWorker(folder);
  const names = [...BROWSER_ENTRIES.map(({ name }) => name), 'sqlite-wasm-worker'];
  await build({
    entryPoints: names.map((name) => path.join(PAGES, `${name}.ts`)),
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    conditions: ['browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  for (const { name } of BROWSER_ENTRIES) {
    const html = `<!doctype html><title>${name}</title><link rel="icon" href="data:,"><script type="module" src="/${name}.js"></script>`;
    writeFileSync(path.join(folder, `${name}.html`), html);
  }
}

export function gzippedBytes(folder: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(folder, file)), { level: 9 }).byteLength, 0);
}
