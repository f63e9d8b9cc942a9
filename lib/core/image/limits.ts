/**
 * What this product takes on. A limit is checked before a pixel is decoded, so that a hostile or huge file ends in
 * a sentence and not in a browser out of memory.
 */
import { CompressionError } from '../errors.ts';
import { FORMAT_FACTS } from './format-facts.ts';
import type { Inspection, OutputFormat } from './inspection.ts';

/** 200 MB: the file, its decrypted copy and its pixels must fit into one process together. */
export const MAX_FILE_BYTES = 200_000_000;

/** 100 megapixels: 400 MB as RGBA8. */
export const MAX_PIXELS = 100_000_000;

/**
 * libjxl in WASM takes 23 to 27 times the RGBA size at its peak, measured, and its heap ends at 2 GB:
 * 2 GB / (4 bytes x 25) is 20 megapixels.
 */
export const MAX_JXL_PIXELS = 20_000_000;

/** The longest side that is read, in pixels. */
export const MAX_INPUT_SIDE = 65_535;

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
 * @throws CompressionError `file-too-large`, `too-many-pixels`, `too-much-memory`
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
}

/**
 * Whether an image of this size (after turning and resizing) can be written as `format`.
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
