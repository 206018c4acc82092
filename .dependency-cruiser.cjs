/**
 * The arrows of ARCHITECTURE.md, checked by `npm run boundaries`.
 * The skin (screens, components, hooks, navigation) may look at every module below it; the core may not look up.
 */
const SKIN = '^mobile/modules/(ui_system|navigation)/|/(queries|public-ui)\\.tsx?$|/(screens|components)/';
const TEST = '\\.(test|suite)\\.tsx?$|-test-kit\\.tsx?$|^(mobile|backend)/test/|^simulation/';
const PLATFORM = '^mobile/modules/infrastructure/platform/';

/** @param {string} name @param {string} from @param {string} above the modules that it must not know */
const pointsDown = (name, from, above) => ({
  name,
  severity: 'error',
  from: { path: `^mobile/modules/${from}/`, pathNot: [SKIN, TEST] },
  to: { path: `^mobile/modules/(${above})/` },
});

module.exports = {
  forbidden: [
    {
      name: 'modules-only-through-public',
      severity: 'error',
      from: { path: '^(mobile|backend)/modules/([^/]+)/', pathNot: TEST },
      to: {
        path: '^$1/modules/([^/]+)/',
        pathNot: ['^$1/modules/$2/', '^$1/modules/[^/]+/public(-ui)?\\.ts$', '^$1/modules/infrastructure/models\\.ts$'],
      },
    },
    {
      name: 'public-is-not-used-inside-own-module',
      severity: 'error',
      from: { path: '^(mobile|backend)/modules/([^/]+)/', pathNot: ['/public(-ui)?\\.ts$', TEST] },
      to: { path: '^$1/modules/$2/public(-ui)?\\.ts$' },
    },
    {
      name: 'layers-point-down',
      severity: 'error',
      from: { path: '^(mobile|backend)/modules/([^/]+)/(models|repo)\\.ts$' },
      to: { path: '^$1/modules/$2/(service|routes|queries|public|screens)' },
    },
    {
      name: 'core-is-platform-free',
      severity: 'error',
      from: { path: '^mobile/(modules/[^/]+/[^/]+|compose)\\.ts$', pathNot: [SKIN, TEST] },
      to: {
        path: `(^|/)node_modules/(react|react-dom|react-native[^/]*|expo[^/]*|@expo|@react-navigation|@tanstack)/|${SKIN}|${PLATFORM}`,
      },
    },
    {
      name: 'core-is-node-free',
      severity: 'error',
      from: { path: '^(mobile/(modules|compose\\.ts|App\\.tsx)|contract/src)', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'expo-and-storage-only-in-platform',
      severity: 'error',
      from: { path: '^mobile/modules/', pathNot: [PLATFORM, TEST] },
      // What is seen and heard is drawn where it is shown; it stores nothing.
      to: {
        path: 'node_modules/(expo[^/]*|@expo|@sqlite\\.org|workbox-[^/]*)/',
        pathNot: 'node_modules/expo-(audio|image|haptics)/',
      },
    },
    pointsDown('arrow-infrastructure', 'infrastructure', 'offline_cache|content|learning_session|user|ui_system|navigation'),
    pointsDown('arrow-offline-cache', 'offline_cache', 'content|learning_session|user|ui_system|navigation'),
    pointsDown('arrow-content', 'content', 'learning_session|user|ui_system|navigation'),
    pointsDown('arrow-learning-session', 'learning_session', 'user|ui_system|navigation'),
    pointsDown('arrow-user', 'user', 'offline_cache|content|learning_session|ui_system|navigation'),
    {
      name: 'arrow-ui-system',
      comment: 'ui_system stands apart: it knows no module.',
      severity: 'error',
      from: { path: '^mobile/modules/ui_system/', pathNot: TEST },
      to: { path: '^mobile/modules/(?!ui_system/)' },
    },
    {
      name: 'contract-knows-nobody',
      severity: 'error',
      from: { path: '^contract/' },
      to: { path: '^(mobile|backend|publisher|e2e|scripts)/' },
    },
    {
      name: 'sides-meet-in-the-contract',
      severity: 'error',
      from: { path: '^(mobile|backend|publisher)/', pathNot: TEST },
      to: { path: '^(mobile|backend|publisher|e2e|scripts)/', pathNot: '^$1/' },
    },
    { name: 'tests-are-not-imported', severity: 'error', from: { pathNot: TEST }, to: { path: TEST } },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(build|dist|\\.expo)/|^mobile/public/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.web.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
