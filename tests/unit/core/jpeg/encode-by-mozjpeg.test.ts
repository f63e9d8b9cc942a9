/** mozjpeg's coefficients in scans of our own: the pixels of its sequential file, read by libjpeg-turbo, in no more bytes than its own scans. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { OptionValues, Pixels } from '../../../../lib/core/codecs/codec.ts';
import { codecs } from '../../../../lib/core/codecs/registry.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { encodeByMozjpeg } from '../../../../lib/core/jpeg/encode-by-mozjpeg.ts';
import { compress } from '../../../conformance/compress.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { photograph } from './pictures.ts';

const OPTIONS = { quality: 75, progressive: true, chroma_subsample: 2, quant_table: 3 };

const encoded = (pixels: Pixels, options: OptionValues = {}): Promise<Uint8Array<ArrayBuffer>> =>
  encodeByMozjpeg(pixels, { ...OPTIONS, ...options }, loadWasm);
const byMozjpegAlone = (pixels: Pixels, options: OptionValues = {}): Promise<Uint8Array<ArrayBuffer>> =>
  codecs.jpeg.encode(pixels, { ...OPTIONS, ...options }, loadWasm);
const decoded = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes, { failOn: 'warning' }).raw().toBuffer();

const SIZES = [
  [1, 1],
  [1, 40],
  [17, 33],
  [64, 48],
  [250, 131],
] as const;
const MORE_OPTIONS: readonly OptionValues[] = [
  {},
  { chroma_subsample: 1 },
  { quality: 1 },
  { quality: 100, chroma_subsample: 1 },
  // Its steps pass 255, so it is no baseline file.
  { quality: 5, quant_table: 2 },
  { quality: 92, quant_table: 0 },
];

describe('a JPEG of mozjpeg in scans of our own', () => {
  it.each(SIZES)('of %i x %i has the pixels of the sequential one', async (width, height) => {
    const pixels = photograph(width, height);
    for (const options of MORE_OPTIONS) {
      const found = await encoded(pixels, options);
      expect(inspect(found).coding.progressive).toBe(true);
      const sequential = await byMozjpegAlone(pixels, { ...options, progressive: false });
      expect((await decoded(found)).equals(await decoded(sequential)), JSON.stringify(options)).toBe(true);
    }
  });

  it.each([50, 75, 88])('is not larger than in its own scans at quality %i', async (quality) => {
    const pixels = photograph(320, 240);
    for (const chroma_subsample of [1, 2]) {
      const [ours, its] = await Promise.all([
        encoded(pixels, { quality, chroma_subsample }),
        byMozjpegAlone(pixels, { quality, chroma_subsample }),
      ]);
      expect(ours.length / its.length).toBeLessThan(1.005);
    }
  });

  it('is the very file of mozjpeg where it is to be sequential', async () => {
    const pixels = photograph(90, 60);
    expect(await encoded(pixels, { progressive: false })).toEqual(await byMozjpegAlone(pixels, { progressive: false }));
  });

  it('is the same bytes each time, whatever was written between', async () => {
    const pixels = photograph(160, 120);
    const first = await encoded(pixels);
    await encoded(photograph(333, 21), { quality: 20, chroma_subsample: 1 });
    expect(Buffer.from(await encoded(pixels)).equals(Buffer.from(first))).toBe(true);
  });

  it('is what a recipe of a quality gets', async () => {
    const pixels = photograph(160, 120);
    const { data, width, height } = pixels;
    const png = await sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
    const recipe = { format: 'jpeg', aim: { kind: 'quality', quality: 75 } } as const;
    const { bytes } = await compress(new Uint8Array(png), recipe);
    expect(Buffer.from(bytes).equals(Buffer.from(await encoded(pixels)))).toBe(true);
  });
});
