/** All eight orientations, in every format that has them, come out upright: once, and to the pixel. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { OUTPUT_FORMATS, type Orientation } from '../../../lib/core/image/inspection.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { compress, exactly } from '../../conformance/compress.ts';
import { difference, unequal } from '../../conformance/difference.ts';
import { turnedHeif } from '../../conformance/heif-turn.ts';
import { cjxl } from '../../conformance/inputs.ts';
import { missing } from '../../conformance/programs.ts';
import { seen, turned } from '../../conformance/seen.ts';
import { encoded, gradient, SIZE } from '../../images/pictures.ts';
import { withOrientation } from '../../images/still.ts';
import { pattern, SIZE as HEIC_SIZE } from '../core/decoders/heic/pattern.ts';

const noCjxl = missing('cjxl', 'djxl');

const avif = (orientation: Orientation): Promise<Uint8Array> =>
  encoded(gradient().avif({ lossless: true })).then((file) => turnedHeif(file, orientation));
const heic = async (orientation: Orientation): Promise<Uint8Array> =>
  turnedHeif(
    new Uint8Array(await readFile(new URL('../core/decoders/heic/opaque.heic', import.meta.url))),
    orientation,
  );
/** The codestream's own field: cjxl takes it from the JPEG's EXIF. */
const jxl = async (orientation: Orientation): Promise<Uint8Array> =>
  cjxl(
    await encoded(gradient().withMetadata({ orientation }).jpeg({ quality: 95, chromaSubsampling: '4:4:4' })),
    'jpg',
    '-d',
    '1',
    '-j',
    '0',
  );

/** The pixels as they are stored, before any turn; null where the file itself, read by libvips or libjxl, is the only word. */
const stored: Readonly<Record<string, () => Promise<Pixels>>> = {
  PNG: () => gradientPixels(),
  TIFF: () => gradientPixels(),
  AVIF: () => gradientPixels(),
  HEIC: async () => ({ ...HEIC_SIZE, data: new Uint8ClampedArray(pattern(false)) }),
};

const FORMATS: readonly {
  name: string;
  make: (orientation: Orientation) => Promise<Uint8Array>;
  skip?: string;
  decoders?: number;
}[] = [
  { name: 'JPEG', make: (orientation) => withOrientation('jpeg', orientation) },
  { name: 'PNG', make: (orientation) => withOrientation('png', orientation) },
  {
    name: 'TIFF',
    make: (orientation) => encoded(gradient().withMetadata({ orientation }).tiff({ compression: 'lzw' })),
  },
  {
    name: 'BigTIFF',
    make: (orientation) =>
      encoded(gradient().withMetadata({ orientation }).tiff({ compression: 'lzw', bigtiff: true })),
  },
  { name: 'AVIF', make: avif },
  { name: 'HEIC', make: heic, decoders: 2 },
  { name: 'JPEG XL', make: jxl, skip: noCjxl, decoders: 5 },
];

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

describe.each(FORMATS)('$name', ({ name, make, skip = '', decoders = 0 }) => {
  it.skipIf(skip).each(ORIENTATIONS)(`orientation %i is exact${skip && `: ${skip}`}`, async (orientation) => {
    const bytes = await make(orientation);
    expect(inspect(bytes).orientation).toBe(orientation);
    const truth = stored[name] ? await turned(await stored[name](), orientation) : await seen(bytes);
    const { bytes: result, receipt } = await compress(bytes, exactly('png'));
    const found = await seen(result);
    if (decoders === 0) expect(unequal(truth, found)).toBe(0);
    else expect(difference(truth, found).max).toBeLessThanOrEqual(decoders);
    expect(receipt.input).toMatchObject({ width: truth.width, height: truth.height });
    expect(receipt.notes.some(({ code }) => code === 'orientation-applied')).toBe(orientation !== 1);
  });
});

describe.each(OUTPUT_FORMATS)('written as %s', (format) => {
  it.each(['strip', 'protect', 'keep'] as const)(
    'the pixels are upright and the tag, if any, says 1 (%s)',
    async (metadata) => {
      for (const orientation of [3, 5, 6] as const) {
        const bytes = await withOrientation('jpeg', orientation);
        const truth = await seen(bytes);
        const { bytes: result } = await compress(bytes, exactly(format, { metadata }));
        expect(difference(truth, await seen(result)).max).toBeLessThanOrEqual(4);
        // What a viewer shows that knows nothing of orientation.
        if (format !== 'jxl') {
          const { width, height, orientation: tag = 1 } = await sharp(result).metadata();
          expect([width, height, tag]).toEqual([truth.width, truth.height, 1]);
        }
        expect(inspect(result).orientation).toBe(1);
      }
    },
  );
});

describe('resizing', () => {
  it.each([
    ['longest-side', 30, [18, 30]],
    ['width', 20, [20, 33]],
    ['height', 30, [18, 30]],
  ] as const)('by %s looks at the upright size', async (by, pixels, expected) => {
    const { bytes } = await compress(await withOrientation('jpeg', 6), { format: 'png', resize: { by, pixels } });
    const { width, height } = await sharp(bytes).metadata();
    expect([width, height]).toEqual(expected);
  });
});

async function gradientPixels(): Promise<Pixels> {
  return { ...SIZE, data: new Uint8ClampedArray(await gradient().ensureAlpha().raw().toBuffer()) };
}
