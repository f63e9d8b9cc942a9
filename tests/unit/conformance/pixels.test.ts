/** Every kind of file that is read, in every format that is written, beside what an independent decoder sees in both. */
import { beforeAll, describe, expect, it } from 'vitest';
import { FORMAT_FACTS } from '../../../lib/core/image/format-facts.ts';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { flattenOnto } from '../../../lib/core/pixels/turn-and-flatten.ts';
import { OUTPUT_FORMATS } from '../../../lib/core/image/inspection.ts';
import { sniff } from '../../../lib/core/image/sniff.ts';
import { compress, exactly, notesOf } from '../../conformance/compress.ts';
import { difference, unequal } from '../../conformance/difference.ts';
import { INPUTS, truthOf } from '../../conformance/inputs.ts';
import { missing } from '../../conformance/programs.ts';
import { seen } from '../../conformance/seen.ts';

missing('djxl', 'cjxl');

/**
 * One encoding at the default recipe. Measured at most 3.54 (few flat colours with hard edges, in 4:2:0); a hard edge in
 * colour costs up to 119 levels in JPEG XL at the pixels beside it.
 */
/** Levels: a palette has fewer steps of alpha, too. */
const PALETTE_ALPHA = 12;
const LOSSY = { mean: 4, max: 130, alpha: 4 };
/** JPEG at its best is YCbCr of 8 bits: measured 0.58 and 4, once more than what the decoders differ by. */
const BEST_JPEG = { mean: 0.7, max: 5 };

describe.each(INPUTS)('$name', (input) => {
  let bytes: Uint8Array;
  let truth: Pixels;
  beforeAll(async () => {
    bytes = await input.make();
    truth = await truthOf(input, bytes);
  });
  const within = input.decoders ?? { mean: 0, max: 0 };
  /** What a format without alpha shows. */
  const expected = (alpha: boolean): Pixels =>
    alpha ? truth : flattenOnto({ ...truth, data: truth.data.slice() }, '#ffffff');

  it.each(OUTPUT_FORMATS.filter((format) => FORMAT_FACTS[format].lossless))(
    'as %s without loss is the same picture',
    async (format) => {
      const { bytes: result } = await compress(bytes, exactly(format));
      expect(sniff(result)).toBe(format);
      const found = await seen(result);
      const { mean, max, alpha } = difference(truth, found);
      expect(alpha).toBe(0);
      expect(mean).toBeLessThanOrEqual(within.mean);
      expect(max).toBeLessThanOrEqual(within.max);
      // The colour under full transparency is there as well.
      if (within.max === 0) expect(unequal(truth, found)).toBe(0);
    },
  );

  it('as jpeg at its best is nearly the same picture', async () => {
    const { bytes: result, receipt } = await compress(bytes, exactly('jpeg'));
    const { mean, max } = difference(expected(false), await seen(result));
    expect(mean).toBeLessThanOrEqual(BEST_JPEG.mean + within.mean);
    expect(max).toBeLessThanOrEqual(BEST_JPEG.max + within.max);
    expect(notesOf(receipt).includes('alpha-flattened')).toBe(input.alpha === true);
  });

  it.each(OUTPUT_FORMATS)('as %s at the default recipe is within the bound', async (format) => {
    const { bytes: result, receipt } = await compress(bytes, { format });
    const { mean, max, alpha } = difference(expected(FORMAT_FACTS[format].alpha), await seen(result));
    expect(mean).toBeLessThanOrEqual(input.hard ?? LOSSY.mean);
    expect(max).toBeLessThanOrEqual(LOSSY.max);
    expect(alpha).toBeLessThanOrEqual(format === 'png' ? PALETTE_ALPHA : LOSSY.alpha);
    expect(receipt).toMatchObject({
      input: { bytes: bytes.length },
      output: { format, bytes: result.length, width: truth.width, height: truth.height },
    });
  });

  it.each(['quality', 'lossless', 'untouched'] as const)(
    'made smaller in its own format (%s) is never larger',
    async (kind) => {
      const aim = kind === 'quality' ? { kind, quality: 95 } : { kind };
      const { bytes: result, receipt } = await compress(bytes, { aim });
      expect(result.length).toBeLessThanOrEqual(bytes.length);
      if (receipt.outcome === 'original') expect(Buffer.from(result).equals(Buffer.from(bytes))).toBe(true);
      else expect(receipt.outcome).toBe('smaller');
    },
  );
});
