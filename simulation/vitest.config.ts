import { defineConfig } from 'vitest/config';

/** Each case of the bank is a process of its own; two at a time. */
export default defineConfig({ test: { include: ['**/*.test.ts'], maxConcurrency: 2, maxWorkers: 2, testTimeout: 60_000 } });
