/**
 * The Huffman tables of ITU-T T.81, K.3, as contents of DHT: class and number, 16 counts, values. Frames of Motion JPEG
 * leave them out, and libjpeg-turbo takes them where a sequential file has none of its own (jdhuff.c, std_huff_tables).
 */
import { joinBytes } from '../../bytes/bytes.ts';
import { Reader } from '../../bytes/reader.ts';
import type { JpegFrame } from './jpeg-frame.ts';
import { MARKER, type JpegLayout } from './jpeg-segments.ts';

const AC_LUMINANCE =
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a343536' +
  '3738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999a' +
  'a2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7' +
  'f8f9fa';
const AC_CHROMINANCE =
  '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35' +
  '363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798' +
  '999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7' +
  'f8f9fa';

export const STANDARD_TABLES: readonly Uint8Array[] = [
  fromHex('0000010501010101010100000000000000000102030405060708090a0b'),
  fromHex('0100030101010101010101010000000000000102030405060708090a0b'),
  fromHex('100002010303020403050504040000017d' + AC_LUMINANCE),
  fromHex('1100020102040403040705040400010277' + AC_CHROMINANCE),
];

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

/** SOF0 and SOF1. */
function isSequential({ marker }: JpegFrame): boolean {
  return marker === 0xc0 || marker === 0xc1;
}

/** The file with the tables that its scans name and it does not have; null where it lacks none. */
export function withStandardTables(
  bytes: Uint8Array,
  { segments }: JpegLayout,
  frame: JpegFrame,
): Uint8Array<ArrayBuffer> | null {
  if (!isSequential(frame)) return null;
  const reader = new Reader(bytes, 'big', 'corrupt');
  const own = new Set<number>();
  const named = new Set<number>();
  for (const { marker, dataAt, end } of segments) {
    if (marker === MARKER.DHT)
      for (let at = dataAt; at + 17 <= end; at += 17 + bytes.subarray(at + 1, at + 17).reduce((sum, n) => sum + n, 0))
        own.add(reader.u8(at));
    if (marker !== MARKER.SOS) continue;
    for (let i = 0; i < reader.u8(dataAt); i++) {
      const tables = reader.u8(dataAt + 2 + i * 2);
      named.add(tables >> 4).add(0x10 | (tables & 15));
    }
  }
  const missing = STANDARD_TABLES.filter(([number = 0]) => named.has(number) && !own.has(number));
  const scan = segments.find(({ marker }) => marker === MARKER.SOS);
  if (!scan || missing.length === 0) return null;
  const length = missing.reduce((sum, table) => sum + table.length, 2);
  const segment = [Uint8Array.of(0xff, MARKER.DHT, length >> 8, length & 255), ...missing];
  return joinBytes([bytes.subarray(0, scan.start), ...segment, bytes.subarray(scan.start)]);
}
