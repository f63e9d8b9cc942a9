/** BMP, read exactly, alpha included: no browser decoder gives straight alpha. */
import { Reader } from '../bytes/reader.ts';
import { INCOMPLETE } from '../model/receipt.ts';
import { readDibPixels } from './dib.ts';
import { readDibHeader } from './dib-layout.ts';
import type { PictureReader } from './picture.ts';

const FILE_HEADER = 14;

export const bmpReader: PictureReader = {
  async read(bytes) {
    const header = readDibHeader(bytes, FILE_HEADER, false, new Reader(bytes, 'little').u32(10));
    const { width, height, data, incomplete } = readDibPixels(bytes, header);
    return { width, height, data, notes: incomplete ? [INCOMPLETE] : [] };
  },
};
