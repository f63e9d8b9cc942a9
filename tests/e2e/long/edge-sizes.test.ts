/** Pictures of hardly any size through each encoder, shown by Chromium's `<img>`. */
import { beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS } from '../../../lib/core/image/inspection.ts';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { chromiumShows } from '../../conformance/chromium-shows.ts';
import { EDGE_SIZES, edgesOf, farthest, MOST_OFF, type Edge } from '../../conformance/edge-sizes.ts';

/** What the canvas rounds under alpha. */
const ROUNDED = 3;

const cases = new Map<string, { readonly edge: Edge; readonly shown: Pixels | null }[]>();

beforeAll(async () => {
  const all: [string, Edge][] = [];
  for (const format of OUTPUT_FORMATS)
    for (const size of EDGE_SIZES) for (const edge of await edgesOf(format, size)) all.push([format, edge]);
  const shown = await chromiumShows(all.map(([, { bytes }]) => bytes));
  for (const [i, [format, edge]] of all.entries())
    cases.set(format, [...(cases.get(format) ?? []), { edge, shown: shown[i] ?? null }]);
}, 120_000);

describe.each(OUTPUT_FORMATS)('%s', (format) => {
  it('of hardly any size is shown in its size, with its pixels', () => {
    const off = cases.get(format)?.flatMap(({ edge: { name, pixels }, shown }) => {
      if (!shown) return [`${name} is not shown`];
      if (shown.width !== pixels.width || shown.height !== pixels.height)
        return [`${name} is shown as ${shown.width} x ${shown.height}`];
      const levels = farthest(pixels, shown);
      return levels > MOST_OFF + ROUNDED ? [`${name} is ${levels.toFixed(1)} levels off`] : [];
    });
    expect(off).toEqual([]);
  });
});
