import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { missingPlaces, placesIn } from './lib/trace.ts';

// Whatever file or symbol the trace names is there: a trace that has rotted misleads more than none.
const TRACE = 'docs/specs/offline-unit-cache/trace.md';
const root = dirname(import.meta.dirname);
const places = placesIn(readFileSync(join(root, TRACE), 'utf8'));
const faults = missingPlaces(root, places);
if (places.length === 0) faults.push('it names no place at all.');
for (const fault of faults) console.error(`${TRACE} ${fault}`);
console.log(`${places.length} places named, ${faults.length} missing`);
process.exitCode = faults.length > 0 ? 1 : 0;
