import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.test.{ts,tsx}', '**/test/**', 'e2e/**', 'backend/modules/**/*.suite.ts'];

/** What the client's core gets as a parameter instead (house style 9): reaching for it makes the simulation blind. */
const AMBIENT = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the time from the Clock port.' },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take the time from the Clock port.',
  },
  { selector: "CallExpression[callee.object.name='performance']", message: 'Take the time from the Clock port.' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Take chance from the Ids port.' },
];
const AMBIENT_GLOBALS = [
  'fetch',
  'XMLHttpRequest',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'crypto',
  'localStorage',
  'navigator',
  'window',
  'document',
];

/** expo-sqlite's transactions mix when two calls overlap; only the adapter behind the Database port may touch the raw calls. */
const RAW_SQLITE = ['withTransactionAsync', 'withExclusiveTransactionAsync', 'execAsync'].map((name) => ({
  selector: `MemberExpression[property.name='${name}']`,
  message: 'Use the Database port: its transaction is one.',
}));

/**
 * What a person reads or hears comes from the catalogues, `i18n.t('…')` (docs/languages.md). Found by where it stands, or by looking like
 * a sentence; `npm test -- messages` compares the messages with the catalogues.
 */
const SHOWN = 'label|title|text|hint|note|placeholder|valueText|words|description|verdict|aria-label|aria-valuetext';
const SHOWN_PROPS = `/^(${SHOWN}|accessibilityLabel|accessibilityHint)$/`;
const WORD = '/^[^a-z]*[A-Z][a-z]/';
const SENTENCE = '/^[A-Z“][^ ]* [A-Za-z]/';
const NOT_SAID = ":not(CallExpression[callee.object.name='i18n'], NewExpression[callee.name='Error'])";
const LITERAL_WORDS = [
  'JSXText[value=/[A-Za-z]/]',
  `JSXAttribute[name.name=${SHOWN_PROPS}] > Literal[value=/[A-Za-z]/]`,
  `JSXAttribute[name.name=${SHOWN_PROPS}] > JSXExpressionContainer > :matches(Literal[value=/[A-Za-z]/], TemplateLiteral)`,
  `JSXExpressionContainer ConditionalExpression > Literal[value=${WORD}]`,
  `Property[key.name=${SHOWN_PROPS}] > Literal[value=${WORD}]`,
  `:matches(ReturnStatement, LogicalExpression) > Literal[value=${WORD}]`,
  `${NOT_SAID} > Literal[value=${SENTENCE}]`,
  'TemplateElement[value.raw=/[A-Za-z]{2,} |[ :][A-Za-z]{2,}/]',
].map((selector) => ({ selector, message: 'Say it with i18n.t(…), and translate it in mobile/locales (docs/languages.md).' }));
const MESSAGE_IN_PLACE = {
  selector: "CallExpression[callee.object.name='i18n'][callee.property.name='t'][arguments.0.type!='Literal']",
  message: 'Write the message out here: the catalogues are made from what stands in the code.',
};

export default defineConfig(
  globalIgnores([
    '**/node_modules/',
    '.node/',
    '.data/',
    '**/build/',
    '**/dist/',
    '**/coverage/',
    '**/.expo/',
    '**/generated/',
    '**/test-results/',
  ]),
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 80],
      'max-params': ['error', 4],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A function that keeps the promise-shaped signature of a port need not wait for anything.
      '@typescript-eslint/require-await': 'off',
      // Services are closures that are handed on by their parts; none of them uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    // A pattern that takes far longer than its text is long lets one request hold up all others (decision 0026).
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }] },
  },
  {
    files: ['{backend,mobile}/modules/**', 'contract/**'],
    ignores: TESTS,
    rules: { 'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false }] },
  },
  {
    files: ['{backend,mobile}/modules/**', 'contract/**'],
    ignores: ['mobile/modules/infrastructure/platform/logger.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['mobile/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['mobile/**/*.{ts,tsx}'],
    ignores: ['mobile/modules/infrastructure/platform/**', ...TESTS],
    rules: { 'no-restricted-syntax': ['error', ...RAW_SQLITE] },
  },
  {
    files: ['mobile/App.tsx', 'mobile/modules/{ui_system,navigation}/**', 'mobile/modules/*/{screens,components}/**'],
    ignores: ['mobile/modules/ui_system/{i18n/**,global-style.web.ts}', ...TESTS],
    rules: { 'no-restricted-syntax': ['error', ...RAW_SQLITE, ...LITERAL_WORDS, MESSAGE_IN_PLACE] },
  },
  {
    files: ['mobile/modules/**/*.ts', 'mobile/compose.ts', 'contract/src/**'],
    ignores: [
      'mobile/modules/infrastructure/platform/**',
      'mobile/modules/{ui_system,navigation}/**',
      'mobile/modules/*/{screens,components}/**',
      'mobile/modules/*/{queries,public-ui}.ts',
      ...TESTS,
    ],
    rules: {
      'no-restricted-syntax': ['error', ...AMBIENT, ...RAW_SQLITE],
      'no-restricted-globals': [
        'error',
        ...AMBIENT_GLOBALS.map((name) => ({ name, message: 'Take it from a port (mobile/modules/infrastructure/models.ts).' })),
      ],
    },
  },
  {
    // Read by Metro, Babel and Jest, outside of every TypeScript project.
    files: ['mobile/**/*.{js,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: TESTS,
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Configuration files and the bootstrap are plain JavaScript, read by tools that know no TypeScript.
    files: ['**/*.{js,mjs,cjs}'],
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
);
