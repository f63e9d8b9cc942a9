/** PngSuite (Willem van Schaik), and files on which libpng once failed. Fetched; left out with a reason where they are not there. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { compress, exactly, notesOf } from '../../conformance/compress.ts';
import { difference } from '../../conformance/difference.ts';
import { fetchedSet } from '../../conformance/fetched.ts';
import { seen } from '../../conformance/seen.ts';

const suite = fetchedSet('pngsuite');
/** Where a set is not there, the reason stands in for its files, and is skipped. */
const orReason = (missing: string, files: readonly string[]): readonly string[] => (missing ? [missing] : files);
const good = orReason(
  suite.missing,
  suite.files.filter((file) => !file.startsWith('x')),
);
const bad = orReason(
  suite.missing,
  suite.files.filter((file) => file.startsWith('x')),
);

/** Levels. A gamma of 0.35 to 2.5 makes one level before many after: by lcms, whose curves are tables, 8 in the darks. */
const CONVERTED = { mean: 0.6, max: 2 };
/** SSIMULACRA 2 that quality 75 stands for (`lib/core/pipeline/palette-aim.ts`). */
const LOOK_OF_75 = 82;
const PROFILED = { mean: 1.5, max: 12 };

describe.skipIf(suite.missing)('good files of PngSuite', () => {
  it.each(good)('%s stays what it is, sample by sample, in fewer bytes', async (file) => {
    const bytes = suite.read(file);
    const { bytes: result } = await compress(bytes, { aim: { kind: 'lossless' } });
    expect(result.length).toBeLessThanOrEqual(bytes.length);
    expect(difference16(await samples(bytes), await samples(result))).toBe(0);
    // The same numbers mean the same.
    const [was, is] = [inspect(bytes).colour, inspect(result).colour];
    expect([is.gamma, is.chromaticities, is.profile, is.cicp]).toEqual([
      was.gamma,
      was.chromaticities,
      was.profile,
      was.cicp,
    ]);
  });

  it.each(good)('%s at quality 75 keeps every sample or says that it has fewer colours', async (file) => {
    const bytes = suite.read(file);
    const { bytes: result, receipt } = await compress(bytes);
    expect(result.length).toBeLessThanOrEqual(bytes.length);
    if (notesOf(receipt).includes('colours-reduced')) expect(receipt.look).toBeGreaterThanOrEqual(LOOK_OF_75);
    else expect(difference16(visible(await samples(bytes)), visible(await samples(result)))).toBe(0);
  });

  it.each(good)('%s looks as its gamma says, converted and by a profile', async (file) => {
    const bytes = suite.read(file);
    const truth = await byGamma(bytes, inspect(bytes).colour.gamma);
    for (const [metadata, bound] of [
      ['strip', CONVERTED],
      ['protect', PROFILED],
    ] as const) {
      const { bytes: result, receipt } = await compress(bytes, exactly('webp', { metadata }));
      const { mean, max, alpha } = difference(truth, await seen(result));
      expect({
        file,
        metadata,
        mean,
        max,
        alpha,
        within: mean <= bound.mean && max <= bound.max && alpha === 0,
      }).toMatchObject({ within: true });
      expect(notesOf(receipt).includes('depth-reduced')).toBe(inspect(bytes).bitDepth === 16);
    }
  });
});

describe.skipIf(suite.missing)('bad files of PngSuite', () => {
  /** Only a checksum is wrong: the picture is whole, and a decoder may pass over it. */
  const WHOLE = ['xcsn0g01.png', 'xhdn0g08.png'];

  it.each(bad)('%s ends in a CompressionError', async (file) => {
    const bytes = suite.read(file);
    for (const recipe of [{}, exactly('webp'), { aim: { kind: 'untouched' } } as const]) {
      const found = await compress(bytes, recipe).catch((thrown: unknown) => thrown);
      if (WHOLE.includes(file) && !(found instanceof Error)) continue;
      expect(found).toMatchObject({
        name: 'CompressionError',
        code: expect.stringMatching(/^(corrupt|truncated|not-an-image)$/),
      });
    }
  });
});

const libpng = fetchedSet('libpng');

describe.skipIf(libpng.missing)('files on which libpng failed', () => {
  it.each(
    orReason(
      libpng.missing,
      libpng.files.filter((file) => /^(bad|huge|empty)/.test(file)),
    ),
  )('%s ends in a CompressionError or in the right picture', async (file) => {
    const bytes = libpng.read(file);
    for (const recipe of [{}, exactly('webp')]) {
      const found = await compress(bytes, recipe).catch((thrown: unknown) => thrown);
      if (found instanceof Error)
        expect(found).toMatchObject({ name: 'CompressionError', code: expect.stringMatching(/^(corrupt|truncated)$/) });
      else expect((await sharp((found as { bytes: Uint8Array }).bytes).metadata()).width).toBe(inspect(bytes).width);
    }
  });
});

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
  readonly values: Uint8Array | Uint16Array;
}

/** Stored samples, whatever profile or gamma there is: RGBA of 8 or 16 bits. */
async function samples(png: Uint8Array): Promise<Samples> {
  const deep = (await sharp(png).metadata()).depth === 'ushort';
  const image = sharp(png, { ignoreIcc: true })
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .ensureAlpha();
  const { data, info } = await image.raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true });
  const values = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return { width: info.width, height: info.height, bits: deep ? 16 : 8, values };
}

/** Colours under full transparency are nobody's loss. */
function visible(all: Samples): Samples {
  return { ...all, values: all.values.map((value, i) => (all.values[i - (i % 4) + 3] === 0 ? 0 : value)) };
}

/** Levels of 65 535: 8 bits are the high and the low byte of as many of 16. */
function difference16(a: Samples, b: Samples): number {
  const [before, after] = [a, b].map(({ bits, values }) =>
    Uint16Array.from(values, (value) => (bits === 16 ? value : value * 257)),
  );
  if (before?.length !== after?.length) return Infinity;
  return before?.reduce((most, value, i) => Math.max(most, Math.abs(value - (after?.[i] ?? 0))), 0) ?? Infinity;
}

/** PNG (Third Edition), 13.13: a sample to the power of one over the file's gamma is light; what says sRGB's own gamma is sRGB. */
async function byGamma(png: Uint8Array, gamma: number | null): Promise<Pixels> {
  const { width, height, bits, values } = await samples(png);
  const most = 2 ** bits - 1;
  const encode = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
  const isSrgb = gamma === null || Math.abs(gamma * 2.2 - 1) <= 0.05;
  const shown = (value: number, i: number): number =>
    isSrgb || i % 4 === 3 ? value / most : encode((value / most) ** (1 / gamma));
  return { width, height, data: Uint8ClampedArray.from(values, (value, i) => Math.round(255 * shown(value, i))) };
}
