import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/** `npm run screenshots`: every screen in every state, not to be fast but to be looked at. Each worker has a server of its own. */
export default defineConfig(tests, {
  testMatch: 'screenshots/*.shots.ts',
  outputDir: '../build/e2e-screenshots',
  workers: 2,
  fullyParallel: true,
  timeout: 900_000,
  expect: { timeout: 60_000 },
});
