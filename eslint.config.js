import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['node_modules/', '.output/', '.output*/', '.wxt/', '.cache/', 'output/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // TypeScript knows every name; this rule doubles it and does not know types.
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // `array[i]!` inside a loop over its own length is the checked access of typed arrays in a pixel loop.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  // The core is pure: it runs as it is in Node and in a worker.
  {
    files: ['lib/image/**', 'lib/codecs/**', 'lib/inputs/**', 'lib/compress/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            'wxt/*',
            '#imports',
            '#i18n',
            'svelte',
            'svelte/*',
            'webextension-polyfill',
            '../engine/*',
            '../acquire/*',
            '../vault/*',
            '../deliver/*',
            '../jobs/*',
          ],
        },
      ],
      'no-restricted-globals': ['error', 'browser', 'chrome', 'document', 'window', 'fetch', 'indexedDB'],
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  { files: ['scripts/**', 'tests/**'], rules: { 'no-console': 'off' } },
);
