import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findSupplyFaults, licencesOf, type Lockfile, type Manifest } from './lib/supply-chain.ts';

// Everything from outside is pinned, hashed, under a licence that we take, and runs no script that we did not allow.
const root = dirname(import.meta.dirname);
const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
const { workspaces } = read<{ workspaces: string[] }>('package.json');
const paths = ['package.json', ...workspaces.map((folder) => `${folder}/package.json`)];
const lock = read<Lockfile>('package-lock.json');
const faults = findSupplyFaults(lock, new Map(paths.map((path) => [path, read<Manifest>(path)])));
for (const fault of faults) console.error(fault);
console.log(`${licencesOf(lock).length} packages from outside, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
