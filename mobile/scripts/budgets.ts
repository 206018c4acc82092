import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** What a browser fetches before the first screen is there; SQLite's wasm, which is as large as it is, beside it. */
export const FIRST_LOAD_MAX_BYTES = 600_000;

/** Bytecode of one platform, which every phone has to hold and to open. */
export const HERMES_MAX_BYTES = 6_000_000;

export interface Size {
  file: string;
  bytes: number;
  gzipBytes: number;
  brotliBytes: number;
}

/** Of the built app in `folder`: the page, what it loads at once, and the workers. */
export function firstLoadSizes(folder: string): Size[] {
  const html = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const loaded = [...html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(
    ([, file]) => file ?? '',
  );
  return [...new Set(['index.html', ...loaded, 'sqlite-worker.js', 'service-worker.js'])].map((file) => sizeOf(folder, file));
}

export function sizeOf(folder: string, file: string): Size {
  const content = readFileSync(path.join(folder, file));
  return {
    file,
    bytes: content.length,
    gzipBytes: gzipSync(content, { level: 9 }).length,
    brotliBytes: brotliCompressSync(content).length,
  };
}

/** Throws with a sentence when `name` has grown past what it may be. */
export function keepBudget(name: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  const [is, may] = [bytes, maxBytes].map((count) => `${Math.ceil(count / 1000)} KB`);
  throw new Error(
    `${name}: ${is}, and the budget is ${may} (mobile/scripts/budgets.ts). Split off what is not needed at the start.`,
  );
}
