/** Whether the parts of a PNG that its picture depends on came whole: PNG (Third Edition), 5.5 and 13.2. */
import { CompressionError } from '../../errors.ts';
import { Reader } from '../../bytes/reader.ts';
import { crc32 } from '../../bytes/crc32.ts';

/**
 * Compares the CRC of each critical chunk, and of those of an animation. Our decoder does not: it would give a damaged
 * picture without a word. Other chunks may be damaged, since no pixel is in them; so may IEND, which holds nothing.
 *
 * @throws CompressionError `corrupt`, `truncated`
 */
export function checkPng(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  for (let at = 8; ;) {
    const length = reader.u32(at);
    const type = reader.ascii(at + 4, 4);
    if (type === 'IEND') return;
    if (
      (isCritical(type) || FRAMES.includes(type)) &&
      crc32(reader.slice(at + 4, 4 + length)) !== reader.u32(at + 8 + length)
    )
      throw new CompressionError('corrupt');
    at += 12 + length;
  }
}

/** 11.3.6. */
const FRAMES = ['acTL', 'fcTL', 'fdAT'];

/** Bit 5 of the first letter: PNG (Third Edition), 5.4. */
function isCritical(type: string): boolean {
  return type >= 'A' && type < '[';
}
