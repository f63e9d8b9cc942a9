/** What a JPEG XL file is: a bare codestream (ISO/IEC 18181-1), or boxes around one (18181-2, Clause 9). */
import { CompressionError } from '../../errors.ts';
import type { Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { startsWith } from '../reader.ts';
import { readBoxes, type Box } from './isobmff.ts';
import { readJxlHeader } from './jxl-header.ts';

/** @throws CompressionError `truncated` when the header or a box goes past the end of the file, `corrupt` */
export function inspectJxl(bytes: Uint8Array): Inspection {
  const bare = startsWith(bytes, '\xff\x0a');
  const boxes = bare ? [] : readBoxes(bytes, 0, bytes.length, 'truncated');
  const codestream = bare ? bytes : joinCodestream(bytes, boxes);
  const header = readJxlHeader(codestream);
  const findings = new Findings();
  for (const box of boxes) {
    if (box.type === 'Exif') {
      const block = exifInBox(bytes, box);
      if (block) findings.exif(block);
    }
  }
  return {
    format: 'jxl',
    bytes: bytes.length,
    width: header.width,
    height: header.height,
    orientation: header.orientation,
    bitDepth: header.bitDepth,
    colour: { model: header.colour.space === 'grey' ? 'grey' : 'rgb', profile: null, cicp: null, gamma: null, chromaticities: null },
    alpha: header.extraChannels.some(({ type }) => type === 0),
    animation: null,
    coding: { lossless: header.xyb ? false : null, quality: null, progressive: false, exotic: null },
    metadata: findings.toMetadata(),
  };
}

/**
 * The codestream in `jxlc`, or the parts in `jxlp` put together; the last of them has the top bit of its index set
 * (18181-2, 9.9).
 *
 * @throws CompressionError `truncated` when the last part is missing
 */
export function joinCodestream(bytes: Uint8Array, boxes: readonly Box[]): Uint8Array {
  const whole = boxes.find(({ type }) => type === 'jxlc');
  if (whole) return bytes.subarray(whole.dataAt, whole.end);
  const parts = boxes.filter(({ type, dataAt, end }) => type === 'jxlp' && end - dataAt >= 4);
  const last = parts.at(-1);
  if (!last || (bytes[last.dataAt]! & 0x80) === 0) throw new CompressionError('truncated');
  const joined = new Uint8Array(parts.reduce((sum, { dataAt, end }) => sum + end - dataAt - 4, 0));
  let at = 0;
  for (const { dataAt, end } of parts) {
    joined.set(bytes.subarray(dataAt + 4, end), at);
    at += end - dataAt - 4;
  }
  return joined;
}

/** 18181-2, 9.6: four bytes tell where in the rest the TIFF header is. Null when that is outside. */
export function exifInBox(bytes: Uint8Array, { dataAt, end }: Box): Uint8Array | null {
  if (end - dataAt < 4) return null;
  const offset = new DataView(bytes.buffer, bytes.byteOffset + dataAt, 4).getUint32(0);
  return dataAt + 4 + offset < end ? bytes.subarray(dataAt + 4 + offset, end) : null;
}
