/** One try of an encoder: pixels in, a file and its look out. */
import type { Codec, LoadWasm, OptionValues, Pixels } from '../codecs/codec.ts';
import { isTuned } from '../codecs/jpeg.ts';
import { codecs } from '../codecs/registry.ts';
import { CompressionError } from '../errors.ts';
import type { OpenPlanes } from '../decoders/planes/browser-planes.ts';
import { readByPlanes } from '../decoders/planes/read-planes.ts';
import type { OutputFormat } from '../image/inspection.ts';
import { encodeByMozjpeg } from '../jpeg/encode-by-mozjpeg.ts';
import { encodeJpeg } from '../jpeg/encode-jpeg.ts';
import { MOST_MEASURED } from './memory.ts';
import { takeReference, type LookReference } from './metric.ts';
import { takeSample } from './sample.ts';

export interface TrialContext {
  readonly format: OutputFormat;
  readonly load: LoadWasm;
  /** The browser's decoder, where it is there: it gives the same pixels, sooner. */
  readonly openPlanes?: OpenPlanes | undefined;
  /** Called before each try with its pixels, so that a watchdog sees progress. */
  readonly onTrial?: ((pixels: number) => void) | undefined;
}

/** @throws CompressionError `codec-failed` */
export async function encodeOnce(
  pixels: Pixels,
  options: OptionValues,
  { format, load, onTrial }: TrialContext,
): Promise<Uint8Array<ArrayBuffer>> {
  onTrial?.(pixels.width * pixels.height);
  return orFailed(format, () => encoderFor(format, options)(pixels, options, load));
}

/** The writers of JPEG scans are the project's own, whichever encoder chooses the coefficients. */
export function encoderFor(format: OutputFormat, options: OptionValues): Codec['encode'] {
  if (format !== 'jpeg') return codecs[format].encode;
  return isTuned(options) ? encodeJpeg : encodeByMozjpeg;
}

/** As its own decoder reads it. @throws CompressionError `codec-failed` */
export async function decodeOnce(
  bytes: Uint8Array<ArrayBuffer>,
  { format, load, openPlanes }: TrialContext,
): Promise<Pixels> {
  const byPlanes = openPlanes && (await readByPlanes(bytes, format, openPlanes, load));
  return byPlanes ?? orFailed(format, () => codecs[format].decode(bytes, load));
}

async function orFailed<T>(format: OutputFormat, work: () => ReturnType<Codec['encode']> | Promise<T>): Promise<T> {
  try {
    return (await work()) as T;
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format });
  }
}

/** A reference that results of the whole picture are compared with, by part of them where it is large. */
export async function takeWhole(pixels: Pixels, load: LoadWasm): Promise<LookReference> {
  if (pixels.width * pixels.height <= MOST_MEASURED) return takeReference(pixels, load);
  const sample = takeSample(pixels, 1, MOST_MEASURED);
  const reference = await takeReference(sample.pixels, load);
  return { isKept: reference.isKept, compare: (picture) => reference.compare(sample.of(picture)) };
}
