/** What a coded AV1 picture says of its colours: the sequence header, AV1 bitstream specification, 5.5. */
import { CompressionError } from '../../errors.ts';
import type { Cicp } from '../inspection.ts';

/** OBU_SEQUENCE_HEADER (6.2.2). */
const SEQUENCE_HEADER = 1;

/**
 * @param data a picture's OBUs, from the first on
 * @returns null where no sequence header is found, or one of a film's with times in it
 * @throws CompressionError `corrupt` when it ends early
 */
export function readSequenceColour(data: Uint8Array): Cicp | null {
  for (let at = 0; at < data.length;) {
    // 5.3.2 and 5.3.3: type, whether a byte of layers and a size follow.
    const header = data[at]!;
    const hasSize = (header & 2) !== 0;
    let from = at + ((header & 4) === 0 ? 1 : 2);
    let size = data.length - from;
    if (hasSize) [size, from] = leb128(data, from);
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return colourOf(data.subarray(from, from + size));
    at = from + size;
  }
  return null;
}

/** 4.10.5. @returns the value, and where it ends */
function leb128(data: Uint8Array, from: number): [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = data[from + i];
    if (byte === undefined) break;
    value += (byte & 127) * 128 ** i;
    if (byte < 128) return [value, from + i + 1];
  }
  throw new CompressionError('corrupt');
}

function colourOf(header: Uint8Array): Cicp | null {
  const bits = bitsOf(header);
  const profile = bits(3);
  bits(1);
  const isReduced = bits(1) === 1;
  if (isReduced) bits(5);
  else if (!passOperatingPoints(bits)) return null;
  passSize(bits);
  // 5.5.1: frame ids; blocks, filters of intra pictures; what only films use; scaling and filters after it.
  if (!isReduced && bits(1) === 1) bits(7);
  bits(3);
  if (!isReduced) passTools(bits);
  bits(3);
  // 5.5.2.
  const isDeep = bits(1) === 1;
  if (profile === 2 && isDeep) bits(1);
  const isMonochrome = profile !== 1 && bits(1) === 1;
  const [primaries, transfer, matrix] = bits(1) === 1 ? [bits(8), bits(8), bits(8)] : [2, 2, 2];
  const isRgb = !isMonochrome && primaries === 1 && transfer === 13 && matrix === 0;
  return { primaries, transfer, matrix, fullRange: isRgb || bits(1) === 1 };
}

type Bits = (count: number) => number;

/** From the most significant of each byte on. */
function bitsOf(bytes: Uint8Array): Bits {
  let at = 0;
  return (count) => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) {
      const byte = bytes[at >> 3];
      if (byte === undefined) throw new CompressionError('corrupt');
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1);
    }
    return value;
  };
}

/** @returns false for one with times, which no still picture has */
function passOperatingPoints(bits: Bits): boolean {
  if (bits(1) === 1) return false;
  const hasDelays = bits(1) === 1;
  const points = bits(5) + 1;
  for (let i = 0; i < points; i++) {
    bits(12);
    if (bits(5) > 7) bits(1);
    if (hasDelays && bits(1) === 1) bits(4);
  }
  return true;
}

function passSize(bits: Bits): void {
  const [width, height] = [bits(4) + 1, bits(4) + 1];
  bits(width);
  bits(height);
}

function passTools(bits: Bits): void {
  bits(4);
  const hasOrder = bits(1) === 1;
  if (hasOrder) bits(2);
  // Tools for the content of screens: chosen by each frame (1), or said here for all.
  const mayBeScreen = bits(1) === 1 || bits(1) === 1;
  if (mayBeScreen && bits(1) === 0) bits(1);
  if (hasOrder) bits(3);
}
