/** The readers of formats that are only read, by name. Their libraries are loaded when a file of theirs comes. */
import type { InputFormat } from '../image/inspection.ts';
import { bmpReader } from './bmp.ts';
import { heicReader } from './heic.ts';
import { icoReader } from './ico.ts';
import type { PictureReader } from './picture.ts';
import { tiffReader } from './tiff.ts';

export const readers = {
  bmp: bmpReader, ico: icoReader, heic: heicReader, tiff: tiffReader,
} as const satisfies { readonly [F in InputFormat]?: PictureReader };
