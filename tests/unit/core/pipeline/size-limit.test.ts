/** The promise of a size, by the real codecs: never over it, whatever the image, the format and the limit; and always the same. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { bytesBesidePicture } from '../../../../lib/core/image/formats/other-parts.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../../../../lib/core/image/inspection.ts';
import { LOOK_FLOOR } from '../../../../lib/core/model/looks.ts';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { runPlan, type Compressed } from '../../../../lib/core/pipeline/run.ts';
import { notesOf } from '../../../conformance/compress.ts';
import { jpegSegment, withJpegSegments } from '../../../images/containers.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { withVideo } from '../../../images/parts-after.ts';
import { gradient, grain } from '../../../images/pictures.ts';
import { loadWasm } from '../../../node-wasm.ts';

async function fitted(
  source: Uint8Array<ArrayBuffer>,
  format: OutputFormat | 'same' | 'auto',
  bytes: number,
): Promise<Compressed | CompressionError> {
  const plan = makePlan({ ...DEFAULT_RECIPE, format, aim: { kind: 'size', bytes } }, inspect(source));
  return runPlan(plan, source, { load: loadWasm }).catch((thrown: unknown) => {
    if (thrown instanceof CompressionError) return thrown;
    throw thrown;
  });
}

async function jpegOf(grain: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    await sharp(await pngOf({ width: 300, height: 220, grain, alpha: false }))
      .jpeg({ quality: 90 })
      .toBuffer(),
  );
}

/** Of which 16 colours fit 9 kB and look poor, where the grain is strong. */
async function grainyPng(sigma: number): Promise<Uint8Array<ArrayBuffer>> {
  const size = { width: 240, height: 160 };
  return new Uint8Array(
    await gradient(size)
      .composite([{ input: await grain(size, sigma).png().toBuffer(), blend: 'soft-light' }])
      .removeAlpha()
      .png()
      .toBuffer(),
  );
}

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** Of noise over a gradient, in levels. */
  readonly grain: number;
  readonly alpha: boolean;
}

async function pngOf({ width, height, grain, alpha }: Drawn): Promise<Uint8Array<ArrayBuffer>> {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, at) => {
    const [x, y, channel] = [(at >> 2) % width, Math.floor((at >> 2) / width), at & 3];
    if (channel === 3) return alpha ? (x * 255) / width : 255;
    const noise = ((x * 7919 + y * 104_729 + channel * 31) % 97) / 97 - 0.5;
    return Math.min(255, Math.max(0, (255 * (channel === 1 ? y / height : x / width) + noise * grain) | 0));
  });
  return new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  );
}

const drawn = fc.record({
  width: fc.integer({ min: 1, max: 150 }),
  height: fc.integer({ min: 1, max: 150 }),
  grain: fc.integer({ min: 0, max: 200 }),
  alpha: fc.boolean(),
});

