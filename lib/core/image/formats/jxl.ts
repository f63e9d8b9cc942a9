/** What a JPEG XL file is: a bare codestream (ISO/IEC 18181-1), or boxes around one (18181-2, Clause 9). */
import { CompressionError } from '../../errors.ts';
import { joinBytes } from '../../bytes/bytes.ts';
import type { Animation, Colour, Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { readIcc } from '../metadata/icc.ts';
import { ifReadable, startsWith } from '../../bytes/reader.ts';
import { exifBlock } from './heif-metadata.ts';
import { endOfBoxes, findBox, readFileBoxes, type Box } from './isobmff.ts';
import { JxlFields } from './jxl-fields.ts';
import { readJxlFrames, type JxlFrames } from './jxl-frames.ts';
import { readJxlHeader, type JxlHeader } from './jxl-header.ts';
import { decodeIcc, readCodedIcc } from './jxl-icc.ts';

/**
 * @throws CompressionError `truncated` when the header, a box or a frame goes past the end of the file, `corrupt`
 */
export function inspectJxl(bytes: Uint8Array): Inspection {
  const bare = startsWith(bytes, '\xff\x0a');
  const boxes = bare ? [] : readFileBoxes(bytes);
  const codestream = bare ? bytes : joinCodestream(bytes, boxes);
  const header = readJxlHeader(codestream);
  const fields = new JxlFields(codestream);
  fields.skip(header.endBit);
  const profile = header.colour.icc ? readCodedIcc(fields) : null;
  fields.toByte();
  const frames = readJxlFrames(codestream, header, fields.position / 8);
  const findings = new Findings();
  for (const box of boxes) readMetadataBox(bytes, box, findings);
  if (boxes.some(({ type }) => !KNOWN.includes(type))) findings.add('software');
  if (!bare) findings.trailing(bytes.subarray(endOfBoxes(bytes)));
  return {
    format: 'jxl',
    bytes: bytes.length,
    width: header.width,
    height: header.height,
    orientation: header.orientation,
    bitDepth: header.bitDepth,
    colour: colourOf(header, profile),
    alpha: header.extraChannels.some(({ type }) => type === 0),
    animation: animationOf(header, frames),
    // A modular frame in the colour space itself is lossless as a rule, but the header does not swear to it.
    coding: {
      lossless: header.xyb || frames.dct || findBox(boxes, 'jbrd') ? false : null,
      quality: null,
      progressive: false,
      unsupportedCoding: null,
    },
    metadata: findings.toMetadata(),
  };
}

/**
 * The codestream in `jxlc`, or the parts in `jxlp` put together; the last of them has the top bit of its index set
 * (18181-2, 9.9).
 *
 * @throws CompressionError `truncated` when the last part is missing
 */
function joinCodestream(bytes: Uint8Array, boxes: readonly Box[]): Uint8Array {
  const whole = boxes.find(({ type }) => type === 'jxlc');
  if (whole) return bytes.subarray(whole.dataAt, whole.end);
  const parts = boxes.filter(({ type, dataAt, end }) => type === 'jxlp' && end - dataAt >= 4);
  const last = parts.at(-1);
  if (!last || (bytes[last.dataAt]! & 0x80) === 0) throw new CompressionError('truncated');
  return joinBytes(parts.map(({ dataAt, end }) => bytes.subarray(dataAt + 4, end)));
}

/** Tables E.3 to E.5 number primaries and transfer as H.273 does, from which 2 and 65535 stand apart: custom values. */
function colourOf({ colour }: JxlHeader, coded: Uint8Array | null): Colour {
  const model = colour.space === 'grey' ? 'grey' : 'rgb';
  // A profile that cannot be read is still one, and no colour is known without it.
  const unread = { description: '', space: model === 'grey' ? 'GRAY' : 'RGB ', bytes: 0, srgb: false };
  const known = !colour.icc && colour.transfer !== null && colour.whitePoint === 1;
  // P3 primaries with the white of daylight are H.273's 12; 11 is the cinema's own white.
  const primaries = colour.primaries === 11 ? 12 : (colour.primaries ?? 1);
  return {
    model,
    profile: coded && ifReadable(() => readIcc(decodeIcc(coded)), unread),
    cicp: known ? { primaries, transfer: colour.transfer ?? 2, matrix: 0, fullRange: true } : null,
    gamma: null,
    chromaticities: null,
  };
}

function animationOf({ animation }: JxlHeader, { shown, ticks }: JxlFrames): Animation | null {
  if (!animation || shown < 2) return null;
  return {
    frames: shown,
    loops: animation.loops,
    milliseconds: Math.round((ticks / animation.ticksPerSecond) * 1000) || null,
  };
}

/** 18181-2, Clause 9; what is not here is some program's own. */
const KNOWN = ['JXL ', 'ftyp', 'jxll', 'jxlc', 'jxlp', 'jxli', 'jhgm', 'jbrd', 'Exif', 'xml ', 'jumb', 'brob'];

function readMetadataBox(bytes: Uint8Array, { type, dataAt, end }: Box, findings: Findings): void {
  const data = bytes.subarray(dataAt, end);
  if (type === 'Exif') {
    const block = exifBlock(data);
    if (block) findings.exif(block);
    else findings.add('exif');
  } else if (type === 'xml ') findings.xmp(data);
  else if (type === 'jumb') findings.c2pa(data);
  else if (type === 'jhgm') findings.add('gain-map');
  // The JPEG that can be restored has all its metadata in there, but for what has a box of its own (18181-2, 9.11).
  else if (type === 'jbrd') findings.add('jpeg-reconstruction');
  else if (type === 'brob') {
    // Another box, compressed by Brotli (18181-2, 9.8), which is not read: it may hold anything of `Exif` and `xml `.
    findings.add(startsWith(data, 'jumb') ? 'c2pa' : 'compressed-metadata');
    findings.count(data.length);
  }
}
