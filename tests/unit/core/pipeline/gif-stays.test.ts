/** A GIF whose recipe says that it stays one, by the real codecs. */
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openMovie } from '../../../../lib/core/animation/open-movie.ts';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { embedMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import type { Recipe } from '../../../../lib/core/model/recipe.ts';
import { saving } from '../../../../lib/core/model/receipt.ts';
import type { Compressed } from '../../../../lib/core/pipeline/run.ts';
import { compress, notesOf } from '../../../conformance/compress.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { refereeLook } from '../../../referee/ssimulacra2.ts';
import { gif, type GifFrame, type Rgb } from '../animation/build-gif.ts';
import { decodedBySharp } from '../animation/pictures.ts';

const SIZE = { width: 96, height: 64 };

/** A photograph's kind of content that moves: gradients, grain, and a disc over them. */
function frame(at: number, alpha = false): Buffer {
  const { width, height } = SIZE;
  const data = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = (x - 20 - at * 6) ** 2 + (y - 30) ** 2 < 300;
    const grain = ((x * 7919 + y * 104_729) % 61) / 3 - 10;
    const level = (value: number): number => Math.max(0, Math.min(255, Math.round(value + grain)));
    const colour = inside ? [level(230), level(120 + y), level(40)] : [level(x * 2), level(90 + y * 2), level(200 - x)];
    data.set([...colour, inside || !alpha ? 255 : 0], i * 4);
  }
  return data;
}

async function gifOf(count: number, { alpha = false, loop = 0 } = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = SIZE;
  const frames = Array.from({ length: count }, (_, at) => frame(at, alpha));
  const raw = { width, height: height * count, channels: 4, pageHeight: height } as const;
  const delay = frames.map((_, at) => 40 + at * 10);
  return new Uint8Array(await sharp(Buffer.concat(frames), { raw }).gif({ delay, loop }).toBuffer());
}

const staying = (bytes: Uint8Array, recipe: Partial<Recipe> = {}): Promise<Compressed> =>
  compress(bytes, { aim: { kind: 'look', look: 70 }, gif: 'keep', ...recipe });

async function lowestLook(original: Uint8Array<ArrayBuffer>, copy: Uint8Array<ArrayBuffer>): Promise<number> {
  const [before, after] = [await decodedBySharp(original), await decodedBySharp(copy)];
  expect(after.frames).toHaveLength(before.frames.length);
  return Math.min(
    ...before.frames.map((data, i) =>
      refereeLook({ ...SIZE, data: data.slice() }, { ...SIZE, data: after.frames[i]!.slice() }),
    ),
  );
}

