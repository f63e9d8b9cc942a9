import { describe, expect, it } from 'vitest';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { webpCodec, webpFormat } from '../../../../lib/core/codecs/webp.ts';
import { openMovie, type MovieFormat } from '../../../../lib/core/animation/open-movie.ts';
import { bitstreamOf } from '../../../../lib/core/animation/webp-bitstream.ts';
import { muxAnimation } from '../../../../lib/core/animation/webp-muxer.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { apng } from './build-apng.ts';
import { gif } from './build-gif.ts';
import { random, randomFrames } from './pictures.ts';

const SIZE = { width: 8, height: 6 };
const STILLS = randomFrames(4, 3, SIZE, 'binary');

/** Small files in which every kind of block occurs. */
const seeds: Record<MovieFormat, () => Promise<Uint8Array>> = {
  gif: async () =>
    gif({
      ...SIZE,
      again: 3,
      frames: STILLS.map(({ data }, i) => ({
        ...SIZE,
        indices: Array.from({ length: 48 }, (_, at) => (data[at * 4] ?? 0) & 3),
        disposal: i + 1,
        transparent: i,
        interlaced: i === 1,
      })),
    }),
  png: async () =>
    apng({
      ...SIZE,
      frames: STILLS.map((frame, i) => ({
        ...frame,
        dispose: ([0, 1, 2] as const)[i]!,
        blend: ([0, 1, 1] as const)[i]!,
        pieces: 2,
      })),
    }),
  webp: async () =>
    muxAnimation({
      ...SIZE,
      loops: 1,
      frames: await Promise.all(
        STILLS.map(async (frame, i) => ({
          x: 0,
          y: 0,
          blend: i > 0,
          dispose: i === 1,
          durationMs: 50,
          bitstream: bitstreamOf(
            await webpCodec.encode(frame, webpFormat.optionsFor(i === 1 ? 'lossless' : { quality: 50 }), loadWasm),
          ),
        })),
      ),
    }),
};

const RUNS = 400;
/** These files take a few ms; more than a second is a hang, the rest is for a busy machine. */
const MOST_MILLISECONDS = 3000;

describe.each(Object.keys(seeds) as MovieFormat[])('%s', (format) => {
  it(`ends with a CompressionError or with frames, in time, for ${RUNS} damaged files`, async () => {
    const seed = await seeds[format]();
    const next = random(99);
    const counts = { shown: 0, refused: 0 };
    for (let run = 0; run < RUNS; run++) {
      const bytes = damaged(seed, next);
      const began = performance.now();
      try {
        const movie = openMovie(bytes, format, loadWasm);
        for await (const { data, durationMs } of movie.frames()) {
          expect(data.length).toBe(movie.width * movie.height * 4);
          expect(durationMs).toBeGreaterThan(0);
        }
        counts.shown++;
      } catch (thrown) {
        if (!(thrown instanceof CompressionError))
          throw new Error(`run ${run} threw ${String(thrown)}`, { cause: thrown });
        expect(['corrupt', 'truncated', 'too-many-pixels', 'unsupported-variant']).toContain(thrown.code);
        counts.refused++;
      }
      expect(performance.now() - began).toBeLessThan(MOST_MILLISECONDS);
    }
    // The damage is such that both happens.
    expect(counts.refused).toBeGreaterThan(RUNS / 10);
    expect(counts.shown).toBeGreaterThan(0);
  });
});

/** Bytes changed to telling values, cut out, doubled, or cut off at the end. */
function damaged(seed: Uint8Array, next: () => number): Uint8Array {
  let bytes = seed.slice();
  const upTo = (limit: number): number => Math.floor(next() * limit);
  for (let edits = 1 + upTo(4); edits > 0; edits--) {
    const at = upTo(bytes.length);
    const kind = upTo(10);
    if (kind < 5) bytes[at] = [0, 1, 0x7f, 0x80, 0xff, upTo(256)][upTo(6)] ?? 0;
    else if (kind < 8) bytes[at] = (bytes[at] ?? 0) ^ (1 << upTo(8));
    else if (kind === 8) bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + upTo(9))]);
    else bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(Math.max(0, at - upTo(40)))]);
  }
  return next() < 0.1 ? bytes.subarray(0, upTo(bytes.length)) : bytes;
}
