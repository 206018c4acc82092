import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findAsvsFaults } from './lib/asvs.ts';

// Every requirement stands in the table, and every test that it names is there.
const root = dirname(import.meta.dirname);
const faults = findAsvsFaults(root, readFileSync(join(root, 'docs/asvs.md'), 'utf8'));
for (const fault of faults) console.error(`docs/asvs.md ${fault}`);
console.log(`ASVS: ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