describe('an animated GIF', () => {
  it.each([
    [80, false],
    [70, true],
    [50, false],
  ])('keeps look %i in the worst of its frames, and its times (alpha: %s)', async (look, alpha) => {
    const source = await gifOf(12, { alpha, loop: 3 });
    const { bytes, receipt } = await staying(source, { aim: { kind: 'look', look } });
    expect(receipt).toMatchObject({ outcome: 'smaller', output: { format: 'gif', ...SIZE } });
    expect(notesOf(receipt)).toContain('animation-kept');
    expect(notesOf(receipt)).not.toContain('lossless');
    const lowest = await lowestLook(source, bytes);
    expect(lowest).toBeGreaterThan(look - 3);
    expect(Math.abs((receipt.look ?? 0) - lowest)).toBeLessThan(2.5);
    const [before, after] = [await decodedBySharp(source), await decodedBySharp(bytes)];
    expect(after).toMatchObject({ delays: before.delays, loops: before.loops });
  });

  it('becomes a WebP where nothing else is said', async () => {
    const { receipt } = await compress(await gifOf(3));
    expect(receipt.output.format).toBe('webp');
  });

  it('without loss has the same pixels, in fewer bytes or as it came', async () => {
    const source = await gifOf(6, { alpha: true });
    const { bytes, receipt } = await staying(source, { aim: { kind: 'lossless' } });
    expect(bytes.length).toBeLessThanOrEqual(source.length);
    expect(notesOf(receipt)).toContain(receipt.outcome === 'original' ? 'never-larger' : 'lossless');
    expect((await decodedBySharp(bytes)).frames).toEqual((await decodedBySharp(source)).frames);
  });

  it('is not degraded a second time', async () => {
    const { bytes: once } = await staying(await gifOf(5));
    const { bytes: twice, receipt } = await staying(once);
    expect(saving(receipt)).toBeLessThan(0.05);
    expect((await decodedBySharp(twice)).frames).toEqual((await decodedBySharp(once)).frames);
  });

  it('is made smaller and turned, and stays a GIF', async () => {
    const turned: Partial<Recipe> = {
      aim: { kind: 'look', look: 50 },
      resize: { by: 'percent', percent: 50 },
      framing: { turn: 90, crop: null },
    };
    const { bytes, receipt } = await staying(await gifOf(4), turned);
    expect(receipt.output).toMatchObject({ format: 'gif', width: 32, height: 48 });
    expect(receipt.look).toBeGreaterThan(47);
    expect(receipt.look).toBeLessThan(55);
    expect((await decodedBySharp(bytes)).frames).toHaveLength(4);
    // The disc's edge is soft now, which a GIF cannot be: what was measured is said.
    const soft = await staying(await gifOf(2, { alpha: true }), { ...turned, aim: { kind: 'look', look: 80 } });
    expect(soft.receipt.look).toBeLessThan(60);
    expect(notesOf(soft.receipt)).toContain('look-short');
    const exact = await staying(await gifOf(2), { aim: { kind: 'lossless' }, resize: { by: 'percent', percent: 50 } });
    expect(notesOf(exact.receipt)).not.toContain('lossless');
    expect(exact.receipt.output).toMatchObject({ format: 'gif', width: 48 });
  });

  it('gives its first frame where that is asked for', async () => {
    const source = await gifOf(4);
    const { bytes, receipt } = await staying(source, { animation: 'first-frame' });
    expect(receipt.output.format).toBe('gif');
    expect(notesOf(receipt)).toContain('first-frame-only');
    expect(inspect(bytes).animation).toBeNull();
  });

  it('never passes a limit, and keeps its frames', { timeout: 60_000 }, async () => {
    const source = await gifOf(5);
    const aim = (bytes: number): Promise<Compressed> => staying(source, { aim: { kind: 'size', bytes } });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 6000, max: source.length + 100 }), async (limit) => {
        const { bytes, receipt } = await aim(limit);
        expect(bytes.length).toBeLessThanOrEqual(limit);
        expect(receipt.output.format).toBe('gif');
        expect(openMovie(bytes, 'gif', loadWasm).frameCount).toBe(5);
        if (receipt.outcome !== 'original' && receipt.output.width === SIZE.width)
          expect(bytes.length).toBeGreaterThan(limit * 0.8);
      }),
      { numRuns: 6, seed: 3, examples: [[source.length], [6000]] },
    );
    await expect(aim(1000)).rejects.toBeInstanceOf(CompressionError);
  });

  it('keeps of its metadata what the policy lets through', async () => {
    const xmp = new TextEncoder().encode(
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Ghent">' +
        '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">Copyright Ada</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>',
    );
    const source = await embedMetadata(await gifOf(3), 'gif', {
      ...EMPTY_METADATA,
      xmp,
      comments: [{ keyword: 'Comment', text: 'made at home' }],
    });
    const text = async (metadata: Recipe['metadata']): Promise<string> =>
      Buffer.from((await staying(source, { metadata })).bytes).toString('latin1');
    const [strip, protect, keep] = [await text('strip'), await text('protect'), await text('keep')];
    expect(strip).not.toMatch(/Copyright Ada|Ghent|made at home/);
    expect(protect).toContain('Copyright Ada');
    expect(protect).not.toMatch(/Ghent|made at home/);
    expect(keep).toMatch(/Copyright Ada/);
    expect(keep).toMatch(/Ghent/);
    expect(keep).toMatch(/made at home/);
    for (const gif of [strip, protect, keep]) expect(gif).toContain('NETSCAPE2.0');
  });
});

