/** Planes that are made up, and what libjpeg and libavif would make of them, by their formulas one sample at a time. */
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { codecs } from '../../../../../lib/core/codecs/registry.ts';
import type { BrowserPlanes, OpenPlanes } from '../../../../../lib/core/decoders/planes/browser-planes.ts';
import { readByPlanes } from '../../../../../lib/core/decoders/planes/read-planes.ts';
import { inspect } from '../../../../../lib/core/image/inspect.ts';
import { DEFAULT_RECIPE } from '../../../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../../../lib/core/pipeline/make-plan.ts';
import { runPlan } from '../../../../../lib/core/pipeline/run.ts';
import { Random } from '../../../../fuzz/random.ts';
import { encoded, gradient, type Size } from '../../../../images/pictures.ts';
import { loadWasm } from '../../../../node-wasm.ts';

type Format = BrowserPlanes['format'];

/** As large as the file says, of random samples. */
function randomPlanes(
  { width, height }: Size,
  format: Format,
): BrowserPlanes & { samples: Uint8Array; closed: number } {
  const chroma = format === 'I444' ? width : (width + 1) >> 1;
  const rows = format === 'I420' ? (height + 1) >> 1 : height;
  const random = new Random(width * 31 + height);
  const samples = Uint8Array.from({ length: width * height + 2 * chroma * rows }, () => random.below(256));
  const planes = {
    width,
    height,
    format,
    samples,
    closed: 0,
    copyTo: async (target: Uint8Array) => {
      target.set(samples);
      return true;
    },
    close: () => void planes.closed++,
  };
  return planes;
}

type At = (x: number, y: number) => number;

