/** Small files of encoders that npm has none of; each holds the gradient of `pictures.ts` at 24 x 16 or flat colours. */
import { readFileSync } from 'node:fs';

const WRITTEN_BY = {
  'lossy-alpha.jxl': 'cjxl 0.7 -d 2 --container=0, a bare codestream',
  'container-16-bit.jxl': 'cjxl 0.7 -d 0 --container=1, from a 16-bit PNG',
  'animated.jxl': 'cjxl 0.7, from a GIF of 100, 200 and 300 ms',
  'profile.jxl': 'cjxl 0.7 -d 0 --container=0, from a PNG with a P3 profile',
  'permuted.jxl': 'cjxl 0.7 -d 1 --group_order=1 --container=0, 600 x 300',
  'plain.heic': 'heif-enc 1.15 -q 40',
  'animated.avif': 'avifenc 0.11 --timescale 10 --duration 2, three frames of 16 x 16',
  'moving-lossless.avif': 'avifenc 0.11 --lossless --timescale 10 --duration 2, the frames of `moving.ts`',
  'turned.avif': 'avifenc 0.11 --irot 3 --imir 1, with alpha',
} as const;

export type RecordedName = keyof typeof WRITTEN_BY;

export const RECORDED_NAMES = Object.keys(WRITTEN_BY) as RecordedName[];

export function recorded(name: RecordedName): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`recorded/${name}`, import.meta.url)));
}
