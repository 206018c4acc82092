import { defineConfig } from 'vitest/config';

/** `unit`: pure, nothing but Node. `integration`: a real PostgreSQL, started once, one database a file. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['modules/**/*.unit.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['**/*.test.ts'],
          exclude: ['**/*.unit.test.ts', '**/node_modules/**'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
