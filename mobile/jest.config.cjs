/**
 * Two projects. `core` (`*.test.ts`): everything that runs in plain Node, on the ports of `test/`. `screens` (`*.test.tsx`): React
 * Native under jest-expo. In both, `expo-sqlite`, `expo-file-system` and `expo-sharing` are stand-ins on
 * node:sqlite and a temporary folder.
 */
const standIns = {
  '^expo-sqlite$': '<rootDir>/test/expo-stand-ins/expo-sqlite.ts',
  '^expo-file-system$': '<rootDir>/test/expo-stand-ins/expo-file-system.ts',
  '^expo-sharing$': '<rootDir>/test/expo-stand-ins/expo-sharing.ts',
};
const testPathIgnorePatterns = ['/node_modules/', '/dist/', '/android/', '/ios/'];
/** jest-expo's list, and the packages that ship ECMAScript modules alone. */
const transformedPackages =
  '.pnpm|react-native|@react-native|@react-native-community|expo|@expo|@react-navigation|standard-navigation|@haversack|typebox|@noble|marked|@mdi';

const preset = require('jest-expo/jest-preset');

module.exports = {
  // A screen is drawn in 0.1 to 2 s; on a machine that builds something else beside it, in far more.
  testTimeout: 30_000,
  projects: [
    {
      displayName: 'core',
      rootDir: __dirname,
      testEnvironment: 'node',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns,
      moduleNameMapper: standIns,
      moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json'],
      transform: { '\\.(ts|tsx|js|mjs)$': '<rootDir>/test/esbuild-transformer.cjs' },
      transformIgnorePatterns: ['/node_modules/(?!.*(typebox|@noble|marked)/)'],
    },
    {
      ...preset,
      displayName: 'screens',
      rootDir: __dirname,
      testMatch: ['<rootDir>/**/*.test.tsx'],
      testPathIgnorePatterns,
      moduleNameMapper: { ...preset.moduleNameMapper, ...standIns },
      transform: { '\\.mjs$': '<rootDir>/test/esbuild-transformer.cjs', ...preset.transform },
      transformIgnorePatterns: [`/node_modules/(?!(${transformedPackages}))`, '/node_modules/@react-native/babel-preset/'],
    },
  ],
};
