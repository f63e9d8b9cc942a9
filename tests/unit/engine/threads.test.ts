import { afterEach, expect, it, vi } from 'vitest';
import { useThreads } from '../../../lib/core/codecs/threads.ts';
import { createThreads } from '../../../lib/engine/threads.ts';

afterEach(() => {
  useThreads(1);
  vi.unstubAllGlobals();
});

it('lets a codec start its own threads, and nothing else, by whatever it was given', () => {
  const started: string[] = [];
  class Native extends EventTarget {
    constructor(file: string) {
      super();
      started.push(file);
    }
  }
  vi.stubGlobal('Worker', Native);
  createThreads()(2);
  const thread = new Worker('avif_enc_mt.worker.mjs');
  expect(started).toEqual([expect.stringContaining('avif-thread')]);
  expect(thread).toBeInstanceOf(Native);
  expect(() => new Worker('data:text/javascript,')).toThrow(TypeError);
  expect(thread.constructor).not.toBe(Native);
  expect(started).toHaveLength(1);
});
