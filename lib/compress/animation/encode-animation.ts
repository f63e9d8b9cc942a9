/** Frames in, an animated WebP out. */
import type { LoadWasm, OptionValues, Pixels } from '../../codecs/codec.ts';
import { webpCodec } from '../../codecs/webp.ts';
import { CompressionError } from '../../errors.ts';
import type { Frame } from './frame.ts';
import { checkCanvas, checkLength } from './limits.ts';
import { Sequence } from './sequence.ts';
import { createStepCoder } from './step-coder.ts';
import { bitstreamOf, carriesAlpha, stillWebp, type WebpMetadata } from './webp-bitstream.ts';
import { frameBytes, muxAnimation } from './webp-muxer.ts';

export interface AnimationInput {
  /** Of the canvas and of every frame, in px. */
  readonly width: number;
  readonly height: number;
  /** Whole frames, in order, e.g. of `Movie.frames()`; each is read before the next is asked for. */
  readonly frames: AsyncIterable<Frame>;
  /** Times the whole plays; 0 is for ever. */
  readonly loops: number;
  /** libwebp's, as `webpFormat.optionsFor` gives them. */
  readonly options: OptionValues;
  readonly metadata?: WebpMetadata;
  readonly load: LoadWasm;
  /** Called after each frame that came in, with the number of frames so far: progress for a watchdog. */
  readonly onFrame?: (frames: number) => void;
}

export interface EncodedAnimation {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly frames: {
    readonly came: number;
    /** In the file. 1 is a still picture: every frame was the same. */
    readonly written: number;
    /** That were equal to the one before, whose time they added to. */
    readonly merged: number;
    /** Of those written, coded without loss. */
    readonly lossless: number;
  };
  readonly milliseconds: number;
}

/**
 * @throws CompressionError `too-many-pixels`, `unsupported-variant` for too many frames, `codec-failed`, `corrupt`
 *   when no frame comes, and what the frames' source throws
 */
export async function encodeAnimation(input: AnimationInput): Promise<EncodedAnimation> {
  const { width, height, options, load, metadata = {} } = input;
  checkCanvas(width, height);
  const sequence = new Sequence(width, height, createStepCoder(options, load));
  let came = 0;
  let last: Frame | null = null;
  for await (const frame of input.frames) {
    checkLength('webp', input, ++came);
    if (frame.width !== width || frame.height !== height) throw new CompressionError('internal', { detail: `frame ${came} of another size` });
    await sequence.add(wordsOf(frame), frame.durationMs);
    input.onFrame?.(came);
    last = frame;
  }
  sequence.finish();
  const { frames, merged, milliseconds } = sequence;
  if (!last) throw new CompressionError('corrupt');
  const bytes = muxAnimation({ width, height, loops: input.loops, frames, metadata });
  return { bytes, frames: { came, written: frames.length, merged, lossless: frames.filter(({ bitstream }) => bitstream.kind === 'VP8L').length }, milliseconds };
}

function wordsOf({ data }: Pixels): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
}
void webpCodec, bitstreamOf, carriesAlpha, stillWebp, frameBytes;
