/**
 * The frames of a JPEG XL codestream, as far as headers tell: ISO/IEC 18181-1:2024, Annex F. Each frame's table of
 * contents says how long it is, so that frames can be counted, and a file that ends early be known, without decoding.
 */
import { CompressionError } from '../../errors.ts';
import { EntropyReader } from './jxl-entropy.ts';
import { JxlFields } from './jxl-fields.ts';
import type { JxlHeader } from './jxl-header.ts';

export interface JxlFrames {
  /** That are shown: those of no duration are composed into the next. */
  readonly shown: number;
  readonly ticks: number;
  /** A frame is coded by DCT, so that pixels were lost or come from a JPEG. */
  readonly dct: boolean;
}

/** F.2, table F.3. */
const REGULAR = 0;
const LF = 1;
const REFERENCE_ONLY = 2;

/** Flag kUseLfFrame. */
const USE_LF_FRAME = 0x20;

const MAX_FRAMES = 20_000;
/** Of one frame, as libjxl has it. */
const MAX_SECTIONS = 65_536;
const MAX_WORK = 5_000_000;

/**
 * @param at of the first frame, in bytes
 * @throws CompressionError `truncated` when a frame goes past the end, `corrupt`
 */
export function readJxlFrames(codestream: Uint8Array, header: JxlHeader, at: number): JxlFrames {
  let shown = 0;
  let ticks = 0;
  let dct = false;
  let work = 0;
  let next = header.preview ? readFrame(codestream, at, header, header.preview).end : at;
  for (let i = 0; i < MAX_FRAMES; i++) {
    const frame = readFrame(codestream, next, header, header);
    work += frame.work;
    if (work > MAX_WORK) throw new CompressionError('corrupt');
    dct ||= !frame.modular;
    ticks += frame.duration;
    if (frame.shows) shown++;
    if (frame.last) return { shown, ticks, dct };
    next = frame.end;
  }
  throw new CompressionError('corrupt');
}

