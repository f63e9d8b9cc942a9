import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { allowed, elements } from './eslint.boundaries.js';

// The rules that ask for types, of promises that nobody waits for, are in `.oxlintrc.json`: oxlint has a fast type checker.

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
  {
    files: ['lib/**', 'components/**', 'entrypoints/**'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'boundaries/dependency-nodes': ['import', 'export', 'dynamic-import'],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            // Packages are the business of the rules below.
            { allow: { to: { module: { origin: ['external', 'core'] } } } },
            // A picture of the product's own, for a view.
            { from: { element: { type: 'components' } }, allow: { to: { file: { path: 'assets/**' } } } },
            ...Object.entries(allowed).map(([from, to]) => ({
              from: { element: { type: from } },
              allow: { to: { element: { types: { anyOf: [from, ...to] } } } },
            })),
          ],
        },
      ],
    },
  },
  // The core is pure: it runs as it is in Node, in a worker and in a page.
  {
    files: ['lib/core/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['wxt/*', '#imports', '#i18n', 'svelte', 'svelte/*', 'webextension-polyfill'] },
      ],
      'no-restricted-globals': ['error', 'browser', 'chrome', 'document', 'window', 'fetch', 'indexedDB'],
    },
  },
  // What is injected into pages is small and trusts nothing: no library of the extension's comes along.
  {
    files: ['lib/page/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['wxt/*', '#imports', 'svelte', 'webextension-polyfill', 'valibot'] },
      ],
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
  { files: ['scripts/**', 'tests/**'], rules: { 'no-console': 'off' } },
);
