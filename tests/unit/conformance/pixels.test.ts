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
import { rowsOf } from '../../rows.ts';

missing('djxl', 'cjxl');

/**
 * One encoding at quality 75. Measured at most 3.54 (few flat colours with hard edges, in 4:2:0); a hard edge in
 * colour costs up to 119 levels in JPEG XL at the pixels beside it.
 */
const LOSSY = { mean: 4, max: 130, alpha: 4 };
/** 110 colours for 4,897 pixels that differ in all four channels, at the look of quality 75: measured 2.32, 17.8 and 8. */
const PALETTE = { mean: 2.5, max: 18, alpha: 8 };
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

  const lossless = OUTPUT_FORMATS.filter((format) => FORMAT_FACTS[format].lossless);
  it.each(rowsOf(lossless, (format) => format === 'png' || format === 'webp'))(
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

  it.each(OUTPUT_FORMATS)('as %s at quality 75 is within the bound', async (format) => {
    const { bytes: result, receipt } = await compress(bytes, { format });
    const found = await seen(result);
    const { mean, max, alpha } = difference(expected(FORMAT_FACTS[format].alpha), found);
    const isReduced = notesOf(receipt).includes('colours-reduced');
    // A PNG has every colour that came, unless it came as a PNG and is smaller with fewer.
    if (isReduced) expect([sniff(bytes), format]).toEqual(['png', 'png']);
    const bound = isReduced ? PALETTE : format === 'png' ? { ...within, alpha: 0 } : LOSSY;
    expect(mean).toBeLessThanOrEqual(format === 'png' ? bound.mean : (input.hard ?? bound.mean));
    expect(max).toBeLessThanOrEqual(bound.max);
    expect(alpha).toBeLessThanOrEqual(bound.alpha);
    // What was clear shows nothing.
    if (isReduced) expect(clear(found)).toEqual(clear(truth));
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

/** Where nothing of a picture is seen. */
function clear({ data }: Pixels): number[] {
  return [...data.keys()].filter((at) => at % 4 === 3 && data[at] === 0);
}
