/**
 * A JPEG made smaller without a change to any pixel: the quantised coefficients are written again with Huffman codes that
 * fit them, in the sequential or the progressive order that costs least. No permissively licensed WASM of jpegtran is
 * published, hence this.
 */
import { CompressionError } from '../errors.ts';
import { startsWith } from '../bytes/reader.ts';
import { chooseProgressive, chooseSequential } from './choose-scans.ts';
import { readIntoCoder, readJpegPicture, type JpegPicture } from './read-jpeg.ts';
import type { ScanCoder } from './scan-coder.ts';
import { sumOf } from './scan-cost.ts';
import { writeJpeg } from './write-jpeg.ts';

export interface OptimiseOptions {
  /** auto writes what is smaller. Sequential files decode faster and in less memory. */
  readonly order?: 'auto' | 'sequential' | 'progressive';
}

/**
 * Metadata segments and what stands behind the picture are kept byte for byte. The result is read again and its
 * coefficients are compared before it is given out.
 *
 * @returns a smaller file, or the same bytes when there is none
 * @throws CompressionError `unsupported-variant` (arithmetic, lossless, 12-bit; multi-picture files, whose offsets would no
 * longer hold; files that lack scans), `too-much-memory`, `truncated`, `corrupt`: then the original is as small as it gets
 */
export function optimiseJpeg(
  bytes: Uint8Array<ArrayBuffer>,
  coder: ScanCoder,
  { order = 'auto' }: OptimiseOptions = {},
): Uint8Array<ArrayBuffer> {
  const picture = readFullPicture(bytes, coder);
  if (picture.trailer.length > 0 && picture.metadata.some(isMultiPicture)) {
    throw new CompressionError('unsupported-variant', { format: 'JPEG', feature: 'several pictures' });
  }
  const rewritten = write(picture, coder, order);
  if (rewritten.length >= bytes.length) return bytes;
  return checked(rewritten, picture, coder);
}

/**
 * A picture whose scans are all there. Of any other decoders smooth the edges of blocks, and in a rewritten file, whose
 * scans are all there, they would not: the same coefficients, and other pixels.
 *
 * @throws CompressionError `unsupported-variant` for scans that are missing, and what `readJpegPicture` throws
 */
export function readFullPicture(bytes: Uint8Array, coder: ScanCoder): JpegPicture {
  const picture = readJpegPicture(bytes, coder);
  if (picture.lacking) throw new CompressionError('unsupported-variant', { format: 'JPEG', feature: 'missing scans' });
  return picture;
}

/** The picture in as few bytes as there is a way to, read again and compared. @throws CompressionError `internal` */
export function packJpeg(picture: JpegPicture, coder: ScanCoder): Uint8Array<ArrayBuffer> {
  return checked(write(picture, coder, 'auto'), picture, coder);
}

function write(picture: JpegPicture, coder: ScanCoder, order: OptimiseOptions['order']): Uint8Array<ArrayBuffer> {
  coder.take(picture.frame, picture.coefficients);
  const sequential = order === 'progressive' ? null : chooseSequential(picture.frame, coder);
  const progressive = order === 'sequential' ? null : chooseProgressive(picture.frame, coder);
  const scans = !progressive || (sequential && sumOf(sequential) <= sumOf(progressive)) ? sequential : progressive;
  return writeJpeg(picture, scans ?? [], scans === progressive, coder);
}

function checked(bytes: Uint8Array<ArrayBuffer>, picture: JpegPicture, coder: ScanCoder): Uint8Array<ArrayBuffer> {
  if (!isWritten(picture, readIntoCoder(bytes, coder), coder))
    throw new CompressionError('internal', {}, { cause: new Error('a rewritten JPEG differs') });
  return bytes;
}

/** CIPA DC-007, 5.1: APP2 with offsets from itself to the other pictures of the file. */
function isMultiPicture(segment: Uint8Array): boolean {
  return segment[1] === 0xe2 && startsWith(segment, 'MPF\0', 4);
}

/** @param found what is in the file, with the coefficients that the coder holds */
function isWritten(picture: JpegPicture, found: Omit<JpegPicture, 'coefficients'>, coder: ScanCoder): boolean {
  return (
    picture.frame.width === found.frame.width &&
    picture.frame.height === found.frame.height &&
    picture.coefficients.length === found.frame.components.length &&
    sameLists(picture.quantisation, found.quantisation, same) &&
    picture.coefficients.every((each, component) => same(each, coder.levels(component)))
  );
}

function sameLists<T>(a: readonly T[], b: readonly T[], equal: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((item, i) => equal(item, b[i]!));
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
