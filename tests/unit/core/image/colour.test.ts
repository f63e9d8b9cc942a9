import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { iccSegments, iccpChunk, withJpegSegments, withPngChunks } from '../../../images/containers.ts';
import { bytesOf, pngChunk, u32be } from '../../../images/hand-built.ts';
import { greyProfile, iccProfile } from '../../../images/icc-profile.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { plain } from '../../../images/still.ts';

const profileOf = async (profile: Uint8Array): Promise<unknown> =>
  inspect(withJpegSegments(await plain('jpeg'), ...iccSegments(profile))).colour.profile;

describe('the colour profile', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)('of a %s is the one that sharp finds', async (format) => {
    const bytes = await encoded(gradient().withIccProfile('p3').toFormat(format));
    const { icc } = await sharp(bytes).metadata();
    expect(inspect(bytes).colour.profile).toMatchObject({ space: 'RGB ', bytes: icc?.length, srgb: false });
  });

  it('of a CMYK JPEG says CMYK', async () => {
    const bytes = await encoded(gradient().toColourspace('cmyk').withIccProfile('cmyk').jpeg());
    expect(inspect(bytes).colour).toMatchObject({ model: 'cmyk', profile: { space: 'CMYK' } });
  });

  it.each([
    ['sRGB under another name', iccProfile({ name: 'Monitor 7' }), true],
    ['sRGB by a table, version 2', iccProfile({ name: 'sRGB IEC61966-2.1', curve: 'srgbTable', v2: true }), true],
    ['Display P3 that calls itself sRGB', iccProfile({ name: 'sRGB', colorants: 'p3' }), false],
    ['sRGB primaries under gamma 2.2', iccProfile({ curve: 'gamma22' }), false],
    [
      'gamma 2.2, with the curves of sRGB under the same names behind',
      iccProfile({ curve: 'gamma22', again: 'srgb' }),
      false,
    ],
    ['sRGB primaries in linear light', iccProfile({ curve: 'linear' }), false],
    ['Adobe RGB', iccProfile({ colorants: 'adobe', curve: 'gamma22' }), false],
    ['a lookup table beside the matrix', iccProfile({ lookupTable: true }), false],
    ['grey under the curve of sRGB', greyProfile('srgb'), true],
    ['grey under gamma 2.2', greyProfile('gamma22'), false],
  ])('tells %s', async (_, profile, srgb) => {
    expect(await profileOf(profile)).toMatchObject({ srgb, bytes: profile.length });
  });

  it.each([true, false])('is called by its description (version 2: %s)', async (v2) => {
    expect(await profileOf(iccProfile({ name: 'Wide Gamut', v2 }))).toMatchObject({ description: 'Wide Gamut' });
  });

  it('is put together from numbered segments in any order, and is none when one is missing', async () => {
    const profile = iccProfile({ name: 'In parts' });
    const parts = iccSegments(profile, 100);
    expect(inspect(withJpegSegments(await plain('jpeg'), ...parts.toReversed())).colour.profile).toMatchObject({
      bytes: profile.length,
    });
    expect(inspect(withJpegSegments(await plain('jpeg'), ...parts.slice(1))).colour.profile).toBeNull();
  });

  it('that decompresses to far too much is none', async () => {
    const bomb = iccpChunk(new Uint8Array(200_000_000));
    expect(inspect(withPngChunks(await plain('png'), bomb)).colour.profile).toBeNull();
  });
});

describe('colour in PNG chunks', () => {
  const gama = pngChunk('gAMA', bytesOf(u32be(45_455)));
  const chrm = pngChunk('cHRM', bytesOf(...[31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000].map(u32be)));
  const srgb = pngChunk('sRGB', bytesOf([0]));
  const cicp = pngChunk('cICP', bytesOf([12, 13, 0, 1]));

  it('is read when nothing overrides it', async () => {
    expect(inspect(withPngChunks(await plain('png'), gama, chrm)).colour).toEqual({
      model: 'rgb',
      profile: null,
      cicp: null,
      gamma: 0.45455,
      chromaticities: { white: [0.3127, 0.329], red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] },
    });
  });

  it.each([
    ['sRGB', srgb],
    ['iCCP', iccpChunk(iccProfile({}))],
    ['cICP', cicp],
  ])('yields to %s', async (_, stronger) => {
    expect(inspect(withPngChunks(await plain('png'), stronger, gama, chrm)).colour).toMatchObject({
      gamma: null,
      chromaticities: null,
    });
  });

  it('knows cICP', async () => {
    expect(inspect(withPngChunks(await plain('png'), cicp)).colour.cicp).toEqual({
      primaries: 12,
      transfer: 13,
      matrix: 0,
      fullRange: true,
    });
  });
});
