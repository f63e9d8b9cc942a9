/** The image header of a JPEG XL codestream: ISO/IEC 18181-1:2024, Annex D. */
import { CompressionError } from '../../errors.ts';
import type { Orientation } from '../inspection.ts';
import { JxlFields } from './jxl-fields.ts';

export interface JxlHeader {
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  readonly bitDepth: number;
  readonly preview: { readonly width: number; readonly height: number } | null;
  readonly animation: JxlTiming | null;
  readonly extraChannels: readonly JxlExtraChannel[];
  /** Pixels are in XYB, which is lossy; otherwise they are in the colour space itself. */
  readonly xyb: boolean;
  readonly colour: JxlColour;
  /** Where the next bit is, in bits from the start of the codestream: an ICC profile if there is one, else padding and a frame. */
  readonly endBit: number;
}

export interface JxlTiming {
  readonly ticksPerSecond: number;
  /** 0 is for ever. */
  readonly loops: number;
  readonly timecodes: boolean;
}

export interface JxlExtraChannel {
  /** 0 alpha, 1 depth, 2 spot colour, 3 selection mask, 4 black (table D.9). */
  readonly type: number;
  readonly dimShift: number;
}

export interface JxlColour {
  /** An entropy-coded ICC profile follows the header. */
  readonly icc: boolean;
  readonly space: 'rgb' | 'grey' | 'xyb' | 'unknown';
  /** H.273 code points as 18181-1 uses them (tables E.3 to E.5), 2 for custom values; null when the ICC profile tells. */
  readonly primaries: number | null;
  readonly transfer: number | null;
  readonly whitePoint: number | null;
}

const SRGB: JxlColour = { icc: false, space: 'rgb', primaries: 1, transfer: 13, whitePoint: 1 };

/**
 * @param bytes of the codestream, from its signature ff 0a on; its first few hundred bytes are enough
 * @throws CompressionError `truncated`, `corrupt`
 */
export function readJxlHeader(bytes: Uint8Array): JxlHeader {
  if (bytes[0] !== 0xff || bytes[1] !== 0x0a) throw new CompressionError(bytes.length < 2 ? 'truncated' : 'corrupt');
  const fields = new JxlFields(bytes, 2);
  const size = readSize(fields);
  const metadata = fields.bool() ? DEFAULT_METADATA : readMetadata(fields);
  skipTransformData(fields, metadata.xyb);
  return { ...size, ...metadata, endBit: fields.position };
}

type Size = Pick<JxlHeader, 'width' | 'height'>;
type ImageMetadata = Omit<JxlHeader, 'width' | 'height' | 'endBit'>;

const DEFAULT_METADATA: ImageMetadata = {
  orientation: 1,
  bitDepth: 8,
  preview: null,
  animation: null,
  extraChannels: [],
  xyb: true,
  colour: SRGB,
};

/** D.2: heights in eighths or as they are, widths as a ratio or likewise. */
function readSize(fields: JxlFields): Size {
  const eighths = fields.bool();
  const side = (): number => (eighths ? (fields.bits(5) + 1) * 8 : fields.u32([9, 1], [13, 1], [18, 1], [30, 1]));
  const height = side();
  const ratio = fields.bits(3);
  return { height, width: ratio === 0 ? side() : byRatio(height, ratio) };
}

/** Table D.2: 1 to 7 stand for these ratios of width to height. */
const RATIOS: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];

function byRatio(height: number, ratio: number): number {
  const [across, down] = RATIOS[ratio - 1]!;
  return Math.floor((height * across) / down);
}

/** D.3.4. */
function readPreviewSize(fields: JxlFields): Size {
  const eighths = fields.bool();
  const side = (): number =>
    eighths ? fields.u32(16, 32, [5, 1], [9, 33]) * 8 : fields.u32([6, 1], [8, 65], [10, 321], [12, 1345]);
  const height = side();
  const ratio = fields.bits(3);
  return { height, width: ratio === 0 ? side() : byRatio(height, ratio) };
}

