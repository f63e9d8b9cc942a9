/** Codes what changed from one canvas to the next: which pixels, composed or replacing, lossy or lossless. */
import type { LoadWasm, OptionValues, Pixels } from '../../codecs/codec.ts';
import { webpCodec } from '../../codecs/webp.ts';
import { CompressionError } from '../../errors.ts';
import { cut, cutChanges } from './difference.ts';
import type { Rect } from './frame.ts';
import { bitstreamOf, type Bitstream } from './webp-bitstream.ts';

/** A frame of the file, but for its time. */
export interface Coded {
  readonly rect: Rect;
  readonly blend: boolean;
  readonly bitstream: Bitstream;
}

export interface Step {
  /** The canvas as it is before the frame is drawn, and as it is to be after it. Words 0xAABBGGRR. */
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  readonly canvasWidth: number;
  /** Holds every pixel that changes. */
  readonly rect: Rect;
}

export type StepCoder = (step: Step) => Promise<Coded>;

export const knobs = { block: 8, minSkip: 0.2, mixed: true, both: false, bothLossy: false, prefer: 1, lm: 4, lq: 75 };

/** libwebp flattens the colour of transparent 8 x 8 squares (its `WebPCleanupTransparentArea`), so that they cost next to nothing. */
export function createStepCoder(options: OptionValues, load: LoadWasm): StepCoder {
  const lossless: OptionValues = { ...options, quality: knobs.lq, method: knobs.lm, lossless: 1, exact: 0 };
  const code = async (pixels: Pixels, values: OptionValues): Promise<Bitstream> => {
    try {
      return bitstreamOf(await webpCodec.encode(pixels, values, load));
    } catch (thrown) {
      throw CompressionError.from(thrown, 'codec-failed', { format: 'webp' });
    }
  };
  async function losslessly({ before, after, canvasWidth, rect }: Step): Promise<Coded> {
    const changes = cutChanges(before, after, canvasWidth, rect, 1);
    const a = changes && { rect, blend: true, bitstream: await code(changes.pixels, lossless) };
    if (a && !knobs.both) return a;
    const b = { rect, blend: false, bitstream: await code(cut(after, canvasWidth, rect), lossless) };
    return a ? smaller(a, b) : b;
  }
  async function lossily({ before, after, canvasWidth, rect }: Step): Promise<Coded> {
    const changes = cutChanges(before, after, canvasWidth, rect, knobs.block);
    const skip = changes ? 1 - changes.kept / (rect.width * rect.height) : 0;
    const a = changes && (skip >= knobs.minSkip || (knobs.bothLossy && skip > 0)) ? { rect, blend: true, bitstream: await code(changes.pixels, options) } : null;
    if (a && !knobs.bothLossy) return a;
    const b = { rect, blend: false, bitstream: await code(cut(after, canvasWidth, rect), options) };
    return a ? smaller(a, b) : b;
  }
  if (Number(options['lossless']) === 1) return losslessly;
  return async (step) => {
    const lossy = await lossily(step);
    if (!knobs.mixed) return lossy;
    return smaller(await losslessly(step), lossy, knobs.prefer);
  };
}

export function codedBytes({ bitstream }: Coded): number {
  return bitstream.data.length + (bitstream.alpha ? bitstream.alpha.length + 8 : 0);
}

/** The first when it is at most `worth` times the second's size. */
function smaller(first: Coded, second: Coded, worth = 1): Coded {
  return codedBytes(first) <= codedBytes(second) * worth ? first : second;
}
