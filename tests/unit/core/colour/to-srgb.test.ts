import { beforeAll, describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { toEightBits, type DeepPixels } from '../../../../lib/core/colour/deep-pixels.ts';
import { sourceOfProfile } from '../../../../lib/core/colour/icc-profile.ts';
import { LINEAR, powerCurve, SRGB_CURVE, type ToneCurve } from '../../../../lib/core/colour/tone-curve.ts';
import { toSrgb } from '../../../../lib/core/colour/to-srgb.ts';
import { profileFor } from '../../../../lib/core/colour/write-profile.ts';
import { colours, deepColours, difference, greys, lcmsSrgb, sharpProfile, tagged } from './pictures.ts';
import { adobeRgb, displayP3, proPhoto, tableProfile, type TableLayout } from './profiles.ts';

/**
 * Levels of 255 from lcms, which works in fixed point on 8-bit pictures. Ignoring the profile must be far outside.
 */
const MEAN = 0.1;
const MAX = 2;

describe('pictures of three channels look as lcms says they do', () => {
  let p3OfSharp: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    p3OfSharp = await sharpProfile('p3');
  });

  it.each([
    ['Display P3 as sharp writes it', () => p3OfSharp],
    ['Display P3', () => profileFor(displayP3, 'Display P3')],
    ['Adobe RGB', () => profileFor(adobeRgb, 'Adobe RGB (1998)')],
    ['ProPhoto RGB', () => profileFor(proPhoto, 'ROMM RGB')],
  ])('%s', async (_, profile) => {
    const picture = colours();
    const truth = await lcmsSrgb(await tagged(picture, profile()));
    const ignored = difference(picture, truth);
    const found = difference(toSrgb(picture, sourceOfProfile(profile())), truth);
    expect(found.max).toBeLessThanOrEqual(MAX);
    expect(found.mean).toBeLessThan(MEAN);
    expect(ignored.mean).toBeGreaterThan(50 * MEAN);
  });

  it('16 bits are not reduced before the conversion: as the formula says, and closer than by way of 8 bits', () => {
    const picture = deepColours();
    const truth = displayP3ByFormula(picture);
    expect(difference(toSrgb(picture, displayP3), truth).max).toBe(0);
    expect(difference(toSrgb(toEightBits(picture), displayP3), truth).max).toBeGreaterThan(0);
  });

  it('sRGB stays sRGB', async () => {
    const picture = colours();
    const found = toSrgb(structuredClone(picture), sourceOfProfile(await sharpProfile('srgb')));
    expect(difference(picture, rgbOf(found)).max).toBeLessThanOrEqual(1);
  });
});

describe('grey', () => {
  it.each([
    ['gamma 1.8', powerCurve(1.8)],
    ['gamma 2.4', powerCurve(2.4)],
    ['the curve of sRGB', SRGB_CURVE],
  ])('of %s looks as lcms says', async (_, curve) => {
    const profile = greyProfile(curve);
    const picture = greys();
    const truth = await lcmsSrgb(await tagged(picture, profile, 'grey'));
    const found = difference(toSrgb(picture, sourceOfProfile(profile)), truth);
    expect(found.max).toBeLessThanOrEqual(1);
  });

  it('of linear light is exact, where lcms draws lines between few points', () => {
    const found = toSrgb(greys(), { kind: 'grey', curve: LINEAR });
    expect(Array.from({ length: 256 }, (_, i) => found.data[i * 4])).toEqual(
      Array.from({ length: 256 }, (_, i) => Math.round(255 * srgbFormula(i / 255))),
    );
  });

  it('as a profile of three channels means the same', () => {
    const profile = greyProfile(powerCurve(1.8));
    const asRgb = profileFor(sourceOfProfile(profile), 'Grey');
    const straight = toSrgb(greys(), sourceOfProfile(profile));
    expect(difference(toSrgb(greys(), sourceOfProfile(asRgb)), rgbOf(straight)).max).toBe(0);
  });
});