describe('a limit of the size', () => {
  it('is never passed, and two runs give the same bytes', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        drawn,
        fc.constantFrom(...OUTPUT_FORMATS, 'same' as const),
        fc.integer({ min: 100, max: 20_000 }),
        async (image, format, limit) => {
          const source = await pngOf(image);
          const [one, other] = [await fitted(source, format, limit), await fitted(source, format, limit)];
          if (one instanceof CompressionError) {
            expect(one).toMatchObject({ code: 'size-not-reached', parameters: { kilobytes: limit / 1000 } });
            // The smallest that was reached is told in kB, rounded up.
            expect(Number(one.parameters['reached']) * 1000).toBeGreaterThan(limit);
            expect(other).toMatchObject({ parameters: one.parameters });
          } else {
            expect(one.bytes.length).toBeLessThanOrEqual(limit);
            expect(one.receipt.output.bytes).toBe(one.bytes.length);
            expect('bytes' in other && Buffer.from(other.bytes).equals(Buffer.from(one.bytes))).toBe(true);
          }
        },
      ),
      { numRuns: 10, seed: 20_261_126 },
    );
  });

  it.each<[OutputFormat, number]>([
    ['jpeg', 28_500],
    ['jpeg', 9_000],
    ['jpeg', 2_000],
    ['webp', 30_000],
    ['webp', 2_000],
    ['avif', 6_000],
    ['jxl', 5_000],
    ['png', 12_000],
    ['png', 5_000],
  ])('as %s of %i bytes is used well where the best quality would pass it', async (format, limit) => {
    const source = await pngOf({ width: 300, height: 220, grain: 120, alpha: false });
    const made = await fitted(source, format, limit);
    if (made instanceof CompressionError) throw made;
    expect(made.bytes.length).toBeLessThanOrEqual(limit);
    expect(made.bytes.length).toBeGreaterThanOrEqual(limit * 0.95);
  });

  it('states one look, in its note as beside the picture', async () => {
    const made = await fitted(await pngOf({ width: 400, height: 300, grain: 120, alpha: false }), 'jpeg', 30_000);
    if (made instanceof CompressionError) throw made;
    expect(made.receipt.notes).toContainEqual({
      kind: 'info',
      code: 'look-measured',
      parameters: { look: made.receipt.look },
    });
  });

  it('that a moving image passes takes quality, then pixels, and no frame', { timeout: 30_000 }, async () => {
    const frames = await Promise.all(
      [0, 60, 120].map(async (grain) =>
        sharp(await pngOf({ width: 160, height: 120, grain, alpha: false }))
          .raw()
          .toBuffer(),
      ),
    );
    const moving = new Uint8Array(
      await sharp(Buffer.concat(frames), { raw: { width: 160, height: 360, channels: 4, pageHeight: 120 } })
        .gif({ delay: [100, 200, 300] })
        .toBuffer(),
    );
    for (const limit of [12_000, 1_000]) {
      const made = await fitted(moving, 'same', limit);
      if (made instanceof CompressionError) throw made;
      expect(made.bytes.length).toBeLessThanOrEqual(limit);
      expect(inspect(made.bytes).animation?.frames).toBe(3);
      expect(notesOf(made.receipt).includes('resized-to-fit')).toBe(limit === 1_000);
    }
  });

  it('that a moving image keeps leaves its bytes alone', async () => {
    const still = await pngOf({ width: 40, height: 30, grain: 20, alpha: false });
    const frame = await sharp(still).raw().toBuffer();
    const other = Buffer.from(frame).reverse();
    const moving = new Uint8Array(
      await sharp(Buffer.concat([frame, other]), { raw: { width: 40, height: 60, channels: 4, pageHeight: 30 } })
        .gif()
        .toBuffer(),
    );
    const made = await fitted(moving, 'same', 100_000);
    if (made instanceof CompressionError) throw made;
    expect(Buffer.from(made.bytes).equals(Buffer.from(moving))).toBe(true);
    expect(notesOf(made.receipt)).toEqual(['animation-kept', 'fits-already']);
  });

  describe('is met without a loss where that can be:', () => {
    const comment = `<!-- ${'An editor’s own notes. '.repeat(400)} -->`;
    const circle = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><circle r="9"/>';

    it.each([
      ['an SVG by its comments', () => new TextEncoder().encode(`${circle}${comment}</svg>`), 5_000, 'svg'],
      [
        'a JPEG by its metadata',
        async () => withJpegSegments(await jpegOf(40), ...[1, 2].map(() => jpegSegment(0xfe, 'x'.repeat(9_000)))),
        20_000,
        'jpeg',
      ],
    ] as const)('%s', async (_, build, limit, format) => {
      const source = new Uint8Array(await build());
      expect(source.length).toBeGreaterThan(limit);
      const made = await fitted(source, 'same', limit);
      if (made instanceof CompressionError) throw made;
      expect(made.bytes.length).toBeLessThanOrEqual(limit);
      expect(made.receipt).toMatchObject({ output: { format }, codec: null });
    });
  });

  it('is met by the picture of a motion photo whose video alone is over it', async () => {
    const source = new Uint8Array(bytesOf(withVideo(await jpegOf(40)), new Uint8Array(30_000).fill(7)));
    const limit = bytesBesidePicture(source, 'jpeg') + 4_000;
    expect(source.length).toBeGreaterThan(limit);
    const made = await fitted(source, 'same', limit);
    if (made instanceof CompressionError) throw made;
    expect(made.bytes.length).toBeLessThanOrEqual(limit);
    expect(notesOf(made.receipt)).toContain('motion-photo-lost');
  });

  it('takes the format that looks best under it, not the one that fills it least', { timeout: 30_000 }, async () => {
    const source = await grainyPng(12);
    const [made, webp] = [await fitted(source, 'auto', 9_500), await fitted(source, 'webp', 9_500)];
    if (made instanceof CompressionError || webp instanceof CompressionError) throw made;
    expect(made.receipt.output).toMatchObject({ format: 'jpeg', width: 240 });
    expect(webp.bytes.length).toBeLessThan(made.bytes.length);
    expect(webp.receipt.look).toBeLessThan(made.receipt.look ?? 0);
  });

  it('is met by the blocks of a JPEG that is turned, whatever other formats could do', async () => {
    const picture = await pngOf({ width: 320, height: 240, grain: 40, alpha: false });
    const source = new Uint8Array(await sharp(picture).jpeg().toBuffer());
    const turned = { turn: 90, crop: null } as const;
    const aim = { kind: 'size', bytes: source.length * 2 } as const;
    const plan = makePlan({ ...DEFAULT_RECIPE, format: 'auto', framing: turned, aim }, inspect(source));
    const { receipt } = await runPlan(plan, source, { load: loadWasm });
    expect(receipt.output.format).toBe('jpeg');
    expect(notesOf(receipt)).toContain('blocks-kept');
    expect(receipt.rivals).toBeUndefined();
  });

  it('that the format of the Source can’t meet is met by another', async () => {
    // Each pixel a colour of its own, which no palette and no filter makes small.
    const data = createHash('shake256', { outputLength: 64 * 64 * 3 })
      .update('pixels')
      .digest();
    const source = new Uint8Array(
      await sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
        .png()
        .toBuffer(),
    );
    const limit = 1_000;
    expect(await fitted(source, 'png', limit)).toMatchObject({ code: 'size-not-reached' });
    const made = await fitted(source, 'auto', limit);
    if (made instanceof CompressionError) throw made;
    expect(made.bytes.length).toBeLessThanOrEqual(limit);
  });

  it('of a PNG costs colours down to a floor of look, then pixels, and says both', async () => {
    const made = await fitted(await grainyPng(30), 'png', 9_000);
    if (made instanceof CompressionError) throw made;
    expect(made.receipt.look).toBeGreaterThanOrEqual(LOOK_FLOOR);
    expect(notesOf(made.receipt)).toEqual(
      expect.arrayContaining(['colours-reduced', 'resized-to-fit', 'look-measured']),
    );
  });
});
