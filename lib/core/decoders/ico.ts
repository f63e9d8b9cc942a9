/** Windows icons: the largest picture, exactly. An entry is a whole PNG, or a bitmap with a mask of transparency behind it. */
import { pngCodec } from '../codecs/png.ts';
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import { largestIcon } from '../image/formats/ico.ts';
import { inspectPng } from '../image/formats/png.ts';
import { checkLimits } from '../image/limits.ts';
import { Reader } from '../bytes/reader.ts';
import { readDibHeader, readDibPixels, type DibHeader } from './dib.ts';
import type { PictureReader } from './picture.ts';

export const icoReader: PictureReader = {
  async read(bytes, load) {
    const reader = new Reader(bytes, 'little');
    const { at, length } = largestIcon(bytes);
    const entry = reader.slice(at, length).slice();
    // Named one by one: a browser's ImageData has them from its prototype, where a spread does not look.
    const { width, height, data } = new Reader(entry).is(0, '\x89PNG')
      ? await readPngEntry(entry, load)
      : readBitmapEntry(entry);
    const pictures = reader.u16(4);
    return {
      width,
      height,
      data,
      notes: pictures > 1 ? [{ kind: 'info', code: 'largest-picture', parameters: { pictures } }] : [],
    };
  },
};

async function readPngEntry(entry: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<Pixels> {
  checkLimits(inspectPng(entry));
  try {
    return await pngCodec.decode(entry, load);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}

function readBitmapEntry(entry: Uint8Array): Pixels {
  const header = readDibHeader(entry, 0, true);
  const pixels = readDibPixels(entry, header.end, header);
  if (header.bits < 32 || !usesAlpha(pixels)) applyMask(entry, header, pixels.data);
  return pixels;
}

/** One bit a pixel behind the picture, rows from the bottom, padded to words: 1 is transparent. A mask that is cut off hides nothing. */
function applyMask(entry: Uint8Array, { width, height, bits, end }: DibHeader, data: Uint8ClampedArray): void {
  const at = end + Math.ceil((width * bits) / 32) * 4 * height;
  const stride = Math.ceil(width / 32) * 4;
  for (let y = 0; y < height; y++) {
    const row = at + (height - 1 - y) * stride;
    for (let x = 0; x < width; x++) {
      if (((entry[row + (x >> 3)] ?? 0) >> (7 - (x % 8))) & 1) data[(y * width + x) * 4 + 3] = 0;
    }
  }
}

function usesAlpha({ data }: Pixels): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}