describe('profiles of tables', () => {
  it.each<[TableLayout, number]>([
    ['mft1', 0],
    ['mft2', 0],
    ['mAB ', 0],
  ])('%s look as lcms says', async (layout, black) => {
    const profile = tableProfile(layout, black);
    const picture = colours();
    const truth = await lcmsSrgb(await tagged(picture, profile));
    const ignored = difference(picture, truth);
    const found = difference(toSrgb(picture, sourceOfProfile(profile)), truth);
    // lcms samples the whole way on a grid of its own first, so single colours are a few levels off.
    expect(found.max).toBeLessThanOrEqual(8);
    expect(found.mean).toBeLessThan(0.25);
    expect(ignored.mean).toBeGreaterThan(5);
  });

  it('a large picture goes through a grid, close to all steps', () => {
    const source = sourceOfProfile(tableProfile('mft2'));
    const small = colours();
    const times = 16;
    const large = {
      width: small.width,
      height: small.height * times,
      data: new Uint8ClampedArray(small.data.length * times),
    };
    for (let i = 0; i < times; i++) large.data.set(small.data, i * small.data.length);
    const sampled = toSrgb(large, source);
    const found = difference(
      { ...small, data: sampled.data.subarray(-small.data.length) },
      rgbOf(toSrgb(small, source)),
    );
    expect(found.max).toBeLessThanOrEqual(2);
    expect(found.mean).toBeLessThan(0.1);
  });

  it('the darkest colour becomes black', () => {
    const picture = toSrgb(greys(), sourceOfProfile(tableProfile('mft2', 0.01)));
    expect([...picture.data.subarray(0, 4), ...picture.data.subarray(255 * 4)]).toEqual([
      0, 0, 0, 255, 255, 255, 255, 255,
    ]);
  });
});

it('alpha, and the colours under it, are straight', () => {
  const picture = colours();
  for (let i = 0; i < picture.data.length; i += 4) picture.data[i + 3] = (i / 4) % 256;
  const opaque = toSrgb(colours(), displayP3);
  const found = toSrgb(picture, displayP3);
  expect(difference(found, rgbOf(opaque)).max).toBe(0);
  expect(found.data.every((value, i) => i % 4 !== 3 || value === (i >> 2) % 256)).toBe(true);
});

/** IEC 61966-2-1, 5.2. */
function srgbFormula(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** By the sample code of CSS Color 4, section 18: its matrices as fractions, its sRGB curve both ways. */
function displayP3ByFormula({ data }: DeepPixels): Uint8Array {
  const toXyz = [
    [608311 / 1250200, 189793 / 714400, 198249 / 1000160],
    [35783 / 156275, 247089 / 357200, 198249 / 2500400],
    [0, 32229 / 714400, 5220557 / 5000800],
  ];
  const toSrgbLight = [
    [12831 / 3959, -329 / 214, -1974 / 3959],
    [-851781 / 878810, 1648619 / 878810, 36519 / 878810],
    [705 / 12673, -2585 / 12673, 705 / 667],
  ];
  const times = (m: number[][], v: number[]): number[] =>
    m.map((row) => row.reduce((sum, cell, i) => sum + cell * (v[i] ?? 0), 0));
  const result: number[] = [];
  for (let i = 0; i < data.length; i += 4) {
    const light = Array.from(data.subarray(i, i + 3), (value) =>
      value / 65535 <= 0.04045 ? value / 65535 / 12.92 : ((value / 65535 + 0.055) / 1.055) ** 2.4,
    );
    result.push(
      ...times(toSrgbLight, times(toXyz, light)).map((value) =>
        Math.round(255 * srgbFormula(Math.min(1, Math.max(0, value)))),
      ),
    );
  }
  return Uint8Array.from(result);
}

function rgbOf({ data }: Pixels): Uint8Array {
  return Uint8Array.from({ length: (data.length / 4) * 3 }, (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)]!);
}

/** profileFor writes three channels; a grey profile has one curve and a space of its own. */
function greyProfile(curve: ToneCurve): Uint8Array<ArrayBuffer> {
  const profile = profileFor({ kind: 'grey', curve }, 'Grey');
  const text = Buffer.from(profile.buffer);
  text.write('GRAY', 16, 'latin1');
  text.write('kTRC', text.indexOf('rTRC'), 'latin1');
  return profile;
}
