/**
 * Codes what changed from one canvas to the next in several ways and takes the smallest. The figures here were
 * measured on clips such as those of tests/bench/animation-clips.ts, which tests/bench/animation.ts measures as a whole.
 */
import type { LoadWasm, OptionValues, Pixels } from '../codecs/codec.ts';
import { webpCodec, webpFormat } from '../codecs/webp.ts';
import { CompressionError } from '../errors.ts';
import { cut, cutChanges } from './difference.ts';
import type { Rect } from './movie.ts';
import { AdaptiveTrials } from './adaptive-trials.ts';
import { bitstreamOf, type Bitstream } from './webp-bitstream.ts';

/** A frame of the file, but for its time. */
export interface Coded {
  readonly rect: Rect;
  /** Composed over the canvas; otherwise it replaces the rectangle. */
  readonly blend: boolean;
  readonly bitstream: Bitstream;
}

export interface Step {
  /** The canvas before the frame is drawn, and as it is to be after it: packed, fully transparent is 0. */
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  /** In px. */
  readonly canvasWidth: number;
  /** Holds every pixel that changes. */
  readonly rect: Rect;
}

export type StepCoder = (step: Step) => Promise<Coded>;

/** One way to code a step. */
interface Way {
  readonly blend: boolean;
  readonly options: OptionValues;
  /** Null when the step can't be coded so. */
  draw(step: Step): Pixels | null;
}

/**
 * Lossless pictures leave out every single pixel that stays, or none: holes make flat drawings smaller (a typed text
 * by 80 %) and dithered photographs larger (by 30 %), since they end what the coder could repeat.
 */
const PIXEL = 1;

/**
 * Lossy ones leave out squares of 8 x 8, whose colour libwebp then flattens (`WebPCleanupTransparentArea`). That
 * halves a picture in which little moves (20.2 kB to 12.5 kB, at the look of q65 where nothing is left out, 18 kB).
 */
const SQUARE = 8;

/** A mask in ALPH costs more than it saves when fewer pixels than this share stay. */
const WORTH_A_MASK = 0.05;

/** What exactness may cost: a lossless picture is taken up to this much above a lossy one. */
const FOR_EXACTNESS = 1.1;

/**
 * @param options libwebp's. With `lossless` 0 each step is lossy or lossless, whichever is smaller: flat drawings and
 *   typed text are both smaller (10.5 against 15.7 kB) and exact when lossless, dithered photographs 5 to 10 times larger.
 */
export function createStepCoder(options: OptionValues, load: LoadWasm): StepCoder {
  // The colour under what is fully transparent is never seen, and always 0 here.
  const given = { ...options, exact: 0 };
  const lossless = Number(options['lossless']) === 1 ? given : { ...webpFormat.optionsFor('lossless'), exact: 0 };
  const ways = [
    changes(lossless, PIXEL, 0),
    whole(lossless),
    ...(given === lossless ? [] : [changes(given, SQUARE, WORTH_A_MASK), whole(given)]),
  ];
  const trials = new AdaptiveTrials(ways);
  return (step) =>
    trials.best(async (way) => {
      const pixels = way.draw(step);
      if (!pixels) return null;
      const bitstream = await encode(pixels, way.options, load);
      const result: Coded = { rect: step.rect, blend: way.blend, bitstream };
      return { result, cost: codedBytes(result) / (way.options === lossless ? FOR_EXACTNESS : 1) };
    });
}

/** Bytes of a coded frame in the file, but for its fixed header. */
export function codedBytes({ bitstream }: Coded): number {
  return bitstream.data.length + (bitstream.alpha ? bitstream.alpha.length + 8 : 0);
}

function whole(options: OptionValues): Way {
  return { blend: false, options, draw: ({ after, canvasWidth, rect }) => cut(after, canvasWidth, rect) };
}

function changes(options: OptionValues, block: number, worth: number): Way {
  return {
    blend: true,
    options,
    draw({ before, after, canvasWidth, rect }) {
      const drawn = cutChanges(before, after, canvasWidth, rect, block);
      return drawn && drawn.kept <= (1 - worth) * rect.width * rect.height ? drawn.pixels : null;
    },
  };
}

async function encode(pixels: Pixels, options: OptionValues, load: LoadWasm): Promise<Bitstream> {
  try {
    return bitstreamOf(await webpCodec.encode(pixels, options, load));
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format: 'webp' });
  }
}
