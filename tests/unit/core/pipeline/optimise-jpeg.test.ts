import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import { readInks } from '../../../../lib/core/decoders/jpeg-inks.ts';
import { soundJpeg } from '../../../../lib/core/decoders/sound-jpeg.ts';
import { readJpegSegments } from '../../../../lib/core/image/formats/jpeg-segments.ts';
import { optimiseJpeg, packJpeg } from '../../../../lib/core/jpeg/optimise-jpeg.ts';
import { readJpegPicture } from '../../../../lib/core/jpeg/read-jpeg.ts';
import { rearrangeJpeg } from '../../../../lib/core/jpeg/rearrange-jpeg.ts';
import { startScanCoder } from '../../../../lib/core/jpeg/scan-coder.ts';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { loadWasm } from '../../../node-wasm.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const coder = await startScanCoder(loadWasm);

function picture(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const noise = Math.imul(x * 7919 + y * 104_729, 2_654_435_761) >>> 28;
      data.set(
        [128 + 90 * Math.sin(x / 9) + noise, (x + y) & 255, x > width / 2 ? 220 : 40 + noise * 3],
        (y * width + x) * 3,
      );
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const made = async (image: Sharp): Promise<Bytes> => new Uint8Array(await image.toBuffer());
const stored = async (name: string): Promise<Bytes> =>
  new Uint8Array(await readFile(new URL(`jpegs/${name}.jpg`, import.meta.url)));
/** As libjpeg-turbo decodes them; CMYK stays CMYK. */
const pixels = (file: Uint8Array): Promise<Buffer> => sharp(file).raw().toBuffer();

const FILES: Record<string, () => Promise<Bytes>> = {
  'baseline 4:2:0': () => made(picture(200, 150).jpeg({ quality: 80 })),
  'baseline 4:4:4': () => made(picture(199, 151).jpeg({ quality: 90, chromaSubsampling: '4:4:4' })),
  progressive: () => made(picture(200, 150).jpeg({ quality: 75, progressive: true })),
  'mozjpeg with trellis and its own scans': () => made(picture(160, 120).jpeg({ quality: 70, mozjpeg: true })),
  grey: () => made(picture(133, 77).toColourspace('b-w').jpeg({ quality: 80 })),
  CMYK: () => made(picture(90, 70).toColourspace('cmyk').jpeg({ quality: 80 })),
  'quality 100': () => made(picture(120, 90).jpeg({ quality: 100 })),
  'quality 1': () => made(picture(120, 90).jpeg({ quality: 1 })),
  'a single pixel': () => made(picture(1, 1).jpeg()),
  'a single row': () => made(picture(300, 1).jpeg()),
  'one colour': () => made(sharp({ create: { width: 640, height: 480, channels: 3, background: '#778899' } }).jpeg()),
  ...Object.fromEntries(
    [
      'sampled-422',
      'sampled-440',
      'sampled-411',
      'restarts',
      'progressive-restarts',
      'rgb',
      'coarse',
      'one-scan-a-component',
    ].map((name) => [name, () => stored(name)]),
  ),
};

describe('a JPEG is optimised without a change to a pixel', () => {
  it.each(Object.entries(FILES))('%s', async (_, file) => {
    const original = await file();
    const before = await pixels(original);
    for (const order of ['auto', 'sequential', 'progressive'] as const) {
      const found = optimiseJpeg(original, coder, { order });
      expect(found.length).toBeLessThanOrEqual(original.length);
      expect((await pixels(found)).equals(before), order).toBe(true);
    }
  });

  it('is smaller when the encoder had used the tables of the standard', async () => {
    const original = await FILES['baseline 4:2:0']!();
    expect(optimiseJpeg(original, coder, { order: 'sequential' }).length).toBeLessThan(original.length);
    expect(optimiseJpeg(original, coder).length).toBeLessThan(original.length * 0.97);
  });

  it('gives the same bytes where nothing is to be gained', async () => {
    const once = optimiseJpeg(await FILES['baseline 4:2:0']!(), coder);
    expect(optimiseJpeg(once, coder)).toBe(once);
  });

  it('takes no longer way than the one that costs least', async () => {
    const original = await FILES['quality 100']!();
    const [auto, sequential, progressive] = (['auto', 'sequential', 'progressive'] as const).map(
      (order) => optimiseJpeg(original, coder, { order }).length,
    );
    expect(auto).toBe(Math.min(sequential!, progressive!));
  });

  it("makes our own encoder's files no larger", async () => {
    const { data, info } = await picture(200, 150).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const ours = await codecs.jpeg.encode(
      { width: info.width, height: info.height, data: new Uint8ClampedArray(data) },
      formats.jpeg.optionsFor({ quality: 75 }),
      loadWasm,
    );
    const found = optimiseJpeg(ours, coder);
    expect(found.length).toBeLessThanOrEqual(ours.length);
    expect((await pixels(found)).equals(await pixels(ours))).toBe(true);
  });

  it('keeps metadata and what stands behind the picture, byte for byte', async () => {
    const original = await made(
      picture(90, 60)
        .withMetadata({ exif: { IFD0: { Copyright: 'A. Person' } }, orientation: 6 })
        .withIccProfile('p3')
        .jpeg(),
    );
    const behind = new Uint8Array([...original, ...Buffer.from('a video or so')]);
    const found = optimiseJpeg(behind, coder);
    const [before, after] = [await sharp(behind).metadata(), await sharp(found).metadata()];
    expect([after.orientation, after.exif?.toString('hex'), after.icc?.toString('hex')]).toEqual([
      6,
      before.exif?.toString('hex'),
      before.icc?.toString('hex'),
    ]);
    expect(Buffer.from(found.subarray(-13)).toString()).toBe('a video or so');
    expect(found.length).toBeLessThan(behind.length);
  });
});

describe('a JPEG is left alone', () => {
  it('when it is coded arithmetically', async () => {
    expect(() => optimiseJpeg(new Uint8Array(), coder)).toThrow(CompressionError);
    const file = await stored('arithmetic');
    expect(() => optimiseJpeg(file, coder)).toThrow(expect.objectContaining({ code: 'unsupported-variant' }));
  });

  it('when it has further pictures whose places are told', async () => {
    const original = await FILES['progressive']!();
    const multi = new Uint8Array([
      ...original.subarray(0, 2),
      0xff,
      0xe2,
      0,
      8,
      ...Buffer.from('MPF\0'),
      0,
      0,
      ...original.subarray(2),
      ...original,
    ]);
    expect(() => optimiseJpeg(multi, coder)).toThrow(expect.objectContaining({ code: 'unsupported-variant' }));
  });

  it.each([0.3, 0.6, 0.9, 0.999])('when it ends early (%d of it)', async (share) => {
    for (const name of ['baseline 4:2:0', 'progressive'] as const) {
      const original = await FILES[name]!();
      expect(() => optimiseJpeg(original.slice(0, Math.floor(original.length * share)), coder)).toThrow(
        CompressionError,
      );
    }
  });
});

/** Put before each restart marker, or before the end where there is none. */
function withStray(file: Bytes, stray: readonly number[]): Bytes {
  const scan = readJpegSegments(file).segments.find(({ marker }) => marker === 0xda)!;
  const out: number[] = [];
  file.forEach((byte, i) => {
    const next = file[i + 1] ?? 0;
    if (i >= scan.headerEnd && byte === 0xff && ((next & 0xf8) === 0xd0 || next === 0xd9)) out.push(...stray);
    out.push(byte);
  });
  return new Uint8Array(out);
}

it.each([
  ['fill bytes', [0xff, 0xff]],
  ['stray bytes', [1, 2, 3, 4, 5, 6, 7, 0xff, 0, 9]],
])('%s before a marker are passed over, as libjpeg does', async (_, stray) => {
  for (const name of ['restarts', 'baseline 4:2:0'] as const) {
    const file = withStray(await FILES[name]!(), stray);
    const found = optimiseJpeg(file, coder);
    expect(found.length).toBeLessThan(file.length);
    expect((await pixels(found)).equals(await sharp(file, { failOn: 'none' }).raw().toBuffer())).toBe(true);
  }
});

describe('a frame of Motion JPEG, which has no Huffman tables', () => {
  const bare = (file: Bytes): Bytes =>
    new Uint8Array([
      0xff,
      0xd8,
      ...readJpegSegments(file)
        .segments.filter(({ marker }) => marker !== 0xc4)
        .flatMap(({ start, end }) => [...file.subarray(start, end)]),
      0xff,
      0xd9,
    ]);

  it('has those of the standard', async () => {
    const whole = await made(picture(90, 70).jpeg({ optimiseCoding: false }));
    const file = bare(whole);
    expect(packJpeg(readJpegPicture(file, coder), coder)).toEqual(packJpeg(readJpegPicture(whole, coder), coder));
    const sound = soundJpeg(file);
    expect(sound.notes).toEqual([{ kind: 'info', code: 'file-faulty' }]);
    const { data } = await codecs.jpeg.decode(sound.bytes, loadWasm);
    expect(data).toEqual((await codecs.jpeg.decode(whole, loadWasm)).data);
    expect(soundJpeg(whole).bytes).toBe(whole);
  });

  it('is refused where it is progressive, as everywhere', async () => {
    const file = bare(await FILES['progressive']!());
    expect(() => readJpegPicture(file, coder)).toThrow(expect.objectContaining({ code: 'corrupt' }));
    expect(soundJpeg(file).bytes).toBe(file);
  });

  it('of inks is read too', async () => {
    const whole = await made(picture(40, 30).toColourspace('cmyk').jpeg({ optimiseCoding: false }));
    expect(await readInks(bare(whole), loadWasm)).toEqual(await readInks(whole, loadWasm));
  });
});

/** The first scans alone, and an end. */
function withScans(file: Bytes, count: number): Bytes {
  // Tables stand before their scan.
  const starts = readJpegSegments(file).segments.flatMap(({ marker, start }, i, all) =>
    marker !== 0xda ? [] : [all[i - 1]!.marker === 0xc4 ? all[i - 1]!.start : start],
  );
  return new Uint8Array([...file.subarray(0, starts[count]), 0xff, 0xd9]);
}

describe('a progressive JPEG that lacks scans', () => {
  // The file has its end.
  const PARTS_MISSING = [{ kind: 'lost', code: 'picture-parts-missing' }];

  it.each([
    ['all but the first', 1],
    ['the last refinements', 6],
  ])('%s is left as it is: decoders smooth it, and no rewritten file', async (_, count) => {
    const file = withScans(await FILES['progressive']!(), count);
    expect((await pixels(packJpeg(readJpegPicture(file, coder), coder))).equals(await pixels(file))).toBe(false);
    const refused = expect.objectContaining({ code: 'unsupported-variant' }) as Error;
    expect(() => optimiseJpeg(file, coder)).toThrow(refused);
    expect(() => rearrangeJpeg(file, 6, null, coder)).toThrow(refused);
    expect(soundJpeg(file)).toEqual({ bytes: file, notes: PARTS_MISSING, rows: null });
  });

  it('is no fault where all scans are there', async () => {
    const file = await FILES['progressive']!();
    expect(soundJpeg(file)).toEqual({ bytes: file, notes: [], rows: null });
  });

  it('of inks is smoothed too', async () => {
    const whole = await made(picture(64, 64).blur(6).toColourspace('cmyk').jpeg({ quality: 90, progressive: true }));
    const file = withScans(whole, 1);
    const found = await readInks(file, loadWasm);
    // Black of the first row, within its blocks.
    const steps = Array.from({ length: 63 }, (_, x) => Math.abs(found[x * 4 + 7]! - found[x * 4 + 3]!));
    expect(steps.filter((step, x) => x % 8 !== 7 && step > 0).length).toBeGreaterThan(8);
  });
});

it('a damaged JPEG ends in a CompressionError, or in one that decodes to what the damaged one does', async () => {
  const originals = await Promise.all(
    ['baseline 4:2:0', 'progressive', 'restarts', 'progressive-restarts', 'CMYK', 'one-scan-a-component'].map((name) =>
      FILES[name]!(),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      async (original, changes) => {
        const bytes = original.slice();
        for (const [at, value] of changes) bytes[at % 3 ? at % bytes.length : (at % 700) % bytes.length] = value;
        let found: Bytes;
        try {
          found = optimiseJpeg(bytes, coder);
        } catch (thrown) {
          if (!(thrown instanceof CompressionError) || thrown.code === 'internal') throw thrown;
          return;
        }
        const before = await pixels(bytes).catch(() => null);
        if (before) expect((await pixels(found)).equals(before)).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

it('a file that asks for scans without end is refused soon', async () => {
  const original = await FILES['progressive']!();
  const scanAt = original.findIndex((byte, i) => byte === 0xff && original[i + 1] === 0xda);
  // A refinement of one frequency, its run of ended blocks as long as can be, over and over.
  const scan = original.subarray(scanAt, original.length - 2);
  const bomb = new Uint8Array([...original.subarray(0, -2), ...new Array(500).fill([...scan]).flat(), 0xff, 0xd9]);
  const began = performance.now();
  expect(() => optimiseJpeg(bomb, coder)).toThrow(CompressionError);
  expect(performance.now() - began).toBeLessThan(10_000);
});
