/**
 * What this product takes on. A limit is checked before a pixel is decoded, so that a hostile or huge file ends in
 * a sentence and not in a browser out of memory.
 */
import { CompressionError } from '../errors.ts';
import { FORMAT_FACTS } from './format-facts.ts';
import type { InputFormat, Inspection, OutputFormat } from './inspection.ts';

/** 200 MB: the file, its decrypted copy and its pixels must fit into one process together. */
export const MAX_FILE_BYTES = 200_000_000;

/** 100 megapixels: 400 MB as RGBA8. */
export const MAX_PIXELS = 100_000_000;

/**
 * libjxl in WASM takes 23 to 27 times the RGBA size at its peak, measured, and its heap ends at 2 GB:
 * 2 GB / (4 bytes x 25) is 20 megapixels.
 */
const MAX_JXL_PIXELS = 20_000_000;

/** The longest side that is read, in pixels. */
const MAX_INPUT_SIDE = 65_535;

/**
 * Pixels that a byte of a file holds at most, where the format's coding sets a bound. JPEG: a block of 8 x 8 takes a bit or
 * more in its first scan (ITU-T T.81, F.1.2 and G.1.2). PNG: deflate turns a byte into 1032 at most (RFC 1951, a match of
 * 258 in two bits), of 8 pixels each. GIF: a code of 9 bits or more stands for fewer than 4096 pixels. The others code an
 * even picture of any size in a few bytes.
 */
const MOST_PIXELS_A_BYTE: Partial<Record<InputFormat, number>> = { jpeg: 512, png: 1032 * 8, gif: 4096 };

/** Only above so many pixels it pays to look at what the bytes can hold: 80 MB as RGBA8. */
const LARGE = 20_000_000;

/** @throws CompressionError `empty-file`, `file-too-large` */
export function checkFileSize(bytes: number): void {
  if (bytes === 0) throw new CompressionError('empty-file');
  if (bytes > MAX_FILE_BYTES) {
    throw new CompressionError('file-too-large', { megabytes: Math.ceil(bytes / 1e6), limit: MAX_FILE_BYTES / 1e6 });
  }
}

/**
 * Whether the image may be decoded. `limit` in the errors is in megapixels.
 *
 * @throws CompressionError `file-too-large`, `too-many-pixels`, `too-much-memory`, `truncated` when it is large and less than
 * half of its pixels can be in the file
 */
export function checkLimits({
  format,
  bytes,
  width,
  height,
}: Pick<Inspection, 'format' | 'bytes' | 'width' | 'height'>): void {
  checkFileSize(bytes);
  // A vector has no pixels of its own; what it is drawn at is checked with `checkOutput`.
  if (format === 'svg') return;
  if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_INPUT_SIDE) {
    throw new CompressionError('too-many-pixels', { width, height, limit: MAX_PIXELS / 1e6 });
  }
  if (format === 'jxl') checkMemory(width * height);
  const canHold = bytes * (MOST_PIXELS_A_BYTE[format] ?? Infinity);
  if (width * height > LARGE && canHold < (width * height) / 2) throw new CompressionError('truncated');
}

/**
 * Whether an image of this size (after turning and resizing) can be written as `format`; for the other codecs' memory see
 * `lib/core/codecs/heap.ts`.
 *
 * @throws CompressionError `too-many-pixels`, `too-much-memory`, `unsupported-variant` when a side is longer than the format can state
 */
export function checkOutput(format: OutputFormat, { width, height }: { width: number; height: number }): void {
  if (width * height > MAX_PIXELS)
    throw new CompressionError('too-many-pixels', { width, height, limit: MAX_PIXELS / 1e6 });
  if (format === 'jxl') checkMemory(width * height);
  if (Math.max(width, height) > FORMAT_FACTS[format].maxSide) {
    throw new CompressionError('unsupported-variant', { format, feature: `${width} x ${height} px` });
  }
}

function checkMemory(pixels: number): void {
  if (pixels > MAX_JXL_PIXELS)
    throw new CompressionError('too-much-memory', { format: 'jxl', limit: MAX_JXL_PIXELS / 1e6 });
}
