/** Pictures of hardly any size through each encoder, read back by decoders that are not ours. */
import { describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS } from '../../../../lib/core/image/inspection.ts';
import { EDGE_SIZES, edgesOf, farthest, MOST_OFF } from '../../../conformance/edge-sizes.ts';
import { seen } from '../../../conformance/seen.ts';

describe.each(OUTPUT_FORMATS)('%s', (format) => {
  it.each(EDGE_SIZES)('of %i x %i keeps its size and its pixels, with alpha and without', async (width, height) => {
    for (const { name, pixels, bytes } of await edgesOf(format, [width, height])) {
      const found = await seen(bytes);
      expect([name, found.width, found.height]).toEqual([name, width, height]);
      expect(farthest(pixels, found)).toBeLessThanOrEqual(MOST_OFF);
    }
  });
});
