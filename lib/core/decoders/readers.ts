/** The readers of formats that are only read, by format. What a reader needs is loaded when it is first called. */
import type { InputFormat } from '../image/inspection.ts';
import { bmpReader } from './bmp.ts';
import { heicReader } from './heic.ts';
import { icoReader } from './ico.ts';
import type { DeepPicture, Picture, PictureReader } from './picture.ts';
import { tiffReader } from './tiff.ts';

/** GIF is the browser's (its frames), SVG a document's. */
export const readers = {
  bmp: bmpReader,
  heic: heicReader,
  ico: icoReader,
  tiff: tiffReader,
} as const satisfies Partial<Record<InputFormat, PictureReader<Picture | DeepPicture>>>;

export type ReaderFormat = keyof typeof readers;

export function hasReader(format: InputFormat): format is ReaderFormat {
  return format in readers;
}
