/** Files with faults: what is shown by browsers is read as they show it, and said; what nobody shows is refused. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import type { Recipe } from '../../../../lib/core/model/recipe.ts';
import { compress, exactly } from '../../../conformance/compress.ts';
import { oddAvifs } from '../../../images/odd/avif.ts';
import { oddBmps, oddIcons } from '../../../images/odd/bmp.ts';
import { oddGifs } from '../../../images/odd/gif.ts';
import { oddJpegs } from '../../../images/odd/jpeg.ts';
import type { OddFile } from '../../../images/odd/odd-file.ts';
import { oddPngs } from '../../../images/odd/png.ts';
import { oddTiffs } from '../../../images/odd/tiff.ts';
import { oddWebps } from '../../../images/odd/webp.ts';

/** As colour multiplied with alpha, in which what nobody sees is 0. */
async function shownBy(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

function visible({ width, height, data }: Pixels): unknown {
  const seen = data.slice();
  for (let i = 0; i < seen.length; i += 4) if (seen[i + 3] === 0) seen.fill(0, i, i + 4);
  return { width, height, data: Buffer.from(seen).toString('hex') };
}

/** Nothing may be lost on these ways: by our decoder, and as the file itself. */
const WAYS: readonly Partial<Recipe>[] = [
  exactly('webp', { animation: 'first-frame' }),
  exactly('png', { animation: 'first-frame' }),
];

const CLEAN_ONLY: Partial<Recipe> = { format: 'same', aim: { kind: 'untouched' }, resize: null };

function check(files: readonly OddFile[]): void {
  const known = files.flatMap(({ name, bytes, right }) => (typeof right === 'object' ? [{ name, bytes, right }] : []));
  it.each(known)('$name is read', async ({ bytes, right }) => {
    for (const recipe of WAYS) {
      const { bytes: result } = await compress(bytes, recipe);
      expect(visible(await shownBy(result))).toEqual(visible(right));
    }
  });

  const others = files.filter(({ right }) => right === 'shown');
  it.each(others)('$name is read or refused with a code', async ({ bytes }) => {
    for (const recipe of [...WAYS, {}]) {
      const found = await compress(bytes, recipe).catch((thrown: unknown) => thrown);
      if (found instanceof Error) expect(found).toMatchObject({ name: 'CompressionError', code: EXPECTED });
    }
  });

  it.each(files.filter(({ right }) => right === 'refused'))('$name is refused', async ({ bytes }) => {
    for (const recipe of [...WAYS, {}, CLEAN_ONLY])
      await expect(compress(bytes, recipe)).rejects.toMatchObject({ name: 'CompressionError', code: EXPECTED });
  });
}

describe('a GIF whose first picture is larger than its screen', () => {
  it('is as large as that before it is decoded, so that limits see it', () => {
    const file = oddGifs().find(({ name }) => name === 'a picture past the screen');
    expect(inspect(file?.bytes ?? new Uint8Array())).toMatchObject({ width: 20, height: 10 });
  });

  it('is refused where that is more than a header can state', async () => {
    const file = oddGifs().find(({ name }) => name === 'a picture past the screen');
    const bytes = new Uint8Array(file?.bytes ?? []);
    const descriptor = bytes.indexOf(0x2c);
    // From the top: 0xffff.
    bytes.fill(0xff, descriptor + 3, descriptor + 5);
    expect(inspect(bytes).height).toBeGreaterThan(0xffff);
    await expect(compress(bytes)).rejects.toMatchObject({ code: 'too-many-pixels' });
  });
});

describe('alpha beside a lossy WebP', () => {
  it('is shown where VP8X tells of it', async () => {
    const files = await oddWebps();
    const leastAlpha = async (named: string): Promise<number> => {
      const { bytes } = await compress(files.find(({ name }) => name === named)?.bytes ?? new Uint8Array(), WAYS[1]);
      const { data } = await shownBy(bytes);
      return data.reduce((least, level, i) => (i % 4 === 3 ? Math.min(least, level) : least), 255);
    };
    expect(await leastAlpha('lossy, alpha that VP8X does not tell')).toBe(255);
    expect(await leastAlpha('lossy, alpha that VP8X tells')).toBe(0);
    expect(await leastAlpha('moving, lossy, alpha that VP8X does not tell')).toBe(0);
  });
});

const EXPECTED = expect.stringMatching(
  /^(corrupt|truncated|unsupported-format|unsupported-variant|not-an-image)$/,
) as string;

describe('an odd PNG', () => check(oddPngs()));
describe('an odd GIF', () => check(oddGifs()));
describe('an odd BMP', () => check(oddBmps()));
describe('an odd icon', () => check(oddIcons()));
describe('an odd TIFF', () => check(oddTiffs()));
describe('an odd WebP', async () => check(await oddWebps()));
describe('an odd JPEG', async () => check(await oddJpegs()));
describe('an odd AVIF', async () => check(await oddAvifs()));
