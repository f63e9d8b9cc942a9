/** JPEG inside TIFF, strip by strip or tile by tile, by the codec that reads JPEG files: TIFF Technical Note 2. */
import type { LoadWasm } from '../codecs/codec.ts';
import { jpegCodec } from '../codecs/jpeg.ts';
import { CompressionError } from '../errors.ts';
import { readFrame } from '../image/formats/jpeg-frame.ts';
import { lastScanIsWhole } from '../image/formats/jpeg-scan.ts';
import { readJpegSegments } from '../image/formats/jpeg-segments.ts';
import { readInks } from './jpeg-inks.ts';
import { jpegStream, type JpegStream } from './tiff-jpeg-stream.ts';
import { COMPRESSION, PHOTOMETRIC, type TiffPage } from './tiff-page.ts';
import { gridOf, placeOf, type Expanded } from './tiff-parts.ts';

/** Samples a pixel in the strips of each interpretation. */
const COMPONENTS: Readonly<Record<number, number>> = {
  [PHOTOMETRIC.whiteIsZero]: 1,
  [PHOTOMETRIC.blackIsZero]: 1,
  [PHOTOMETRIC.palette]: 1,
  [PHOTOMETRIC.rgb]: 3,
  [PHOTOMETRIC.yCbCr]: 3,
  [PHOTOMETRIC.cmyk]: 4,
};

export function isJpegOfCodec(page: TiffPage): boolean {
  return (
    page.compression === COMPRESSION.jpeg &&
    page.bits === 8 &&
    page.samples === COMPONENTS[page.photometric] &&
    (!page.planar || page.photometric !== PHOTOMETRIC.yCbCr)
  );
}

/**
 * Planes as `expandParts` gives them; YCbCr has become RGB.
 *
 * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant`
 */
export async function expandJpegParts(bytes: Uint8Array, page: TiffPage, load: LoadWasm): Promise<Expanded> {
  const samples = page.planar ? 1 : page.samples;
  const grid = gridOf(page);
  const tables = page.numbers(347);
  const shared = tables ? Uint8Array.from(tables) : null;
  const planes = Array.from(
    { length: page.planar ? page.samples : 1 },
    () => new Uint8Array(page.width * page.height * samples),
  );
  const perPlane = grid.across * grid.down;
  let incomplete = page.parts.length < perPlane * planes.length;
  for (let i = 0; i < Math.min(page.parts.length, perPlane * planes.length); i++) {
    const { at, length } = page.parts[i]!;
    incomplete ||= length === 0;
    if (length === 0) continue;
    const { left, top, width, height } = placeOf(i % perPlane, grid, page);
    const stream = jpegStream(bytes.subarray(at, at + length), shared, page.photometric === PHOTOMETRIC.yCbCr ? 1 : 0);
    // A whole block beyond the strip or tile is what sloppy encoders add; more is a trap.
    const fits =
      stream.components === samples &&
      stream.width >= width &&
      stream.height >= height &&
      stream.width < grid.width + 16 &&
      stream.height < grid.height + 16;
    if (!fits) throw new CompressionError('corrupt');
    const plane = planes[Math.floor(i / perPlane)]!;
    const decoded = await decode(stream, load);
    for (let y = 0; y < height; y++) {
      for (
        let x = 0, from = y * stream.width * 4, to = ((top + y) * page.width + left) * samples;
        x < width;
        x++, from += 4
      ) {
        for (let s = 0; s < samples; s++) plane[to++] = decoded[from + s]!;
      }
    }
  }
  return { planes, incomplete };
}

/** Tag 513: the whole picture as one JPEG file, which JPEGs of the old kind (TIFF 6.0, section 22) mostly are. */
const INTERCHANGE_AT = 513;
const INTERCHANGE_LENGTH = 514;

/** @returns the picture as one plane of RGB or grey; null when the file holds it in another way */
export async function expandOldJpeg(bytes: Uint8Array, page: TiffPage, load: LoadWasm): Promise<Uint8Array[] | null> {
  const at = page.numbers(INTERCHANGE_AT)?.[0];
  const length = page.numbers(INTERCHANGE_LENGTH)?.[0] ?? bytes.length;
  if (at === undefined || page.planar || page.bits !== 8 || page.samples !== COMPONENTS[page.photometric]) return null;
  const stream = wholeStream(bytes.subarray(at, at + length), page);
  if (!stream) return null;
  const decoded = await decode(stream, load);
  const { width, height, samples } = page;
  const plane = new Uint8Array(width * height * samples);
  for (let i = 0; i < width * height; i++)
    for (let s = 0; s < samples; s++) plane[i * samples + s] = decoded[i * 4 + s]!;
  return [plane];
}

function wholeStream(bytes: Uint8Array, page: TiffPage): JpegStream | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  try {
    const stream = jpegStream(bytes, null, page.photometric === PHOTOMETRIC.yCbCr ? 1 : 0);
    return stream.width === page.width && stream.height === page.height && stream.components === page.samples
      ? stream
      : null;
  } catch (thrown) {
    if (thrown instanceof CompressionError) return null;
    throw thrown;
  }
}

/**
 * Four bytes a pixel, whatever the number of components.
 *
 * @throws CompressionError `truncated` for data that ends early, which the codec would fill up with grey; `corrupt`
 */
async function decode(stream: JpegStream, load: LoadWasm): Promise<Uint8Array | Uint8ClampedArray> {
  const layout = readJpegSegments(stream.file);
  if (!layout.hasEnd && !lastScanIsWhole(stream.file, layout, readFrame(stream.file, layout)))
    throw new CompressionError('truncated');
  if (stream.components === 4) return readInks(stream.file, load);
  const { width, height, data } = await jpegCodec.decode(stream.file, load);
  if (width !== stream.width || height !== stream.height) throw new CompressionError('corrupt');
  return data;
}
