/** The coded picture in a file without metadata: the bytes that cleaning must not change. Apart from the code under test. */
import { Buffer } from 'node:buffer';
import type { TaggedFormat } from './tagged.ts';

/** @param bare as an encoder wrote it, no tags in it. */
export function codedData(bare: Uint8Array, format: TaggedFormat): Buffer {
  const file = Buffer.from(bare);
  switch (format) {
    // From the first table on: tables, frame, scan and EOI.
    case 'jpeg':
      return file.subarray(file.indexOf(Buffer.from([0xff, 0xdb])));
    // IDAT and its checksum.
    case 'png':
      return chunk(file, file.indexOf('IDAT') - 4, 'big', 12);
    case 'webp':
      return chunk(file, file.indexOf('VP8'), 'little', 8);
    case 'avif':
      return file.subarray(file.indexOf('mdat') + 4);
    // A bare codestream.
    case 'jxl':
      return file;
    case 'tiff':
      throw new Error('TIFF is not cleaned');
  }
}

function chunk(file: Buffer, at: number, order: 'big' | 'little', overhead: number): Buffer {
  const length = order === 'big' ? file.readUInt32BE(at) : file.readUInt32LE(at + 4);
  return file.subarray(at, at + overhead + length);
}