describe('a GIF whose frames show more colours than one of its images can have', () => {
  const palette = (blue: number): Rgb[] =>
    Array.from({ length: 256 }, (_, i) => [(i % 16) * 16 + blue, Math.floor(i / 16) * 16, blue]);
  const half = (blue: number, x: number, disposal: number): GifFrame => ({
    x,
    width: 16,
    height: 16,
    indices: Array.from({ length: 256 }, (_, i) => i),
    palette: palette(blue),
    disposal,
  });
  const whole: GifFrame = { ...half(0, 0, 1), width: 32, indices: Array.from({ length: 512 }, (_, i) => i % 256) };
  // The third takes the second's place by what was before, and draws beside it.
  const source = gif({ width: 32, height: 16, again: 0, frames: [whole, half(5, 0, 3), half(10, 16, 1)] });
  const crop: Recipe['framing'] = { turn: 0, crop: { left: 1, top: 0, width: 30, height: 16 } };

  it.each<Recipe['aim']>([{ kind: 'lossless' }, { kind: 'untouched' }, { kind: 'quality', quality: 100 }])(
    'is cropped as nearly as can be for %j, and nobody says that nothing was lost',
    async (aim) => {
      const { bytes, receipt } = await staying(source, { aim, framing: crop });
      expect(receipt.output).toMatchObject({ format: 'gif', width: 30, height: 16 });
      expect(inspect(bytes)).toMatchObject({ width: 30, height: 16, animation: { frames: 3 } });
      expect(notesOf(receipt)).not.toContain('lossless');
    },
  );

  it('is cropped under a limit', async () => {
    const { bytes, receipt } = await staying(source, { aim: { kind: 'size', bytes: 50_000 }, framing: crop });
    expect(receipt.output).toMatchObject({ format: 'gif', width: 30, height: 16 });
    expect(inspect(bytes)).toMatchObject({ width: 30, height: 16, animation: { frames: 3 } });
  });

  it('that needs no more is cropped without a loss, which is said', async () => {
    const { receipt } = await staying(await gifOf(3), { aim: { kind: 'lossless' }, framing: crop });
    expect(notesOf(receipt)).toContain('lossless');
    expect(receipt.output).toMatchObject({ width: 30, height: 16 });
  });
});

describe('the first frame', () => {
  it.each(['webp', 'gif'] as const)(
    'of a %s is what comes, even where that is larger than the animation',
    async (format) => {
      const { width, height } = SIZE;
      const raw = { width, height: height * 2, channels: 4, pageHeight: height } as const;
      const moving = sharp(Buffer.concat([frame(0), frame(1)]), { raw });
      const source = new Uint8Array(await (format === 'webp' ? moving.webp({ quality: 1 }) : moving.gif()).toBuffer());
      for (const gif of ['keep', 'convert'] as const) {
        const { bytes, receipt } = await staying(source, {
          gif,
          animation: 'first-frame',
          aim: { kind: 'quality', quality: 100 },
        });
        expect(inspect(bytes).animation).toBeNull();
        expect(notesOf(receipt)).toContain('first-frame-only');
        expect(receipt.outcome === 'grown').toBe(format === 'webp');
      }
    },
  );
});

describe('a still GIF', () => {
  it('stays a GIF, or becomes a PNG', async () => {
    const source = await gifOf(1);
    const { bytes, receipt } = await staying(source);
    expect(receipt).toMatchObject({ outcome: 'smaller', output: { format: 'gif' } });
    expect(notesOf(receipt)).not.toContain('animation-kept');
    expect(await lowestLook(source, bytes)).toBeGreaterThan(67);
    expect((await compress(source)).receipt.output.format).toBe('png');
  });

  it('that fits a limit already is left as it is', async () => {
    const source = await gifOf(1);
    const { bytes, receipt } = await staying(source, { aim: { kind: 'size', bytes: source.length } });
    expect(bytes).toEqual(source);
    expect(notesOf(receipt)).toContain('fits-already');
    const smaller = await staying(source, { aim: { kind: 'size', bytes: source.length - 1 } });
    expect(smaller.bytes.length).toBeLessThan(source.length);
    expect(smaller.receipt.output.format).toBe('gif');
  });

  it('that is as small as it gets is left alone', async () => {
    const source = new Uint8Array(
      await sharp({ create: { width: 1, height: 1, channels: 3, background: '#f00' } })
        .gif()
        .toBuffer(),
    );
    const { bytes, receipt } = await staying(source);
    expect(bytes.length).toBeLessThanOrEqual(source.length);
    expect(receipt.output.format).toBe('gif');
  });
});
