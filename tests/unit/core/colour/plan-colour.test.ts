import { describe, expect, it } from 'vitest';
import { applyColourPlan } from '../../../../lib/core/colour/convert.ts';
import { planColour } from '../../../../lib/core/colour/plan-colour.ts';
import { powerCurve } from '../../../../lib/core/colour/tone-curve.ts';
import { profileFor } from '../../../../lib/core/colour/write-profile.ts';
import {
  OUTPUT_FORMATS,
  type Cicp,
  type Colour,
  type IccProfile,
  type Inspection,
} from '../../../../lib/core/image/inspection.ts';
import { colours, difference, greys, lcmsSrgb, sharpProfile, tagged } from './pictures.ts';
import { displayP3 } from './profiles.ts';

const SRGB = { description: 'sRGB', space: 'RGB ', bytes: 480, srgb: true } satisfies IccProfile;
const P3 = { description: 'Display P3', space: 'RGB ', bytes: 480, srgb: false } satisfies IccProfile;
const GREY = { description: 'Dot Gain 20%', space: 'GRAY', bytes: 400, srgb: false } satisfies IccProfile;
const CMYK = { description: 'FOGRA39', space: 'CMYK', bytes: 500_000, srgb: false } satisfies IccProfile;
const CICP = (primaries: number, transfer: number): Cicp => ({ primaries, transfer, matrix: 0, fullRange: true });

function image(
  format: Inspection['format'],
  colour: Partial<Colour>,
  exotic: string | null = null,
): Pick<Inspection, 'format' | 'colour' | 'coding'> {
  return {
    format,
    colour: { model: 'rgb', profile: null, cicp: null, gamma: null, chromaticities: null, ...colour },
    coding: { lossless: false, quality: null, progressive: false, unsupportedCoding: exotic },
  };
}

describe('what becomes of the colour space', () => {
  it.each([
    ['nothing said', image('jpeg', {}), 'protect', 'webp', 'none', null],
    ['sRGB by a profile', image('jpeg', { profile: SRGB }), 'protect', 'jpeg', 'none', 'profile-dropped-srgb'],
    [
      'sRGB by a profile, all metadata kept',
      image('jpeg', { profile: SRGB }),
      'keep',
      'jpeg',
      'keep-profile',
      'profile-kept',
    ],
    ['Display P3', image('jpeg', { profile: P3 }), 'protect', 'jpeg', 'keep-profile', 'profile-kept'],
    ['Display P3 to AVIF', image('jpeg', { profile: P3 }), 'protect', 'avif', 'keep-profile', 'profile-kept'],
    ['Display P3 to JPEG XL', image('jpeg', { profile: P3 }), 'protect', 'jxl', 'convert', 'converted-to-srgb'],
    ['Display P3, metadata stripped', image('jpeg', { profile: P3 }), 'strip', 'jpeg', 'convert', 'converted-to-srgb'],
    [
      'Display P3 in JPEG XL, whose decoder converts',
      image('jxl', { profile: P3 }),
      'protect',
      'webp',
      'none',
      'converted-to-srgb',
    ],
    [
      'grey of its own curve',
      image('jpeg', { model: 'grey', profile: GREY }),
      'protect',
      'jpeg',
      'make-profile',
      'profile-kept',
    ],
    ['a grey profile on colours says nothing', image('jpeg', { profile: GREY }), 'protect', 'jpeg', 'none', null],
    [
      'CMYK, which the browser converts',
      image('jpeg', { model: 'cmyk', profile: CMYK }, 'CMYK'),
      'protect',
      'jpeg',
      'none',
      'converted-to-srgb',
    ],
    ['sRGB by nclx', image('avif', { cicp: CICP(1, 13) }), 'protect', 'avif', 'none', null],
    ['unspecified by nclx', image('avif', { cicp: CICP(2, 2) }), 'protect', 'avif', 'none', null],
    ['Display P3 by nclx', image('avif', { cicp: CICP(12, 13) }), 'protect', 'jpeg', 'make-profile', 'profile-kept'],
    [
      'Display P3 by cICP, metadata stripped',
      image('png', { cicp: CICP(12, 13) }),
      'strip',
      'png',
      'convert',
      'converted-to-srgb',
    ],
    ['PQ', image('avif', { cicp: CICP(9, 16) }), 'protect', 'avif', 'convert', 'tone-mapped'],
    ['HLG', image('png', { cicp: CICP(9, 18) }), 'keep', 'webp', 'convert', 'tone-mapped'],
    ['gAMA of sRGB', image('png', { gamma: 0.45455 }), 'protect', 'png', 'none', null],
    ['gAMA of linear light', image('png', { gamma: 1 }), 'protect', 'webp', 'make-profile', 'profile-kept'],
  ] as const)('%s', (_, inspection, metadata, output, action, note) => {
    const plan = planColour(inspection, { metadata }, output);
    expect([plan.action, plan.notes.map(({ code }) => code)]).toEqual([action, note === null ? [] : [note]]);
  });

  it('in PNG cICP is before iCCP, elsewhere a profile is before nclx', () => {
    const both = { profile: P3, cicp: CICP(1, 13) };
    expect(planColour(image('png', both), { metadata: 'protect' }, 'png').action).toBe('none');
    expect(planColour(image('avif', both), { metadata: 'protect' }, 'png').action).toBe('keep-profile');
  });

  it.each(OUTPUT_FORMATS)('a wide space never becomes %s without its profile or a conversion', (output) => {
    for (const metadata of ['strip', 'protect', 'keep'] as const) {
      for (const format of ['jpeg', 'png', 'webp', 'avif', 'heic', 'tiff'] as const) {
        expect(planColour(image(format, { profile: P3 }), { metadata }, output).action).toMatch(
          /^(keep-profile|convert)$/,
        );
      }
    }
  });
});

