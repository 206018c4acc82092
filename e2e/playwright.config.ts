import { defineConfig } from '@playwright/test';

/** One browser at a time: the tests time real writes and real take-overs, and share one running server. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../build/e2e',
  globalSetup: './lib/global-setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
});
