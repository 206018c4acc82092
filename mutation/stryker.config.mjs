const CORE = ['outbox', 'push', 'pull', 'page', 'chunk', 'coalescer', 'sync', 'sync-loop', 'events-pull', 'events-repo'];
const DOWNLOADS = ['downloads', 'download-run', 'download-state', 'downloads-repo', 'object-fetcher'];
/** The first test that fails is the end of a mutant: what is quick, and cannot spin, comes first. */
const FIRST = [
  '{chunk,coalescer,download-state}',
  '{outbox,event,page,queue}*',
  'object-*',
  '{push,pull}-*',
  'sync-*',
  'download-r*',
  'download-*',
];

/** Stryker's options; its types are installed on demand only. */
export default {
  mutate: [...CORE, ...DOWNLOADS].map((name) => `mobile/modules/offline_cache/${name}.ts`),
  testRunner: 'mocha',
  plugins: ['@stryker-mutator/mocha-runner', import.meta.resolve('./ignore-logging.mjs')],
  ignorers: ['logging'],
  coverageAnalysis: 'perTest',
  mochaOptions: {
    require: ['./mutation/jest-globals.mjs'],
    spec: [
      ...FIRST.map((name) => `mobile/modules/offline_cache/${name}.test.ts`),
      'mobile/modules/{offline_cache,content,learning_session,user}/*.test.ts',
      'mobile/compose.test.ts',
    ],
    // Uses Jest's spies.
    ignore: ['mobile/modules/user/departure.test.ts'],
  },
  // Node strips the types by itself.
  disableTypeChecks: false,
  ignorePatterns: [
    '/*',
    '!/mobile',
    '!/contract',
    '!/mutation',
    '!/package.json',
    '/mobile/dist',
    '/mobile/public',
    '/mobile/assets',
  ],
  tempDirName: 'mutation/build',
  // A mutant that hangs is killed after the time that its tests took at first, times the factor, plus this.
  timeoutMS: 5_000,
  timeoutFactor: 1.5,
  concurrency: 2,
  reporters: ['clear-text', 'progress', 'html', 'json'],
  htmlReporter: { fileName: 'build/reports/mutation.html' },
  jsonReporter: { fileName: 'build/reports/mutation.json' },
  incrementalFile: 'build/reports/mutation-incremental.json',
  thresholds: { high: 90, low: 85, break: 85 },
};
