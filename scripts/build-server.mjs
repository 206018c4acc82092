import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// The server as JavaScript in backend/dist, its packages where they are: with the compiler that Node runs TypeScript with a node is
// 20 MB larger (decision 0025). A moment's work, so `npm start` always does it.
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OUTPUT = join(ROOT, 'backend/dist');
const { outputFiles } = await build({
  entryPoints: [join(ROOT, 'backend/main.ts')],
  outdir: OUTPUT,
  write: false,
  bundle: true,
  // What is imported when it is needed stays in a file of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  alias: { '@haversack/contract': join(ROOT, 'contract/src/index.ts') },
  logLevel: 'warning',
});
mkdirSync(OUTPUT, { recursive: true });
// Whole files in one step, the entry last, for another server may be starting from here; the others' names hold their hashes.
const isEntry = (/** @type {{ path: string }} */ { path }) => Number(path.endsWith('main.js'));
for (const { path, contents } of outputFiles.sort((a, b) => isEntry(a) - isEntry(b))) {
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