describe('carrying it out', () => {
  const P3_COLOUR = image('jpeg', { profile: P3 }).colour;

  it('keeps pixels and profile', async () => {
    const icc = await sharpProfile('p3');
    const found = applyColourPlan({ action: 'keep-profile', by: 'profile' }, colours(), P3_COLOUR, icc);
    expect(found.profile).toBe(icc);
    expect(found.pixels.data).toEqual(colours().data);
  });

  it.each([
    ['a grey profile', image('png', { model: 'grey', profile: GREY }).colour, 'profile'],
    ['nclx', image('avif', { cicp: CICP(12, 13) }).colour, 'cicp'],
    ['gAMA', image('png', { gamma: 1 / 1.8 }).colour, 'png-gamma'],
  ] as const)('a profile made of %s shows in lcms what the conversion gives', async (_, colour, by) => {
    const grey = profileFor({ kind: 'grey', curve: powerCurve(1.8) }, 'Grey');
    const icc = by === 'profile' ? grey : null;
    const picture = (): ReturnType<typeof greys> => (by === 'profile' ? greys() : colours());
    const made = applyColourPlan({ action: 'make-profile', by }, picture(), colour, icc);
    const converted = applyColourPlan({ action: 'convert', by }, picture(), colour, icc);
    expect(made.pixels.data).toEqual(picture().data);
    expect(converted.profile).toBeNull();
    const truth = await lcmsSrgb(await tagged(made.pixels, made.profile ?? new Uint8Array()));
    const { mean, max } = difference(converted.pixels, truth);
    expect(max).toBeLessThanOrEqual(2);
    expect(mean).toBeLessThan(0.1);
  });

  it('a damaged profile is left out, and said', () => {
    const found = applyColourPlan(
      { action: 'convert', by: 'profile' },
      colours(),
      P3_COLOUR,
      profileFor(displayP3, 'P3').subarray(0, 200),
    );
    expect([found.profile, found.notes.map(({ code }) => code)]).toEqual([null, ['profile-unreadable']]);
    expect(found.pixels.data).toEqual(colours().data);
  });
});
