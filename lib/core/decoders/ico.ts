/** Windows icons: the largest picture, exactly. An entry is a whole PNG, or a bitmap with a mask of transparency behind it. */
import { pngCodec } from '../codecs/png.ts';
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import { largestIcon } from '../image/formats/ico.ts';
import { inspectPng } from '../image/formats/png.ts';
import { checkLimits } from '../image/limits.ts';
import { copyBytes } from '../bytes/bytes.ts';
import { Reader } from '../bytes/reader.ts';
import { INCOMPLETE, type Note } from '../model/receipt.ts';
import { readDibPixels } from './dib.ts';
import { readDibHeader, type DibHeader } from './dib-layout.ts';
import type { PictureReader } from './picture.ts';
import { soundPng } from './sound-png.ts';

export const icoReader: PictureReader = {
  async read(bytes, load) {
    const reader = new Reader(bytes, 'little');
    const { at, length } = largestIcon(bytes);
    // Many writers state a wrong length, or none.
    const entry = copyBytes(bytes, at, length === 0 ? bytes.length : Math.min(bytes.length, at + length));
    // Named one by one: a browser's ImageData has them from its prototype, where a spread does not look.
    const { width, height, data, faults } = new Reader(entry).is(0, '\x89PNG')
      ? await readPngEntry(entry, load)
      : readBitmapEntry(entry);
    const pictures = reader.u16(4);
    return {
      width,
      height,
      data,
      notes: pictures > 1 ? [...faults, { kind: 'info', code: 'largest-picture', parameters: { pictures } }] : faults,
    };
  },
};

interface IconPicture extends Pixels {
  readonly faults: readonly Note[];
}

async function readPngEntry(entry: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<IconPicture> {
  checkLimits(inspectPng(entry));
  try {
    const { bytes, notes } = await soundPng(entry, load);
    const { width, height, data } = await pngCodec.decode(bytes, load);
    return { width, height, data, faults: notes };
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}

/** Alpha comes before the mask, as in browsers. */
function readBitmapEntry(entry: Uint8Array): IconPicture {
  const header = readDibHeader(entry, 0, true);
  const { width, height, data, incomplete, hasAlpha } = readDibPixels(entry, header);
  if (!hasAlpha) applyMask(entry, header, data);
  return { width, height, data, faults: incomplete ? [INCOMPLETE] : [] };
}

/** One bit a pixel behind the picture, rows from the bottom, padded to words: 1 is transparent. A mask that is cut off hides nothing. */
function applyMask(entry: Uint8Array, { width, height, bits, pixelsAt }: DibHeader, data: Uint8ClampedArray): void {
  const at = pixelsAt + Math.ceil((width * bits) / 32) * 4 * height;
  const stride = Math.ceil(width / 32) * 4;
  for (let y = 0; y < height; y++) {
    const row = at + (height - 1 - y) * stride;
    for (let x = 0; x < width; x++) {
      if (((entry[row + (x >> 3)] ?? 0) >> (7 - (x % 8))) & 1) data[(y * width + x) * 4 + 3] = 0;
    }
  }
}
