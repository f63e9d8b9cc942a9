/** Reading what a file is, from its bytes alone and without decoding a pixel. Pure: runs in Node, workers and pages. */
import { CompressionError } from '../errors.ts';
import { inspectBmp } from './formats/bmp.ts';
import { inspectGif } from './formats/gif.ts';
import { inspectHeif } from './formats/heif.ts';
import { inspectIco } from './formats/ico.ts';
import { inspectJpeg } from './formats/jpeg.ts';
import { inspectJxl } from './formats/jxl.ts';
import { inspectPng } from './formats/png.ts';
import { inspectSvg } from './formats/svg.ts';
import { inspectTiff } from './formats/tiff.ts';
import { inspectWebp } from './formats/webp.ts';
import type { InputFormat, Inspection } from './inspection.ts';
import { sniff, whatInstead } from './sniff.ts';

const INSPECTORS: Readonly<Record<InputFormat, (bytes: Uint8Array) => Inspection>> = {
  jpeg: inspectJpeg,
  png: inspectPng,
  webp: inspectWebp,
  avif: (bytes) => inspectHeif(bytes, 'avif'),
  heic: (bytes) => inspectHeif(bytes, 'heic'),
  jxl: inspectJxl,
  gif: inspectGif,
  bmp: inspectBmp,
  ico: inspectIco,
  svg: (bytes) => inspectSvg(bytes, inspectInSvg),
  tiff: inspectTiff,
};

/** A drawing in a drawing is looked into no deeper. */
function inspectInSvg(bytes: Uint8Array): Inspection {
  return sniff(bytes) === 'svg' ? inspectSvg(bytes, inspectRaster) : inspect(bytes);
}

function inspectRaster(bytes: Uint8Array): Inspection {
  const format = sniff(bytes);
  if (format === 'svg') throw new CompressionError('corrupt');
  return inspect(bytes);
}

/**
 * A size beyond every limit is read like any other: `checkLimits` says no to it. Damage in metadata alone is passed
 * over; what the picture itself hangs on must be whole.
 *
 * @throws CompressionError and nothing else: `empty-file`, `html-instead`, `not-an-image`, `unsupported-format`,
 * `unsupported-variant`, `truncated` when the file ends before its picture does, `corrupt`
 */
export function inspect(bytes: Uint8Array): Inspection {
  const format = sniff(bytes);
  if (!format) return whatInstead(bytes);
  try {
    return INSPECTORS[format](bytes);
  } catch (thrown) {
    throw CompressionError.from(thrown);
  }
}
