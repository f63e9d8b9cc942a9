/** Whether a picture is one that lossless coding suits: drawn, with flat areas, rather than taken. */
import type { Pixels } from '../codecs/codec.ts';
import { packedOf } from '../pixels/packed.ts';

const LOOKED_AT = 65_536;
const FEW = 4096;

/** Different colours of pixels evenly over the picture: photographs have one for every few pixels. */
export function hasFewColours(pixels: Pixels): boolean {
  const colours = packedOf(pixels);
  const step = Math.max(1, Math.floor(colours.length / LOOKED_AT)) | 1;
  const seen = new Set<number>();
  let count = 0;
  for (let at = 0; at < colours.length; at += step, count++) seen.add(colours[at] ?? 0);
  return seen.size <= Math.min(FEW, count / 4);
}