function planeAt(samples: Uint8Array, from: number, width: number, height: number): At {
  return (x, y) =>
    samples[from + Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
}

/** @param upsample of a plane: where the nearest sample is, and which way the next one */
function expected(
  { width, height, format, samples }: ReturnType<typeof randomPlanes>,
  upsample: (at: At, format: Format) => At,
  toRgb: (y: number, cb: number, cr: number) => readonly [number, number, number],
): Uint8ClampedArray {
  const chroma = format === 'I444' ? width : (width + 1) >> 1;
  const rows = format === 'I420' ? (height + 1) >> 1 : height;
  const start = width * height;
  const [cb, cr] = [start, start + chroma * rows].map((from) =>
    upsample(planeAt(samples, from, chroma, rows), format),
  ) as [At, At];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set([...toRgb(samples[y * width + x] ?? 0, cb(x, y), cr(x, y)), 255], (y * width + x) * 4);
  return data;
}

/** jdsample.c: h2v2_fancy_upsample, h2v1_fancy_upsample. */
function asLibjpeg(at: At, format: Format): At {
  if (format === 'I444') return at;
  const beside = (n: number): number => (n & 1 ? 1 : -1);
  if (format === 'I422') return (x, y) => (3 * at(x >> 1, y) + at((x >> 1) + beside(x), y) + (x & 1 ? 2 : 1)) >> 2;
  const column = (x: number, y: number): number => 3 * at(x, y >> 1) + at(x, (y >> 1) + beside(y));
  return (x, y) => (3 * column(x >> 1, y) + column((x >> 1) + beside(x), y) + (x & 1 ? 7 : 8)) >> 4;
}

/** jdcolor.c: 16 bits behind the point. */
function libjpegRgb(y: number, cb: number, cr: number): readonly [number, number, number] {
  const fixed = (value: number): number => Math.floor(value * 65536 + 0.5);
  const [u, v] = [cb - 128, cr - 128];
  return [
    y + ((fixed(1.402) * v + 32768) >> 16),
    y + ((-fixed(0.34414) * u - fixed(0.71414) * v + 32768) >> 16),
    y + ((fixed(1.772) * u + 32768) >> 16),
  ];
}

const SIZES: readonly Size[] = [
  { width: 5, height: 1 },
  { width: 16, height: 16 },
  { width: 61, height: 37 },
  { width: 130, height: 70 },
];

const jpegOf = async (size: Size, chromaSubsampling: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await encoded(gradient(size).jpeg({ chromaSubsampling })));

const avifOf = async (
  size: Size,
  options: { fullRange: boolean; matrix: number },
): Promise<Uint8Array<ArrayBuffer>> => {
  const data = new Uint8ClampedArray(await gradient(size).ensureAlpha().raw().toBuffer());
  const file = await codecs.avif.encode({ ...size, data }, { quality: 60, speed: 9, subsample: 1 }, loadWasm);
  const colr = Buffer.from(file).indexOf('colrnclx') + 8;
  file.set([0, options.matrix, options.fullRange ? 0x80 : 0], colr + 4);
  return file;
};

describe.each(SIZES)('planes of $width x $height', (size) => {
  it.each([
    ['I444', '4:4:4'],
    ['I420', '4:2:0'],
  ] as const)('in a JPEG, %s, are what libjpeg makes of them', async (format, chroma) => {
    const planes = randomPlanes(size, format);
    const pixels = await readByPlanes(await jpegOf(size, chroma), 'jpeg', async () => planes, loadWasm);
    expect(pixels).toMatchObject(size);
    expect(pixels?.data).toEqual(expected(planes, asLibjpeg, libjpegRgb));
    expect(planes.closed).toBe(1);
  });

  it('in a JPEG, with chroma of half the width, are what libjpeg makes of them', async () => {
    const file = await jpegOf(size, '4:2:0');
    // SOF0: sampling of the first component.
    const frame = Buffer.from(file).indexOf(Buffer.from([0xff, 0xc0]));
    expect(file[frame + 11]).toBe(0x22);
    file[frame + 11] = 0x21;
    const planes = randomPlanes(size, 'I422');
    const pixels = await readByPlanes(file, 'jpeg', async () => planes, loadWasm);
    expect(pixels?.data).toEqual(expected(planes, asLibjpeg, libjpegRgb));
  });

  it.each([
    [6, true, 0.299, 0.114],
    [1, false, 0.2126, 0.0722],
    [9, false, 0.2627, 0.0593],
  ])('in an AVIF of matrix %i, full range %s, are light and colour by it', async (matrix, fullRange, red, blue) => {
    for (const format of ['I420', 'I422', 'I444'] as const) {
      const planes = randomPlanes(size, format);
      const pixels = await readByPlanes(
        await avifOf(size, { matrix, fullRange }),
        'avif',
        async () => planes,
        loadWasm,
      );
      const [black, range, ofChroma] = fullRange ? [0, 255, 255] : [16, 219, 224];
      const exact = expected(planes, bilinear, (y, cb, cr) => {
        const light = (y - black) / range;
        const [u, v] = [(cb - 128) / ofChroma, (cr - 128) / ofChroma];
        const green = 2 * (red * (1 - red) * v + blue * (1 - blue) * u);
        return [
          255 * (light + 2 * (1 - red) * v),
          255 * (light - green / (1 - red - blue)),
          255 * (light + 2 * (1 - blue) * u),
        ];
      });
      // Of 64 bits: what 32 round the other way is one level.
      const off = exact.map((value, i) => Math.abs(value - (pixels?.data[i] ?? 0)));
      expect(Math.max(...off)).toBeLessThanOrEqual(1);
      expect(off.reduce((sum, one) => sum + one, 0)).toBeLessThan(off.length / 500);
    }
  });
});

/** The nearest sample and the next, 3 to 1, each way that is halved. */
function bilinear(at: At, format: Format): At {
  if (format === 'I444') return at;
  const beside = (n: number): number => (n & 1 ? 1 : -1);
  const across = (x: number, y: number): number => 0.75 * at(x >> 1, y) + 0.25 * at((x >> 1) + beside(x), y);
  if (format === 'I422') return across;
  return (x, y) => 0.75 * across(x, y >> 1) + 0.25 * across(x, (y >> 1) + beside(y));
}

describe('the WASM decoder reads instead', () => {
  const size = { width: 61, height: 37 };
  const plan = (file: Uint8Array): ReturnType<typeof makePlan> =>
    makePlan({ ...DEFAULT_RECIPE, format: 'png', aim: { kind: 'lossless' } }, inspect(file));
  const withPlanes = async (file: Uint8Array<ArrayBuffer>, openPlanes?: OpenPlanes): Promise<Uint8Array> =>
    (await runPlan(plan(file), file, { load: loadWasm, ...(openPlanes && { openPlanes }) })).bytes;

  it('where the browser gives none, or not those that the header tells of, or can’t copy them', async () => {
    const file = await jpegOf(size, '4:2:0');
    const right = await withPlanes(file);
    const stuck = Object.assign(randomPlanes(size, 'I420'), { copyTo: () => Promise.resolve(false) });
    const wrong = [randomPlanes(size, 'I444'), randomPlanes({ ...size, width: 60 }, 'I420'), stuck];
    for (const planes of [null, ...wrong])
      expect(Buffer.from(await withPlanes(file, async () => planes)).equals(right)).toBe(true);
    expect(wrong.map(({ closed }) => closed)).toEqual([1, 1, 1]);
    const read = await withPlanes(file, async () => randomPlanes(size, 'I420'));
    expect(Buffer.from(read).equals(right)).toBe(false);
  });

  it('where there is no memory for what the browser gives', async () => {
    const file = await jpegOf(size, '4:2:0');
    const planes = randomPlanes(size, 'I420');
    const load: typeof loadWasm = (name) =>
      name === 'planes' ? Promise.reject(new RangeError('memory')) : loadWasm(name);
    const read = await runPlan(plan(file), file, { load, openPlanes: async () => planes });
    expect(Buffer.from(read.bytes).equals(await withPlanes(file))).toBe(true);
    expect(planes.closed).toBe(1);
  });

  it('what is damaged, without asking the browser', async () => {
    const whole = await jpegOf(size, '4:2:0');
    const cut = whole.slice(0, Math.floor(whole.length * 0.8));
    const never: OpenPlanes = () => Promise.reject(new Error('asked'));
    await expect(withPlanes(whole, never)).rejects.toThrow();
    const { width, height } = await sharp(await withPlanes(cut, never)).metadata();
    expect({ width, height }).toEqual(size);
  });
});
