/** Pixels as one number each: 0xAABBGGRR, row-major. WASM is little-endian, and so is every machine that runs this. */
import type { Pixels } from '../codecs/codec.ts';

/** The same memory; a copy only where it does not begin at a multiple of 4 bytes. */
export function packedOf({ data }: Pick<Pixels, 'data'>): Uint32Array<ArrayBuffer> {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

/** In the same memory. */
export function unpacked(
  packed: Uint32Array<ArrayBuffer>,
  { width, height }: Pick<Pixels, 'width' | 'height'>,
): Pixels {
  return { width, height, data: new Uint8ClampedArray(packed.buffer, packed.byteOffset, packed.byteLength) };
}
