import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import type { Orientation } from '../../../../lib/core/image/inspection.ts';
import { turnedOn, UNFRAMED, withFraming } from '../../../../lib/core/model/framing.ts';
import { DEFAULT_RECIPE, TURNS, type Framing, type Recipe } from '../../../../lib/core/model/recipe.ts';
import type { KeptPixels } from '../../../../lib/core/pipeline/kept-pixels.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { runPlan, type Compressed } from '../../../../lib/core/pipeline/run.ts';
import type { Step } from '../../../../lib/core/pipeline/steps.ts';
import { loadWasm } from '../../../node-wasm.ts';

/** No two parts of it are alike, turned or mirrored. */
function picture(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(
        [(255 * x) / width, (255 * y) / height, x < width / 4 && y < height / 3 ? 230 : 40 + 30 * Math.sin(x / 7)],
        (y * width + x) * 3,
      );
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function compress(file: Uint8Array, recipe: Partial<Recipe>): Promise<Compressed> {
  const bytes = new Uint8Array(file);
  return runPlan(makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspect(bytes)), bytes, { load: loadWasm });
}

const framing = (part: Partial<Framing>): Framing => ({ ...UNFRAMED, ...part });
const codes = ({ receipt }: Compressed): string[] => receipt.notes.map(({ code }) => code);

/** As sharp turns it: upright, then by the turn, then cropped. */
async function expected(file: Uint8Array, { turn, crop }: Framing): Promise<Buffer> {
  const upright = await sharp(file).rotate().png().toBuffer();
  const turned = await sharp(upright).rotate(turn).png().toBuffer();
  const part = crop ? sharp(turned).extract(crop) : sharp(turned);
  return part.raw().toBuffer();
}

async function largestDifference(one: Uint8Array, pixels: Buffer): Promise<number> {
  const other = await sharp(one).rotate().removeAlpha().raw().toBuffer();
  expect(other.length).toBe(pixels.length);
  let most = 0;
  for (let i = 0; i < other.length; i++) most = Math.max(most, Math.abs(other[i]! - pixels[i]!));
  return most;
}

const lossless = { aim: { kind: 'lossless' } } as const;

