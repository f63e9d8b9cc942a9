/**
 * A GIF put in order: GIF89a; the numbers in brackets are its sections. Browsers take a screen that is smaller than the
 * first picture for as large, and show what came of a file that was cut (measured by tests/images/odd/gif.ts).
 */
import { copyBytes, joinBytes } from '../../bytes/bytes.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import { readGifBlocks, type GifBlock } from './gif-blocks.ts';

export interface RepairedGif {
  /** The very array that was given where nothing had to be done. */
  readonly bytes: Uint8Array;
  /** Blocks are missing. */
  readonly cut: boolean;
}

/** The terminator of sub-blocks (16) and the trailer (27). */
const END = Uint8Array.of(0, 0x3b);

/** @throws CompressionError `truncated` when the file ends before its first picture's data, `corrupt` */
export function repairGif(file: Uint8Array): RepairedGif {
  const whole = ifReadable(() => readGifBlocks(file), null);
  if (whole) return { bytes: withScreen(file, whole.blocks), cut: false };
  const { blocks, complete } = readGifBlocks(file, true);
  const pictures = blocks.filter(({ kind }) => kind === 'image');
  // Of a picture that was cut its first rows are shown, where there is nothing else.
  const end = pictures.length > 1 ? (blocks.findLast(({ kind }, i) => kind === 'image' && i < complete)?.end ?? 0) : 0;
  const bytes =
    end > 0
      ? joinBytes([file.subarray(0, end), END.subarray(1)])
      : joinBytes([wholeSubBlocks(file, pictures[0]!.dataAt), END]);
  return { bytes: withScreen(bytes, pictures), cut: true };
}

/** The file up to the last sub-block (15) that is there, and what there is of that one, with its length set right. */
function wholeSubBlocks(file: Uint8Array, imageFlagsAt: number): Uint8Array {
  const reader = new Reader(file);
  const flags = reader.u8(imageFlagsAt);
  let at = imageFlagsAt + 2 + ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  for (; at < file.length; at += 1 + file[at]!) {
    const left = file.length - at - 1;
    if (file[at]! <= left) continue;
    const own = copyBytes(file);
    own[at] = left;
    return left === 0 ? own.subarray(0, at) : own;
  }
  return file;
}

/** As large as the first picture, where a header can state that. */
function withScreen(bytes: Uint8Array, blocks: readonly GifBlock[]): Uint8Array {
  const reader = new Reader(bytes, 'little');
  const { width, height } = shownSize(reader, blocks);
  if ((width === reader.u16(6) && height === reader.u16(8)) || Math.max(width, height) > 65_535) return bytes;
  const own = copyBytes(bytes);
  const view = new DataView(own.buffer);
  view.setUint16(6, width, true);
  view.setUint16(8, height, true);
  return own;
}

/** The screen (18), as large as the first picture (20), which browsers show whole; later ones are cut off at it. */
export function shownSize(reader: Reader, blocks: readonly GifBlock[]): { width: number; height: number } {
  const screen = { width: reader.u16(6), height: reader.u16(8) };
  const first = blocks.find(({ kind }) => kind === 'image');
  if (!first) return screen;
  return {
    width: Math.max(screen.width, reader.u16(first.start + 1) + reader.u16(first.start + 5)),
    height: Math.max(screen.height, reader.u16(first.start + 3) + reader.u16(first.start + 7)),
  };
}
