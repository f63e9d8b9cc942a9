/** Colours look the same after as before, by lcms, whichever profile and whatever is done with it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { FORMAT_FACTS } from '../../../lib/core/image/format-facts.ts';
import { METADATA_POLICIES, type MetadataPolicy } from '../../../lib/core/model/recipe.ts';
import { OUTPUT_FORMATS } from '../../../lib/core/image/inspection.ts';
import { compress, exactly, notesOf } from '../../conformance/compress.ts';
import { difference, type Difference } from '../../conformance/difference.ts';
import { PROFILED } from '../../conformance/profiled.ts';
import { missing } from '../../conformance/programs.ts';
import { seen } from '../../conformance/seen.ts';
import { rowsOf } from '../../rows.ts';

missing('cjxl', 'djxl');

/**
 * Levels of 255. What keeps the numbers or converts them is at most one level from lcms (measured 0.03 and 1). JPEG rounds in
 * YCbCr, and where a profile is steep, in the darks of ProPhoto, one level before is many after (measured 0.43 and 26).
 */
const BOUND = { mean: 0.1, max: 2 };
const BOUND_OF_JPEG = { mean: 0.6, max: 30 };
const isWithin = ({ mean, max }: Difference, bound: typeof BOUND): boolean => mean <= bound.mean && max <= bound.max;

const wider = (bound: typeof BOUND, by: typeof BOUND): typeof BOUND => ({
  mean: bound.mean + by.mean,
  max: bound.max + by.max,
});

/** `keep` differs from `protect` in what is done with metadata alone, so it is tried where that is cheap. */
const POLICIES = (name: string): readonly MetadataPolicy[] =>
  /^(Adobe RGB|RGB profile)/.test(name) ? METADATA_POLICIES : ['strip', 'protect'];

describe.each(PROFILED)('$name', ({ name, make, witness = make, alpha = false, coding = { mean: 0, max: 0 } }) => {
  let bytes: Uint8Array;
  let truth: Pixels;
  beforeAll(async () => {
    bytes = await make();
    truth = await seen(await witness());
  });

  it('fails this very test when the profile is ignored', async () => {
    expect(isWithin(difference(truth, await seen(await witness(), { ignoreProfile: true })), BOUND_OF_JPEG)).toBe(
      false,
    );
  });

  // What is flattened onto a colour is another picture.
  const rows = OUTPUT_FORMATS.filter((format) => !alpha || FORMAT_FACTS[format].alpha).flatMap((format) =>
    POLICIES(name).map((metadata) => [format, metadata] as const),
  );
  // What a policy does with a profile does not depend on the format.
  it.each(rowsOf(rows, ([format, metadata]) => metadata === 'protect' || format === 'webp'))(
    'looks the same as %s (%s)',
    async (format, metadata) => {
      const { bytes: result, receipt } = await compress(bytes, exactly(format, { metadata }));
      const found = difference(truth, await seen(result));
      expect({
        ...found,
        within: isWithin(found, wider(format === 'jpeg' ? BOUND_OF_JPEG : BOUND, coding)),
      }).toMatchObject({ within: true });
      expect(
        notesOf(receipt).filter((code) =>
          ['profile-kept', 'converted-to-srgb', 'never-larger', 'lossless'].includes(code),
        ),
      ).not.toEqual([]);
      expect(notesOf(receipt)).not.toContain('profile-unreadable');
    },
  );
});
