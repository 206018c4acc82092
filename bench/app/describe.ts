import type { Contestant } from './contestant.ts';

// `node describe.ts <file of a contestant>`: what it says of itself, for the table.

export type Described = Omit<Contestant, 'open'>;

const { default: contestant } = (await import(process.argv[2] ?? '')) as { default: Contestant };
const { open: _open, ...described } = contestant;
process.send?.(described, () => process.exit(0));