describe('a JPEG is turned and cropped without another generation', () => {
  const jpeg = (image: Sharp, options: object = {}): Promise<Buffer> =>
    image.jpeg({ quality: 90, chromaSubsampling: '4:4:4', ...options }).toBuffer();
  const FILES: Record<string, () => Promise<Buffer>> = {
    '4:4:4': () => jpeg(picture(96, 64)),
    '4:2:0': () => jpeg(picture(96, 64), { chromaSubsampling: '4:2:0' }),
    progressive: () => jpeg(picture(96, 64), { progressive: true }),
    grey: () => jpeg(picture(96, 64).toColourspace('b-w')),
  };

  it.each(Object.entries(FILES))('%s, by each turn', async (_, file) => {
    for (const turn of TURNS.filter((each) => each !== 0)) {
      const result = await compress(await file(), { ...lossless, framing: framing({ turn }) });
      expect(result.receipt.codec, `${turn}`).toBeNull();
      expect(codes(result)).toEqual(expect.arrayContaining(['turned', 'blocks-kept']));
      const pixels = await expected(await file(), framing({ turn }));
      const grey = pixels.length < 96 * 64 * 3;
      const seen = grey ? await sharp(result.bytes).toColourspace('b-w').raw().toBuffer() : null;
      // The inverse transform rounds rows before columns: a level or two differ once they change places.
      if (seen) expect(Math.max(...seen.map((value, i) => Math.abs(value - pixels[i]!)))).toBeLessThanOrEqual(2);
      else expect(await largestDifference(result.bytes, pixels)).toBeLessThanOrEqual(4);
    }
  });

  it('from each orientation that a camera stores, with the tag set right', async () => {
    const plain = await jpeg(picture(96, 64));
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const satisfies readonly Orientation[]) {
      const file = await sharp(plain)
        .withMetadata({ orientation })
        .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
        .toBuffer();
      for (const turn of [90, 180] as const) {
        const result = await compress(file, { ...lossless, metadata: 'keep', framing: framing({ turn }) });
        expect(codes(result), `${orientation}, ${turn}`).toContain('blocks-kept');
        expect(inspect(result.bytes).orientation).toBe(1);
        expect(await largestDifference(result.bytes, await expected(file, framing({ turn })))).toBeLessThanOrEqual(4);
      }
    }
  });

  it('cropped where an MCU begins, to any width and height; elsewhere it is encoded again', async () => {
    const file = await jpeg(picture(96, 64));
    const crop = { left: 16, top: 8, width: 45, height: 37 };
    const result = await compress(file, { ...lossless, framing: framing({ crop }) });
    expect(codes(result)).toEqual(expect.arrayContaining(['cropped', 'blocks-kept']));
    expect(result.receipt).toMatchObject({ codec: null, output: { width: 45, height: 37 } });
    expect(await largestDifference(result.bytes, await expected(file, framing({ crop })))).toBe(0);

    const within = { ...crop, left: 17 };
    const encoded = await compress(file, { ...lossless, framing: framing({ crop: within }) });
    expect(codes(encoded)).not.toContain('blocks-kept');
    expect(encoded.receipt).toMatchObject({ codec: { format: 'jpeg' }, output: { width: 45, height: 37 } });
    expect(await largestDifference(encoded.bytes, await expected(file, framing({ crop: within })))).toBeLessThan(16);
  });

  it('and both, in this order', async () => {
    const file = await jpeg(picture(96, 64));
    const both = framing({ turn: 270, crop: { left: 8, top: 24, width: 40, height: 50 } });
    const result = await compress(file, { ...lossless, framing: both });
    expect(codes(result)).toEqual(expect.arrayContaining(['turned', 'cropped', 'blocks-kept']));
    expect(await largestDifference(result.bytes, await expected(file, both))).toBeLessThanOrEqual(4);
  });

  it('but one whose edge would be mirrored within a block is encoded again', async () => {
    const file = await jpeg(picture(97, 64));
    // A quarter clockwise mirrors what was the height.
    expect(codes(await compress(file, { ...lossless, framing: framing({ turn: 90 }) }))).toContain('blocks-kept');
    const encoded = await compress(file, { ...lossless, framing: framing({ turn: 270 }) });
    expect(codes(encoded)).not.toContain('blocks-kept');
    expect(await largestDifference(encoded.bytes, await expected(file, framing({ turn: 270 })))).toBeLessThan(16);
  });

  it('when it was compressed as hard before as is asked for now, and when only metadata was to go', async () => {
    const file = await jpeg(picture(96, 64), { quality: 60 });
    const turned = framing({ turn: 180 });
    for (const aim of [{ kind: 'quality', quality: 75 }, { kind: 'untouched' }] as const)
      expect(codes(await compress(file, { aim, framing: turned }))).toContain('blocks-kept');
    expect(
      (await compress(file, { aim: { kind: 'quality', quality: 30 }, framing: turned })).receipt.codec,
    ).toMatchObject({ format: 'jpeg' });
  });

  it('keeps what its metadata are to keep, with the new size', async () => {
    const file = await jpeg(picture(320, 240), {}).then((plain) =>
      sharp(plain)
        .withExif({ IFD0: { Copyright: 'A. Maker' } })
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
    const crop = { left: 16, top: 16, width: 64, height: 64 };
    const { bytes } = await compress(file, { ...lossless, metadata: 'keep', framing: framing({ crop }) });
    expect(inspect(bytes)).toMatchObject({ width: 64, height: 64 });
    expect(inspect(bytes).metadata.kinds).toContain('copyright');
  });
});

