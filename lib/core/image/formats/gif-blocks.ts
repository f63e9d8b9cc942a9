/** The blocks of a GIF file: GIF89a, CompuServe 1990. */
import { CompressionError } from '../../errors.ts';
import { joinBytes } from '../../bytes/bytes.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';

export interface GifBlock {
  readonly kind: 'image' | 'control' | 'comment' | 'application' | 'other';
  /** Of the introducer. */
  readonly start: number;
  /** Of an image, its flags; of an extension, its first sub-block, that with an application's name passed. */
  readonly dataAt: number;
  /** Past the terminator. */
  readonly end: number;
  /** Eight bytes of a name and three of a code; '' when it is no application extension. */
  readonly application: string;
}

/** An XMP block of a few MB is some ten thousand sub-blocks; each frame has at least three blocks. */
const MAX_BLOCKS = 300_000;

/**
 * A GIF that ends between blocks after at least one image is whole, as many writers leave out the trailer; and what
 * follows a picture without being a block ends the file, as it does in browsers.
 *
 * @param asFar what was cut inside a block is given as far as it goes, once there is data of a picture
 * @returns `complete` counts the blocks that are whole
 * @throws CompressionError `truncated` when the file ends inside a block, `corrupt`
 */
export function readGifBlocks(
  bytes: Uint8Array,
  asFar = false,
): { blocks: GifBlock[]; headerEnd: number; complete: number } {
  const reader = new Reader(bytes, 'little');
  const headerEnd = 13 + colourTableLength(reader.u8(10));
  const blocks: GifBlock[] = [];
  let images = 0;
  for (let at = headerEnd; ; at = blocks.at(-1)?.end ?? at) {
    if (blocks.length > MAX_BLOCKS) throw new CompressionError('corrupt');
    const introducer = at < bytes.length ? reader.u8(at) : -1;
    const complete = blocks.length;
    if (introducer === 0x2c) {
      const end = ifReadable(() => subBlocksEnd(reader, imageDataAt(reader, at)), null);
      if (end === null && !(asFar && (images > 0 || imageDataAt(reader, at) + 1 < bytes.length)))
        throw new CompressionError('truncated');
      images++;
      blocks.push({ kind: 'image', start: at, dataAt: at + 9, end: end ?? bytes.length, application: '' });
      if (end === null) return { blocks, headerEnd, complete };
    } else if (introducer === 0x21) {
      const extension = ifReadable(() => readExtension(reader, at), null);
      if (extension) blocks.push(extension);
      else if (asFar && images > 0) return { blocks, headerEnd, complete };
      else throw new CompressionError('truncated');
    } else if (images > 0) return { blocks, headerEnd, complete };
    else throw new CompressionError(introducer < 0 ? 'truncated' : 'corrupt');
  }
}

/** Of an image's first sub-block: past its descriptor (20), its colour table and the minimum code size. */
export function imageDataAt(reader: Reader, at: number): number {
  return at + 11 + colourTableLength(reader.u8(at + 9));
}

function readExtension(reader: Reader, at: number): GifBlock {
  const label = reader.u8(at + 1);
  const end = subBlocksEnd(reader, at + 2);
  const isApplication = label === 0xff && reader.u8(at + 2) === 11;
  return {
    kind: isApplication ? 'application' : label === 0xfe ? 'comment' : label === 0xf9 ? 'control' : 'other',
    start: at,
    dataAt: isApplication ? at + 14 : at + 2,
    end,
    application: isApplication ? reader.ascii(at + 3, 11) : '',
  };
}

/** Past the terminator of a chain of sub-blocks (15). */
function subBlocksEnd(reader: Reader, from: number): number {
  let at = from;
  for (let length = reader.u8(at); length !== 0; length = reader.u8(at)) at += 1 + length;
  return at + 1;
}

/** Of a profile or a comment: 5 MB in sub-blocks of the usual 255 bytes. */
const MAX_SUB_BLOCKS = 20_000;

/** The data of a chain of sub-blocks, as much as is sane. */
export function joinSubBlocks(bytes: Uint8Array, from: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = from; at < bytes.length && bytes[at] !== 0 && parts.length < MAX_SUB_BLOCKS; at += 1 + bytes[at]!) {
    parts.push(bytes.subarray(at + 1, at + 1 + bytes[at]!));
  }
  return joinBytes(parts);
}

/** 18 and 20: the flag, and the size as a power of two. */
function colourTableLength(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << tableBits(flags);
}

export function tableBits(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : (flags & 7) + 1;
}
