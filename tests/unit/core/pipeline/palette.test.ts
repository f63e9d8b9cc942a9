/** "Compress image" on a PNG: fewer colours where the aim allows it, and a receipt that says so. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { lossesAhead } from '../../../../lib/core/pipeline/losses-ahead.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { profileFor } from '../../../../lib/core/colour/write-profile.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import { embedMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import type { Compressed } from '../../../../lib/core/pipeline/run.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { compress } from '../../../conformance/compress.ts';
import { refereeLook } from '../../../referee/ssimulacra2.ts';
import { displayP3 } from '../colour/profiles.ts';
import { drawn, flatGraphic, randomNumbers } from '../pixels/drawn.ts';

const QUALITY_75 = { aim: { kind: 'quality', quality: 75 } } as const;
/** The look of quality 75, and what the referee may have it differ by. */
const LEAST_LOOK = 82 - 0.5;

async function png({ width, height, data }: Pixels, icc: Uint8Array | null = null): Promise<Uint8Array<ArrayBuffer>> {
  const raw = sharp(data, { raw: { width, height, channels: 4 } });
  const file = new Uint8Array(await raw.png().toBuffer());
  return icc ? new Uint8Array(await embedMetadata(file, 'png', { ...EMPTY_METADATA, icc })) : file;
}

async function decoded(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes, { ignoreIcc: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

const codes = ({ receipt }: Compressed): string[] => receipt.notes.map(({ code }) => code);
const ahead = (bytes: Uint8Array, recipe: Partial<Recipe>): string[] =>
  lossesAhead(makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspect(bytes))).map(({ code }) => code);

const random = randomNumbers(11);

/** A disc in soft light, with grain as of a scan, and a soft shadow that is transparent. */
const logo = drawn(140, 120, (x, y) => {
  const far = Math.hypot(x - 60, y - 60);
  if (far > 55) return [0, 0, 0, Math.max(0, 120 - (far - 55) * 8)];
  return [40 + far * 2 + random(6), 90 + x / 2 + random(6), 200 - y + random(6), 255];
});

describe('a PNG of many colours', () => {
  it('gets fewer of them below lossless, at the look of the aim, and the receipt says how many', async () => {
    const source = await png(logo);
    const result = await compress(source, QUALITY_75);
    const lossless = await compress(source, { aim: { kind: 'lossless' } });
    expect(result.bytes.length).toBeLessThan(lossless.bytes.length * 0.75);
    expect(refereeLook(logo, await decoded(result.bytes))).toBeGreaterThan(LEAST_LOOK);
    const { colours } = result.receipt.notes.find(({ code }) => code === 'colours-reduced')?.parameters ?? {};
    expect(colours).toBeLessThan(256);
    expect(result.receipt.codec?.options).toMatchObject({ colours, level: 6 });
    expect(codes(result)).not.toContain('lossless');
    const stated = result.receipt.notes.find(({ code }) => code === 'look-measured')?.parameters ?? {};
    expect(stated).toEqual({ look: result.receipt.look });
    expect(ahead(source, QUALITY_75)).toContain('colours-reduced');
  });

  it('keeps every pixel as lossless, and above quality 90', async () => {
    const source = await png(logo);
    for (const recipe of [{ aim: { kind: 'lossless' } }, { aim: { kind: 'quality', quality: 95 } }] as const) {
      const result = await compress(source, recipe);
      expect(await decoded(result.bytes)).toEqual(logo);
      expect(codes(result)).toContain('lossless');
      expect(ahead(source, recipe)).toEqual([]);
    }
  });

  it('is not reduced a second time', async () => {
    const once = await compress(await png(logo), QUALITY_75);
    const twice = await compress(once.bytes, QUALITY_75);
    expect(await decoded(twice.bytes)).toEqual(await decoded(once.bytes));
    expect(codes(twice)).not.toContain('colours-reduced');
  });

  it('stays as it is where 256 colours do not look well enough', async () => {
    const noise = drawn(128, 128, () => [random(256), random(256), random(256)]);
    const result = await compress(await png(noise), { aim: { kind: 'quality', quality: 85 } });
    expect(await decoded(result.bytes)).toEqual(noise);
    expect(codes(result)).not.toContain('colours-reduced');
  });

  it('takes the number of colours that a person sets', async () => {
    const source = await png(flatGraphic(120));
    const result = await compress(source, { ...QUALITY_75, options: { png: { colours: 6 } } });
    expect(result.receipt.notes).toContainEqual({ kind: 'lost', code: 'colours-reduced', parameters: { colours: 6 } });
    const exact = await compress(source, { aim: { kind: 'lossless' }, options: { png: { colours: 6 } } });
    expect(await decoded(exact.bytes)).toEqual(flatGraphic(120));
  });
});

it('keeps the profile, and the numbers in its space', async () => {
  const icc = profileFor(displayP3, 'Display P3');
  const result = await compress(await png(logo, icc), QUALITY_75);
  expect(codes(result)).toEqual(expect.arrayContaining(['colours-reduced', 'profile-kept']));
  expect(extractMetadata(result.bytes, 'png').icc).toEqual(icc);
  expect(refereeLook(logo, await decoded(result.bytes))).toBeGreaterThan(LEAST_LOOK);
});

it('leaves 16 bits a channel alone', async () => {
  const data = Uint16Array.from({ length: 90 * 60 * 3 }, (_, i) => (i * 977) % 65_536);
  const deep = new Uint8Array(
    await sharp(data, { raw: { width: 90, height: 60, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
  );
  const result = await compress(deep, QUALITY_75);
  expect(inspect(result.bytes).bitDepth).toBe(16);
  expect(codes(result)).not.toContain('colours-reduced');
  expect(ahead(deep, QUALITY_75)).toEqual([]);
});

it('is no part of making a PNG of another format', async () => {
  const webp = new Uint8Array(
    await sharp(logo.data, { raw: { width: 140, height: 120, channels: 4 } })
      .webp({ lossless: true })
      .toBuffer(),
  );
  const result = await compress(webp, { ...QUALITY_75, format: 'png' });
  expect(codes(result)).toContain('lossless');
  expect(ahead(webp, { ...QUALITY_75, format: 'png' })).toEqual([]);
});

it('reduces a PNG that gets smaller in pixels as well', async () => {
  const result = await compress(await png(logo), {
    aim: { kind: 'quality', quality: 15 },
    resize: { by: 'percent', percent: 80 },
  });
  expect(codes(result)).toEqual(expect.arrayContaining(['colours-reduced', 'resized']));
});