describe('any picture', () => {
  it.each(['png', 'webp', 'avif', 'jxl'] as const)('is turned, then cropped, then resized, into %s', async (format) => {
    const file = await picture(80, 60).png().toBuffer();
    const both = framing({ turn: 90, crop: { left: 3, top: 7, width: 40, height: 51 } });
    const result = await compress(file, { format, ...lossless, framing: both });
    expect(result.receipt.output).toMatchObject({ width: 40, height: 51 });
    if (format === 'png' || format === 'webp')
      expect(await largestDifference(result.bytes, await expected(file, both))).toBe(0);
    const small = await compress(file, { format, framing: both, resize: { by: 'height', pixels: 17 } });
    expect(inspect(small.bytes)).toMatchObject({ width: 13, height: 17 });
    expect(codes(small)).toEqual(expect.arrayContaining(['turned', 'cropped', 'resized']));
  });

  it('that is only turned is never left as it was', async () => {
    for (const file of [
      await picture(40, 30).png().toBuffer(),
      await picture(40, 30).webp({ quality: 20 }).toBuffer(),
    ]) {
      const { bytes, receipt } = await compress(file, { framing: framing({ turn: 90 }) });
      expect(receipt.outcome).not.toBe('original');
      expect(inspect(bytes)).toMatchObject({ width: 30, height: 40 });
    }
  });

  it('moves on when it is turned and cropped', async () => {
    const frames = [0, 1, 2].map((shade) =>
      sharp({ create: { width: 24, height: 16, channels: 3, background: { r: 80 * shade, g: 90, b: 10 } } }),
    );
    const movie = await sharp(await Promise.all(frames.map((frame) => frame.png().toBuffer())), {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    const result = await compress(movie, {
      framing: framing({ turn: 90, crop: { left: 2, top: 4, width: 10, height: 12 } }),
    });
    expect(inspect(result.bytes)).toMatchObject({ format: 'webp', width: 10, height: 12, animation: { frames: 3 } });
    const size = await compress(movie, { aim: { kind: 'size', bytes: 1000 }, framing: framing({ turn: 90 }) });
    expect(inspect(size.bytes)).toMatchObject({ width: 16, height: 24, animation: { frames: 3 } });
  });

  it('fits within a box, or fills it with its middle, and is never enlarged', async () => {
    const file = await picture(80, 60).png().toBuffer();
    const sizeOf = async (resize: Recipe['resize'], own: Partial<Recipe> = {}): Promise<string> => {
      const { output } = (await compress(file, { resize, ...lossless, ...own })).receipt;
      return `${output.width} × ${output.height}`;
    };
    expect(await sizeOf({ by: 'fit', width: 40, height: 40 })).toBe('40 × 30');
    expect(await sizeOf({ by: 'fit', width: 400, height: 400 })).toBe('80 × 60');
    expect(await sizeOf({ by: 'fill', width: 40, height: 40 })).toBe('40 × 40');
    expect(await sizeOf({ by: 'fill', width: 400, height: 400 })).toBe('60 × 60');
    expect(await sizeOf({ by: 'fill', width: 16, height: 9 }, { framing: framing({ turn: 90 }) })).toBe('16 × 9');
    const middle = await compress(file, { ...lossless, resize: { by: 'fill', width: 60, height: 60 } });
    expect(
      await largestDifference(
        middle.bytes,
        await expected(file, framing({ crop: { left: 10, top: 0, width: 60, height: 60 } })),
      ),
    ).toBe(0);
  });

  it('lies in the crop as far as there is a picture', async () => {
    const file = await picture(80, 60).png().toBuffer();
    const beyond = framing({ crop: { left: 60, top: 50, width: 500, height: 500 } });
    expect((await compress(file, { framing: beyond })).receipt.output).toMatchObject({ width: 20, height: 10 });
    const beside = framing({ crop: { left: 90, top: 0, width: 5, height: 5 } });
    expect((await compress(file, { framing: beside })).receipt.output).toMatchObject({ width: 80, height: 60 });
  });
});

it('keeps decoded pixels for another quality, and decodes again for another crop', async () => {
  const bytes = new Uint8Array(await picture(80, 60).png().toBuffer());
  let pixels: KeptPixels | null = null;
  const stepsOf = async (recipe: Recipe): Promise<Step[]> => {
    const steps: Step[] = [];
    const store = { pixels, onPixels: (kept: KeptPixels) => void (pixels = kept) };
    await runPlan(makePlan(recipe, inspect(bytes)), bytes, {
      load: loadWasm,
      store,
      onStep: (step) => steps.push(step),
    });
    return steps;
  };
  const webp = (quality: number, left: number): Recipe => ({
    ...DEFAULT_RECIPE,
    format: 'webp',
    aim: { kind: 'quality', quality },
    framing: framing({ crop: { left, top: 0, width: 20, height: 20 } }),
  });
  expect(await stepsOf(webp(70, 0))).toContain('decode');
  expect(await stepsOf(webp(50, 0))).not.toContain('decode');
  expect(await stepsOf(webp(50, 1))).toContain('decode');
});

describe('framing', () => {
  const size = { width: 80, height: 60 };
  const crop = { left: 5, top: 10, width: 20, height: 30 };

  it('that changes nothing is none in a recipe', () => {
    expect(withFraming({ ...DEFAULT_RECIPE, framing: framing({ turn: 90 }) }, UNFRAMED)).toEqual(DEFAULT_RECIPE);
  });

  it('comes back by four quarters, and by one there and one back', () => {
    const turned = turnedOn(framing({ crop }), 90, size);
    expect(turned).toEqual({ turn: 90, crop: { left: 20, top: 5, width: 30, height: 20 } });
    expect(turnedOn(turned, 270, { width: 60, height: 80 })).toEqual(framing({ crop }));
    let again = framing({ crop });
    for (let quarter = 0; quarter < 4; quarter++)
      again = turnedOn(again, 90, quarter % 2 === 0 ? size : { width: 60, height: 80 });
    expect(again).toEqual(framing({ crop }));
  });
});
