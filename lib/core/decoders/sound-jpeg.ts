/** A JPEG without an end or the tables that everybody knows, given them; and how much of its picture came. */
import { joinBytes } from '../bytes/bytes.ts';
import { CompressionError } from '../errors.ts';
import { readFrame } from '../image/formats/jpeg-frame.ts';
import { lacksScans } from '../image/formats/jpeg-precision.ts';
import { withStandardTables } from '../image/formats/jpeg-standard-tables.ts';
import { rowsThatCame } from '../image/formats/jpeg-scan.ts';
import { MARKER, readJpegSegments } from '../image/formats/jpeg-segments.ts';
import { FAULTY, INCOMPLETE, PARTS_MISSING, type Note } from '../model/receipt.ts';

export interface SoundJpeg {
  /** The very array that was given where nothing was wrong. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly notes: readonly Note[];
  /** Rows of the stored picture that came, where some did not: decoders make the rest up. */
  readonly rows: number | null;
}

/** @throws CompressionError `truncated` when not one row of blocks came, `corrupt` */
export function soundJpeg(file: Uint8Array<ArrayBuffer>): SoundJpeg {
  const layout = readJpegSegments(file);
  const frame = readFrame(file, layout);
  const complete = withStandardTables(file, layout, frame);
  if (complete) {
    const sound = soundJpeg(complete);
    return { ...sound, notes: sound.notes.length > 0 ? sound.notes : [FAULTY] };
  }
  if (layout.hasEnd && file[layout.end - 1] === MARKER.EOI)
    return { bytes: file, notes: lacksScans(file, layout, frame) ? [PARTS_MISSING] : [], rows: null };
  const rows = rowsThatCame(file, layout, frame);
  if (rows === 0) throw new CompressionError('truncated');
  const bytes = joinBytes([file, Uint8Array.of(...(file.at(-1) === 0xff ? [] : [0xff]), MARKER.EOI)]);
  return rows === frame.height ? { bytes, notes: [FAULTY], rows: null } : { bytes, notes: [INCOMPLETE], rows };
}
