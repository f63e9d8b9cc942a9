/** Metadata in WebP: RFC 9649, 2.7. */
import { CompressionError } from '../../../errors.ts';
import { copyBytes, joinBytes, latin1Bytes, littleEndian32 } from '../../../bytes/bytes.ts';
import { withoutExifHeader } from '../../formats/png-text.ts';
import { readRiffChunks, readWebpChunks, type RiffChunk } from '../../formats/riff.ts';
import { Reader } from '../../../bytes/reader.ts';
import { EMPTY_METADATA, type MetadataSet } from '../metadata-set.ts';
import { joinExif } from '../join-exif.ts';
import { joinXmp } from '../join-xmp.ts';
import type { MetadataContainer } from './container.ts';

/** Bits of the first byte of VP8X. */
const FLAG = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04, animation: 0x02 } as const;

/** A file's image data; ANIM and ANMF only in animations. */
const IMAGE = ['ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L'];

export const webpContainer: MetadataContainer = {
  extract(bytes) {
    const { chunks } = readWebpChunks(bytes);
    const all = (name: string): Uint8Array[] =>
      chunks.filter(({ type }) => type === name).map(({ dataAt, dataEnd }) => bytes.subarray(dataAt, dataEnd));
    return {
      ...EMPTY_METADATA,
      exif: joinExif(all('EXIF').map(withoutExifHeader)),
      xmp: joinXmp(all('XMP ')),
      icc: all('ICCP')[0] ?? null,
    };
  },

  write(bytes, metadataSet, rest) {
    return Promise.resolve().then(() => {
      const { chunks, end } = readWebpChunks(bytes);
      const known = ['VP8X', 'ICCP', 'EXIF', 'XMP ', 'C2PA', ...IMAGE];
      const image = chunks.filter(({ type }) => IMAGE.includes(type));
      const unknown = rest === 'keep' ? chunks.filter(({ type }) => !known.includes(type)) : [];
      const extended =
        chunks.some(({ type }) => type === 'VP8X') ||
        metadataSet.icc !== null ||
        metadataSet.exif !== null ||
        metadataSet.xmp !== null;
      // In the order that 2.7 asks for.
      const body = joinBytes([
        ...(extended ? [riffChunk('VP8X', header(bytes, chunks, metadataSet))] : []),
        ...(metadataSet.icc ? [riffChunk('ICCP', metadataSet.icc)] : []),
        ...image.map((chunk) => (rest === 'drop' ? imageOf(bytes, chunk) : copyOf(bytes, chunk))),
        ...(metadataSet.exif ? [riffChunk('EXIF', metadataSet.exif)] : []),
        ...(metadataSet.xmp ? [riffChunk('XMP ', metadataSet.xmp)] : []),
        ...unknown.map((chunk) => copyOf(bytes, chunk)),
      ]);
      const form = joinBytes([latin1Bytes('RIFF'), littleEndian32(body.length + 4), latin1Bytes('WEBP'), body]);
      return rest === 'keep' ? joinBytes([form, bytes.subarray(end)]) : form;
    });
  },
};

/** 2.7.1: flags, three reserved bytes, width and height less one in 24 bits each. */
function header(bytes: Uint8Array, chunks: readonly RiffChunk[], metadataSet: MetadataSet): Uint8Array {
  const old = chunks.find(({ type }) => type === 'VP8X');
  const data = old ? copyBytes(bytes, old.dataAt, old.dataAt + 10) : newHeader(bytes, chunks);
  if (data.length < 10) throw new CompressionError('corrupt');
  const has = (metadataSet.icc ? FLAG.icc : 0) | (metadataSet.exif ? FLAG.exif : 0) | (metadataSet.xmp ? FLAG.xmp : 0);
  data[0] = (data[0]! & (FLAG.alpha | FLAG.animation)) | has;
  return data;
}

function newHeader(bytes: Uint8Array, chunks: readonly RiffChunk[]): Uint8Array<ArrayBuffer> {
  const reader = new Reader(bytes, 'little', 'corrupt');
  const lossy = chunks.find(({ type }) => type === 'VP8 ');
  const lossless = chunks.find(({ type }) => type === 'VP8L');
  const at = (lossy ?? lossless)?.dataAt;
  if (at === undefined) throw new CompressionError('corrupt');
  // As `inspectWebp` reads them: RFC 6386, 9.1, and RFC 9649, 3.4.
  const bits = lossy ? 0 : reader.u32(at + 1);
  const width = lossy ? reader.u16(at + 6) & 0x3fff : (bits & 0x3fff) + 1;
  const height = lossy ? reader.u16(at + 8) & 0x3fff : ((bits >>> 14) & 0x3fff) + 1;
  const alpha = (bits >>> 28) & 1;
  return joinBytes([
    new Uint8Array([alpha ? FLAG.alpha : 0, 0, 0, 0]),
    littleEndian32(width - 1).subarray(0, 3),
    littleEndian32(height - 1).subarray(0, 3),
  ]);
}

/** Of a frame only its picture: unknown chunks may stand in it too (2.7.1.1). */
function imageOf(bytes: Uint8Array, chunk: RiffChunk): Uint8Array {
  if (chunk.type !== 'ANMF') return copyOf(bytes, chunk);
  const inside = readRiffChunks(bytes, chunk.dataAt + ANMF_HEADER, chunk.dataEnd);
  if (inside.every(({ type }) => IMAGE.includes(type))) return copyOf(bytes, chunk);
  const header = bytes.subarray(chunk.dataAt, chunk.dataAt + ANMF_HEADER);
  const picture = inside.filter(({ type }) => IMAGE.includes(type)).map((part) => copyOf(bytes, part));
  return riffChunk('ANMF', joinBytes([header, ...picture]));
}

/** Place, size, duration and flags of a frame. */
const ANMF_HEADER = 16;

/** Padded to an even length, as the last chunk of a careless writer is not. */
function copyOf(bytes: Uint8Array, { type, dataAt, dataEnd }: RiffChunk): Uint8Array {
  return riffChunk(type, bytes.subarray(dataAt, dataEnd));
}

function riffChunk(type: string, data: Uint8Array): Uint8Array {
  return joinBytes([latin1Bytes(type), littleEndian32(data.length), data, new Uint8Array(data.length & 1)]);
}
