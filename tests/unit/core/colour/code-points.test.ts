import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { isSrgbCicp, sourceOfCicp } from '../../../../lib/core/colour/cicp-colour.ts';
import type { DeepPixels } from '../../../../lib/core/colour/deep-pixels.ts';
import { multiply, XYZ_TO_SRGB } from '../../../../lib/core/colour/matrix.ts';
import { isSrgbPngGamma, sourceOfPngGamma } from '../../../../lib/core/colour/png-gamma.ts';
import { toSrgb } from '../../../../lib/core/colour/to-srgb.ts';

const row = (...values: number[]): DeepPixels => ({
  width: values.length,
  height: 1,
  data: Uint16Array.from(
    values.flatMap((value) => [value, value, value, 1]),
    (value) => Math.round(value * 65535),
  ),
});
const reds = ({ data }: Pixels): number[] => Array.from({ length: data.length / 4 }, (_, i) => data[i * 4] ?? 0);

describe('primaries', () => {
  it.each([
    // ITU-R BT.2407, 2: BT.2020 to BT.709; CSS Color 4, 10.4: Display P3 to sRGB.
    [9, [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187]],
    [12, [1.2249, -0.2249, 0, -0.042, 1.042, 0, -0.0197, -0.0786, 1.0983]],
  ] as const)('%i have the published matrix', (primaries, published) => {
    const source = sourceOfCicp({ primaries, transfer: 13 });
    const matrix = source.kind === 'rgb' ? multiply(XYZ_TO_SRGB, source.toXyz) : [];
    matrix.forEach((cell, i) => expect(cell).toBeCloseTo(published[i] ?? NaN, 2.7));
  });

  it('of the television standards with their curves are shown as sRGB', () => {
    expect([1, 6, 13, 14, 15].every((transfer) => isSrgbCicp({ primaries: 1, transfer }))).toBe(true);
    expect([
      isSrgbCicp({ primaries: 9, transfer: 1 }),
      isSrgbCicp({ primaries: 1, transfer: 8 }),
      isSrgbCicp({ primaries: 1, transfer: 16 }),
    ]).toEqual([false, false, false]);
  });

  it('that are reserved are refused', () => {
    expect(() => sourceOfCicp({ primaries: 3, transfer: 13 })).toThrow(/unsupported-variant/);
    expect(() => sourceOfCicp({ primaries: 1, transfer: 9 })).toThrow(/unsupported-variant/);
  });
});

describe('high dynamic range', () => {
  // SMPTE ST 2084 of 0, 5, 50, 203 and 1000 cd/m2, from ITU-R BT.2408, table 1 and its curve.
  const [black, dark, middle, white, bright] = [0, 0.24785, 0.44028, 0.58069, 0.75183];

  it('up to white is shown as it is', () => {
    const found = reds(toSrgb(row(black, dark, middle, white), sourceOfCicp({ primaries: 1, transfer: 16 })));
    const expected = [0, 5, 50, 203]
      .map((light) => Math.round(255 * (1.055 * (light / 203) ** (1 / 2.4) - 0.055)))
      .map((value) => Math.max(0, value));
    found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThanOrEqual(1));
  });

  it('beyond white rolls off: the peak is white, white is a little less, darks stay', () => {
    const found = reds(toSrgb(row(black, dark, middle, white, bright), sourceOfCicp({ primaries: 1, transfer: 16 })));
    expect(found[4]).toBeGreaterThanOrEqual(253);
    expect(found[3]).toBeGreaterThan(200);
    expect(found[3]).toBeLessThan(250);
    expect(Math.abs((found[1] ?? 0) - 43)).toBeLessThanOrEqual(1);
  });

  it.each([16, 18])('greys stay grey and in order (transfer %i)', (transfer) => {
    const steps = row(...Array.from({ length: 512 }, (_, i) => i / 511));
    const { data } = toSrgb(steps, sourceOfCicp({ primaries: 9, transfer }));
    for (let i = 0; i < data.length; i += 4) {
      expect(Math.max(Math.abs(data[i]! - data[i + 1]!), Math.abs(data[i]! - data[i + 2]!))).toBeLessThanOrEqual(1);
      if (i > 0) expect(data[i]!).toBeGreaterThanOrEqual(data[i - 4]!);
    }
    expect(data[data.length - 4]).toBeGreaterThanOrEqual(254);
  });

  it("HLG's reference white of 75 % is white when nothing is brighter", () => {
    const found = reds(toSrgb(row(0, 0.75), sourceOfCicp({ primaries: 9, transfer: 18 })));
    expect(found[1]).toBeGreaterThanOrEqual(254);
  });

  it('a single spark does not darken the rest', () => {
    const steps = row(...new Array<number>(5000).fill(white), 1);
    const alone = row(...new Array<number>(5000).fill(white));
    const source = sourceOfCicp({ primaries: 9, transfer: 16 });
    expect(Math.abs((reds(toSrgb(steps, source))[0] ?? 0) - (reds(toSrgb(alone, source))[0] ?? 0))).toBeLessThanOrEqual(
      1,
    );
  });
});

describe('gAMA and cHRM', () => {
  it("sRGB by PNG's own numbers is sRGB", () => {
    const chromaticities = {
      white: [0.3127, 0.329],
      red: [0.64, 0.33],
      green: [0.3, 0.6],
      blue: [0.15, 0.06],
    } as const;
    expect(isSrgbPngGamma({ gamma: 0.45455, chromaticities })).toBe(true);
    expect(isSrgbPngGamma({ gamma: 1, chromaticities: null })).toBe(false);
    expect(isSrgbPngGamma({ gamma: 0.45455, chromaticities: { ...chromaticities, green: [0.21, 0.71] } })).toBe(false);
  });

  it('linear light is lightened', () => {
    expect(reds(toSrgb(row(0, 0.214, 1), sourceOfPngGamma({ gamma: 1, chromaticities: null })))).toEqual([0, 127, 255]);
  });

  it.each([0, -1, NaN, Infinity])('a gamma of %d says nothing', (gamma) => {
    expect(isSrgbPngGamma({ gamma, chromaticities: null })).toBe(true);
  });
});
