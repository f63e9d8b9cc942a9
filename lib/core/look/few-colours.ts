/** Whether a picture is one that lossless coding suits: drawn, with flat areas, rather than taken. */
import type { Pixels } from '../codecs/codec.ts';

const LOOKED_AT = 65_536;
const FEW = 4096;

/** Different colours of pixels evenly over the picture: photographs have one for every few pixels. */
export function hasFewColours({ data }: Pixels): boolean {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
  const step = Math.max(1, Math.floor(words.length / LOOKED_AT)) | 1;
  const seen = new Set<number>();
  let count = 0;
  for (let at = 0; at < words.length; at += step, count++) seen.add(words[at] ?? 0);
  return seen.size <= Math.min(FEW, count / 4);
}
