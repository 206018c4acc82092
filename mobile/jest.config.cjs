/**
 * Three projects. `core` (`*.test.ts`): everything that runs in plain Node, on the ports of `test/`. `screens` (`*.test.tsx`): React
 * Native under jest-expo. `phone` (`test/phone-*.test.ts`): the phone's adapters over Expo's own JavaScript, with only the native
 * modules replaced (`test/expo-native/`).
 */
const testPathIgnorePatterns = ['/node_modules/', '/dist/', '/android/', '/ios/'];
/** jest-expo's list, and the packages that ship ECMAScript modules alone. */
const transformedPackages =
  '.pnpm|react-native|@react-native|@react-native-community|expo|@expo|@react-navigation|standard-navigation|@haversack|typebox|@noble|marked|@mdi|@lingui|@messageformat';

const preset = require('jest-expo/jest-preset');
const reactNative = {
  ...preset,
  rootDir: __dirname,
  testPathIgnorePatterns,
  transform: { '\\.mjs$': '<rootDir>/test/esbuild-transformer.cjs', ...preset.transform },
  transformIgnorePatterns: [`/node_modules/(?!(${transformedPackages}))`, '/node_modules/@react-native/babel-preset/'],
};

module.exports = {
  // A screen is drawn in 0.1 to 2 s; on a machine that builds something else beside it, in far more.
  testTimeout: 30_000,
  projects: [
    {
      displayName: 'core',
      rootDir: __dirname,
      testEnvironment: 'node',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: [...testPathIgnorePatterns, '/test/phone-[^/]*\\.test\\.ts$'],
      moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json'],
      transform: { '\\.(ts|tsx|js|mjs)$': '<rootDir>/test/esbuild-transformer.cjs' },
      transformIgnorePatterns: ['/node_modules/(?!.*(typebox|@noble|marked|@lingui|@messageformat)/)'],
    },
    {
      ...reactNative,
      displayName: 'screens',
      testMatch: ['<rootDir>/**/*.test.tsx'],
    },
    {
      ...reactNative,
      displayName: 'phone',
      testMatch: ['<rootDir>/test/phone-*.test.ts'],
      setupFiles: [...preset.setupFiles, '<rootDir>/test/expo-native/install.ts'],
    },
  ],
};
