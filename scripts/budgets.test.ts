import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { firstLoadSizes, keepBudget } from '../mobile/scripts/budgets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haversack-budget-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('counts the page, what it loads at once and the workers; not what comes later, nor the wasm', () => {
  for (const file of ['app.js', 'later.js', 'app.css', 'sqlite-worker.js', 'service-worker.js', 'sqlite3.wasm'])
    writeFileSync(join(folder, file), 'x'.repeat(1000));
  writeFileSync(
    join(folder, 'index.html'),
    '<link rel="stylesheet" href="/app.css"><link rel="icon" href="/i.png"><script src="/app.js" defer></script>',
  );
  const sizes = firstLoadSizes(folder);
  expect(sizes.map(({ file }) => file)).toEqual(['index.html', 'app.css', 'app.js', 'sqlite-worker.js', 'service-worker.js']);
  expect(sizes[2]).toMatchObject({ bytes: 1000 });
  expect(sizes[2]?.gzipBytes).toBeLessThan(100);
});

it('says what has outgrown its budget, and by how much', () => {
  expect(() => keepBudget('The first load', 600_000, 600_000)).not.toThrow();
  expect(() => keepBudget('The first load', 612_345, 600_000)).toThrow(/The first load: 613 KB, and the budget is 600 KB/);
});
