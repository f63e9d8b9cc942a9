import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing';
import { testFilesWith } from './scripts/test-files.mjs';
import { LongestFirst } from './scripts/test-order.ts';

/**
 * `unit` and `unit-mocks` run in Node with the real WASM, `components` in a DOM, `e2e` drives real browsers with the
 * built extension, two files at a time: each browser has a screen, a pointer and a profile of its own; `e2e-long` the same
 * for long tables and heavy files, in `npm run test:all` alone. By default one
 * core would be left free, which on a machine of two cores halves the speed.
 * A test that fails in a browser is tried once more, and the report says so: a busy machine loses a key or a frame now and
 * then.
 */
const inBrowsers = {
  environment: 'node',
  testTimeout: 120_000,
  hookTimeout: 120_000,
  maxWorkers: 2,
  // The driver takes a second and a half to load.
  isolate: false,
  setupFiles: 'tests/e2e/leave-nothing.ts',
  retry: 1,
  expect: { poll: { timeout: 20_000 } },
} as const;

const inNode = {
  environment: 'node',
  testTimeout: 60_000,
  maxWorkers: '100%',
  globalSetup: 'scripts/native.mjs',
  setupFiles: 'tests/equal-bytes.ts',
} as const;

/**
 * These put something of theirs in a module's or a global's place, and have a worker each. The others share their workers, file after file:
 * half of their time went into loading the same modules again.
 */
const withMocks = testFilesWith('tests/unit', /vi\.(?:mock|stubGlobal)\(/);

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...inNode, name: 'unit', include: ['tests/unit/**/*.test.ts'], exclude: withMocks, isolate: false } },
      { test: { ...inNode, name: 'unit-mocks', include: withMocks } },
      {
        plugins: [WxtVitest(), svelte(), svelteTesting()],
        test: {
          name: 'components',
          include: ['tests/components/**/*.test.ts'],
          setupFiles: 'tests/components/patience.ts',
          environment: 'happy-dom',
          // Empty frames, such as lie over a toast's buttons.
          environmentOptions: { happyDOM: { settings: { enableIframePageLoading: true } } },
          testTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          maxWorkers: '100%',
        },
      },
      { test: { ...inBrowsers, name: 'e2e', include: ['tests/e2e/*.test.ts'] } },
      { test: { ...inBrowsers, name: 'e2e-long', include: ['tests/e2e/long/*.test.ts'] } },
    ],
  },
});
