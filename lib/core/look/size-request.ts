/** What a search for a size is asked and gives, whatever the format. */
import type { OptionValues, Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import type { Size } from '../pixels/resize.ts';
import { decodeOnce, takeWhole, type TrialContext } from './trial.ts';

export interface SizeRequest extends TrialContext {
  readonly pixels: Pixels;
  /** Bytes, of the finished file. */
  readonly limit: number;
  /** What the person has set of the encoder; it stays. */
  readonly set: OptionValues;
  /** Bytes of the file when its profile and metadata are in it. */
  finishedBytes(bytes: Uint8Array<ArrayBuffer>, size: Size): Promise<number>;
  /** From the picture as it came, never from one that was made smaller before. */
  resized(factor: number): Promise<Pixels>;
}

export interface SizeResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly options: OptionValues;
  readonly width: number;
  readonly height: number;
  /** Against the picture of the same size; null where it was not measured. */
  readonly look: number | null;
  /** Of a palette that is left; absent where it has all that the picture has. */
  readonly colours?: number;
}

/** A file of this share of the limit uses it. */
export const ENOUGH = 0.95;
/** Files get smaller by a little less than their pixels do. */
export const BYTES_BY_PIXELS = 0.85;
export const LEAST_SIDE = 64;
/** The look that fewer pixels must bring, where what fits looks poor. */
export const WORTH_FEWER_PIXELS = 2;

export function notReached(limit: number, smallest: number): CompressionError {
  return new CompressionError('size-not-reached', { kilobytes: limit / 1000, reached: Math.ceil(smallest / 1000) });
}

export async function lookOf(bytes: Uint8Array<ArrayBuffer>, size: Pixels, request: SizeRequest): Promise<number> {
  const reference = await takeWhole(size, request.load);
  return reference.compare(await decodeOnce(bytes, request));
}