/** D.3.1. */
function readMetadata(fields: JxlFields): ImageMetadata {
  const extraFields = fields.bool();
  let orientation: Orientation = 1;
  let preview: Size | null = null;
  let animation: JxlTiming | null = null;
  if (extraFields) {
    orientation = (fields.bits(3) + 1) as Orientation;
    if (fields.bool()) readSize(fields); // Intrinsic size: a hint for layout.
    if (fields.bool()) preview = readPreviewSize(fields);
    if (fields.bool()) animation = readTiming(fields);
  }
  const bitDepth = readBitDepth(fields);
  fields.bool(); // modular_16bit_buffers
  const count = fields.u32(0, 1, [4, 2], [12, 1]);
  const extraChannels = Array.from({ length: count }, () => readExtraChannel(fields));
  const xyb = fields.bool();
  const colour = readColour(fields);
  if (extraFields && !fields.bool()) fields.skip(16 + 16 + 1 + 16); // ToneMapping, D.3.7
  fields.extensions();
  return { orientation, bitDepth, preview, animation, extraChannels, xyb, colour };
}

/** D.3.5. */
function readTiming(fields: JxlFields): JxlTiming {
  const numerator = fields.u32(100, 1000, [10, 1], [30, 1]);
  const denominator = fields.u32(1, 1001, [8, 1], [10, 1]);
  const loops = fields.u32(0, [3, 0], [16, 0], [32, 0]);
  return { ticksPerSecond: numerator / denominator, loops, timecodes: fields.bool() };
}

/** D.3.3. */
function readBitDepth(fields: JxlFields): number {
  if (!fields.bool()) return fields.u32(8, 10, 12, [6, 1]);
  const bits = fields.u32(32, 16, 24, [6, 1]);
  fields.skip(4);
  return bits;
}

/** D.3.6. */
function readExtraChannel(fields: JxlFields): JxlExtraChannel {
  if (fields.bool()) return { type: 0, dimShift: 0 };
  const type = fields.enumeration();
  readBitDepth(fields);
  const dimShift = fields.u32(0, 3, 4, [3, 1]);
  fields.text();
  if (type === 0) fields.bool(); // alpha_associated
  if (type === 2) fields.skip(4 * 16); // spot colour
  if (type === 5) fields.u32(1, [2, 0], [4, 3], [8, 19]); // CFA channel
  return { type, dimShift };
}

const SPACES = ['rgb', 'grey', 'xyb', 'unknown'] as const;

/** E.2. */
function readColour(fields: JxlFields): JxlColour {
  if (fields.bool()) return SRGB;
  const icc = fields.bool();
  const space = SPACES[fields.enumeration()];
  if (!space) throw new CompressionError('corrupt');
  if (icc) return { icc, space, primaries: null, transfer: null, whitePoint: null };
  const customPoint = (): void => {
    for (let i = 0; i < 2; i++) fields.u32([19, 0], [19, 524_288], [20, 1_048_576], [21, 2_097_152]);
  };
  const whitePoint = space === 'xyb' ? 1 : fields.enumeration();
  if (whitePoint === 2) customPoint();
  let primaries: number | null = null;
  if (space !== 'xyb' && space !== 'grey') {
    primaries = fields.enumeration();
    if (primaries === 2) for (let i = 0; i < 3; i++) customPoint();
  }
  let transfer: number | null = null;
  if (space !== 'xyb') {
    // A gamma is no code point of H.273: 2 is "unspecified".
    if (fields.bool()) {
      fields.skip(24);
      transfer = 2;
    } else transfer = fields.enumeration();
  }
  fields.enumeration(); // Rendering intent
  return { icc, space, primaries, transfer, whitePoint };
}

/** D.3.1, CustomTransformData: constants of XYB and the kernels for upsampling. */
function skipTransformData(fields: JxlFields, xyb: boolean): void {
  if (fields.bool()) return;
  if (xyb && !fields.bool()) fields.skip(16 * 16); // OpsinInverseMatrix: 9 + 3 + 4 numbers of 16 bits
  const kernels = fields.bits(3);
  if (kernels & 1) fields.skip(15 * 16);
  if (kernels & 2) fields.skip(55 * 16);
  if (kernels & 4) fields.skip(210 * 16);
}
