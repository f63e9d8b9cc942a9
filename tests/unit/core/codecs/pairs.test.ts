import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import { FORMAT_FACTS } from '../../../../lib/core/image/format-facts.ts';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { runPlan, type Compressed } from '../../../../lib/core/pipeline/run.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../../../../lib/core/image/inspection.ts';
import { sniff } from '../../../../lib/core/image/sniff.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { difference, picture } from './pictures.ts';

/**
 * Mean difference of a colour channel, in levels of 255, that one lossy encoding at the default recipe may cost on
 * `picture()`, whose hard edge in colour is the worst case for 4:2:0. Measured 1.2 (AVIF to AVIF) to 2.8
 * (JPEG to WebP); the rest is room for another version of a codec.
 */
const LOSSY_BOUND = 3.5;
/** At a hard edge 4:2:0 spreads the colour over two pixels. */
const LOSSY_MAX = 90;
/** Two decoders of the same AVIF spread 4:2:0 chroma differently: measured mean 0.86. The others agree in every pixel. */
const EXACT_BOUND = { jpeg: 0, png: 0, webp: 0, jxl: 0, avif: 1.2 };
const EXACT_MAX = { jpeg: 0, png: 0, webp: 0, jxl: 0, avif: 40 };

async function compress(bytes: Uint8Array<ArrayBuffer>, recipe: Partial<Recipe>): Promise<Compressed> {
  return runPlan(
    makePlan({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 }, ...recipe }, inspect(bytes)),
    bytes.slice(),
    { load: loadWasm },
  );
}

/** Read by a decoder that is not ours; sharp's libvips has no JPEG XL, so that one is read by libjxl itself. */
async function decodedApart(bytes: Uint8Array<ArrayBuffer>, format: OutputFormat): Promise<Pixels> {
  if (format === 'jxl') return codecs.jxl.decode(bytes, loadWasm);
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

const source = picture();
const inputs = Object.fromEntries(
  await Promise.all(
    OUTPUT_FORMATS.map(async (format) => [
      format,
      await codecs[format].encode(source, formats[format].optionsFor({ quality: 98 }), loadWasm),
    ]),
  ),
) as Record<OutputFormat, Uint8Array<ArrayBuffer>>;

describe.each(OUTPUT_FORMATS)('from %s', (from) => {
  it.each(OUTPUT_FORMATS)('to %s keeps the picture within the bound', async (to) => {
    const before = await decodedApart(inputs[from], from);
    const { bytes, receipt } = await compress(inputs[from], {
      format: to,
      ...(to === 'png' && { aim: { kind: 'lossless' } }),
    });

    expect(sniff(bytes)).toBe(to);
    const after = await decodedApart(bytes, to);
    const { mean, max } = difference(before, after);
    expect(mean).toBeLessThanOrEqual(to === 'png' ? EXACT_BOUND[from] : LOSSY_BOUND);
    expect(max).toBeLessThanOrEqual(to === 'png' ? EXACT_MAX[from] : LOSSY_MAX);
    expect(receipt).toMatchObject({
      input: { format: from, bytes: inputs[from].length, width: 96, height: 64 },
      output: { format: to, bytes: bytes.length, width: 96, height: 64 },
    });
  });
});

describe.each(OUTPUT_FORMATS.filter((format) => FORMAT_FACTS[format].lossless))('%s without loss', (format) => {
  it('gives every pixel back, partial alpha and the colour under it included', async () => {
    const translucent = picture(64, 48, 'partial');
    const bytes = await codecs[format].encode(translucent, formats[format].optionsFor('lossless'), loadWasm);
    const back = await codecs[format].decode(bytes, loadWasm);
    expect(difference(translucent, back, 'alpha')).toEqual({ mean: 0, max: 0 });
    expect(difference(translucent, back)).toEqual({ mean: 0, max: 0 });
  });
});

describe.each(OUTPUT_FORMATS.filter((format) => FORMAT_FACTS[format].alpha))('%s', (format) => {
  it('keeps alpha exactly, or nearly so, at the default recipe', async () => {
    const translucent = picture(64, 48, 'partial');
    const png = await codecs.png.encode(translucent, formats.png.optionsFor('lossless'), loadWasm);
    const { bytes } = await compress(png, { format });
    const back = await codecs[format].decode(bytes, loadWasm);
    expect(difference(translucent, back, 'alpha').max).toBeLessThanOrEqual(
      format === 'avif' || format === 'jxl' || format === 'png' ? 12 : 0,
    );
  });
});

describe('to JPEG', () => {
  it('flattens alpha onto the background and says so', async () => {
    const clear: Pixels = { width: 16, height: 16, data: new Uint8ClampedArray(16 * 16 * 4) };
    const png = await codecs.png.encode(clear, formats.png.optionsFor('lossless'), loadWasm);
    const { bytes, receipt } = await compress(png, { format: 'jpeg', background: '#3366cc' });
    const { data } = await decodedApart(bytes, 'jpeg');
    expect([...data.subarray(0, 3)].map((level, at) => Math.abs(level - [0x33, 0x66, 0xcc][at]!) <= 3)).toEqual([
      true,
      true,
      true,
    ]);
    expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'alpha-flattened', parameters: { colour: '#3366cc' } });
  });
});