interface Frame {
  /** Numbers and symbols that its headers were made of. */
  readonly work: number;
  readonly end: number;
  readonly last: boolean;
  readonly shows: boolean;
  readonly duration: number;
  readonly modular: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function readFrame(codestream: Uint8Array, at: number, header: JxlHeader, canvas: Size): Frame {
  const fields = new JxlFields(codestream, at);
  const frame = readFrameHeader(fields, header, canvas);
  const groups = groupCounts(frame);
  const sections = groups.all === 1 && frame.passes === 1 ? 1 : 2 + groups.lf + groups.all * frame.passes;
  if (sections > MAX_SECTIONS) throw new CompressionError('corrupt');
  const symbols = fields.bool() ? skipPermutation(fields, sections) : 0;
  fields.toByte();
  let length = 0;
  for (let i = 0; i < sections; i++) length += fields.u32([10, 0], [14, 1024], [22, 17_408], [30, 4_211_712]);
  fields.toByte();
  const end = fields.position / 8 + length;
  if (end > codestream.length) throw new CompressionError('truncated');
  const visible = frame.type !== LF && frame.type !== REFERENCE_ONLY;
  return {
    end,
    work: sections + symbols,
    last: frame.last,
    modular: frame.modular,
    duration: frame.duration,
    shows: visible && (frame.last || frame.duration > 0),
  };
}

/** F.3.2: in which order the sections stand, as a Lehmer code. Together they are as long in any order. @returns what it cost */
function skipPermutation(fields: JxlFields, sections: number): number {
  const reader = new EntropyReader(fields, 8, sections + 1);
  const contextOf = (value: number): number => Math.min(7, 32 - Math.clz32(value));
  const length = reader.read(contextOf(sections));
  if (length > sections) throw new CompressionError('corrupt');
  for (let i = 0, last = 0; i < length; i++) {
    last = reader.read(contextOf(last));
    if (last >= sections - i) throw new CompressionError('corrupt');
  }
  reader.end();
  return reader.symbols;
}

interface FrameHeader {
  type: number;
  modular: boolean;
  /** Before upsampling. */
  width: number;
  height: number;
  /** Of one group, in px. */
  groupSide: number;
  /** Doublings of a block across and down, from chroma subsampling. */
  shift: readonly [number, number];
  passes: number;
  duration: number;
  last: boolean;
}

/** Groups are squares; LF groups are eight times as wide and high (F.1). */
function groupCounts({ width, height, groupSide, shift: [across, down] }: FrameHeader): { all: number; lf: number } {
  const blocks = (side: number, doublings: number): number => Math.ceil(side / (8 << doublings)) << doublings;
  return {
    all: Math.ceil(width / groupSide) * Math.ceil(height / groupSide),
    lf: Math.ceil(blocks(width, across) / groupSide) * Math.ceil(blocks(height, down) / groupSide),
  };
}

/** F.2, table F.1: the fields in their order, of which most are only passed over. */
function readFrameHeader(fields: JxlFields, header: JxlHeader, canvas: Size): FrameHeader {
  const frame: FrameHeader = {
    type: REGULAR,
    modular: false,
    width: canvas.width,
    height: canvas.height,
    groupSide: 256,
    shift: [0, 0],
    passes: 1,
    duration: 0,
    last: true,
  };
  if (fields.bool()) return frame;
  frame.type = fields.bits(2);
  frame.modular = fields.bool();
  const flags = fields.u64();
  const ycbcr = header.xyb ? false : fields.bool();
  const usesLf = flags % (USE_LF_FRAME * 2) >= USE_LF_FRAME;
  if (ycbcr && !usesLf) frame.shift = readSubsampling(fields);
  let upsampling = 1;
  if (!usesLf) {
    upsampling = fields.u32(1, 2, 4, 8);
    for (let i = 0; i < header.extraChannels.length; i++) fields.u32(1, 2, 4, 8);
  }
  if (frame.modular) frame.groupSide = 128 << fields.bits(2);
  if (!frame.modular && header.xyb) fields.skip(6); // x_qm_scale, b_qm_scale
  if (frame.type !== REFERENCE_ONLY) frame.passes = readPasses(fields);
  const lfLevel = frame.type === LF ? fields.u32(1, 2, 3, 4) : 0;
  const partial = frame.type !== LF && fields.bool() ? readCrop(fields, frame, canvas) : false;
  const normal = frame.type !== LF && frame.type !== REFERENCE_ONLY;
  let replaces = true;
  if (normal) {
    replaces = readBlending(fields, header, partial);
    for (let i = 0; i < header.extraChannels.length; i++) readBlending(fields, header, partial);
    if (header.animation) frame.duration = fields.u32(0, 1, [8, 0], [32, 0]);
    if (header.animation?.timecodes) fields.bits(32);
    frame.last = fields.bool();
  } else frame.last = false;
  const saveAs = frame.type !== LF && !frame.last ? fields.u32(0, 1, 2, 3) : 0;
  const referable = frame.type !== LF && !frame.last && (frame.duration === 0 || saveAs !== 0);
  if ((normal && referable && replaces && !partial) || frame.type === REFERENCE_ONLY) fields.bool(); // save_before_ct
  fields.text();
  skipRestorationFilter(fields, frame.modular);
  fields.extensions();
  const divisor = upsampling * 8 ** lfLevel;
  frame.width = Math.ceil(frame.width / divisor);
  frame.height = Math.ceil(frame.height / divisor);
  return frame;
}

/** J.2: 0 is 1x1, 1 is 2x2, 2 is 2x1, 3 is 1x2, of Cb, Y and Cr. */
function readSubsampling(fields: JxlFields): [number, number] {
  const modes = [fields.bits(2), fields.bits(2), fields.bits(2)];
  return [
    modes.some((mode) => mode === 1 || mode === 2) ? 1 : 0,
    modes.some((mode) => mode === 1 || mode === 3) ? 1 : 0,
  ];
}

/** F.2, table F.6. */
function readPasses(fields: JxlFields): number {
  const passes = fields.u32(1, 2, 3, [3, 4]);
  if (passes === 1) return 1;
  const downsamples = fields.u32(0, 1, 2, [1, 3]);
  fields.skip((passes - 1) * 2);
  for (let i = 0; i < downsamples; i++) fields.u32(1, 2, 4, 8);
  for (let i = 0; i < downsamples; i++) fields.u32(0, 1, 2, [3, 0]);
  return passes;
}

/** @returns whether the frame leaves a part of the canvas uncovered */
function readCrop(fields: JxlFields, frame: FrameHeader, canvas: Size): boolean {
  const next = (): number => fields.u32([8, 0], [11, 256], [14, 2304], [30, 18_688]);
  const normal = frame.type !== REFERENCE_ONLY;
  const [left, top] = normal ? [unpackSigned(next()), unpackSigned(next())] : [0, 0];
  frame.width = next();
  frame.height = next();
  if (frame.width === 0 || frame.height === 0) throw new CompressionError('corrupt');
  return normal && (left > 0 || top > 0 || frame.width + left < canvas.width || frame.height + top < canvas.height);
}

function unpackSigned(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** F.2, table F.7. @returns whether it replaces what is below */
function readBlending(fields: JxlFields, { extraChannels }: JxlHeader, partial: boolean): boolean {
  const mode = fields.u32(0, 1, 2, [2, 3]);
  const usesAlpha = extraChannels.length > 0 && (mode === 2 || mode === 3);
  if (usesAlpha) fields.u32(0, 1, 2, [3, 3]);
  if (usesAlpha || mode === 4) fields.bool(); // clamp
  if (mode !== 0 || partial) fields.bits(2); // source
  return mode === 0;
}

/** J.1, table J.1. */
function skipRestorationFilter(fields: JxlFields, modular: boolean): void {
  if (fields.bool()) return;
  if (fields.bool() && fields.bool()) fields.skip(6 * 16); // Gaborish weights
  const iterations = fields.bits(2);
  if (iterations > 0) {
    if (!modular && fields.bool()) fields.skip(8 * 16);
    if (fields.bool()) fields.skip(5 * 16);
    if (fields.bool()) fields.skip((modular ? 3 : 4) * 16);
    if (modular) fields.skip(16);
  }
  fields.extensions();
}
