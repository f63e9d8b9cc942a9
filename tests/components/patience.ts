/**
 * Views load some of their parts when they are first opened: on a busy machine that takes more than the usual second, which
 * is also Vitest's own limit. (That of `expect.poll` is in vitest.config.ts.)
 */
import { configure } from '@testing-library/svelte';
import { vi } from 'vitest';

const LIMIT = 20_000;
configure({ asyncUtilTimeout: LIMIT });

const { waitFor, waitUntil } = vi;
vi.waitFor = (look, options) => waitFor(look, patient(options));
vi.waitUntil = (look, options) => waitUntil(look, patient(options));

function patient<T extends object>(
  options: number | T | undefined,
): number | (T & { timeout: number }) | { timeout: number } {
  return typeof options === 'number' ? options : { timeout: LIMIT, ...options };
}
