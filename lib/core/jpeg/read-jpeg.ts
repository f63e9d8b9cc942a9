/** A JPEG file taken apart into what a lossless rewrite keeps: coefficients, quantisation tables, metadata. */
import { CompressionError } from '../errors.ts';
import { Reader } from '../bytes/reader.ts';
import { ScanPrecision } from '../image/formats/jpeg-precision.ts';
import { STANDARD_TABLES } from '../image/formats/jpeg-standard-tables.ts';
import { fitsOneMcu, type Coefficients, type Component, type Frame, type Scan } from './coefficients.ts';
import type { DeclaredCodes, ScanCoder, ScanTables } from './scan-coder.ts';

export interface JpegPicture {
  readonly frame: Frame;
  /** By component of the frame. */
  readonly coefficients: readonly Coefficients[];
  /** Null where every coefficient is there with all its bits; of sequential coding always. */
  readonly lacking: ScanPrecision | null;
  /** Contents of DQT for each table that is used: precision and number, then 64 values of 8 or 16 bits. */
  readonly quantisation: readonly Uint8Array[];
  /** APPn and COM segments in their order, marker and length included. */
  readonly metadata: readonly Uint8Array[];
  /** What stands behind EOI: gain maps, motion photos. */
  readonly trailer: Uint8Array;
}

const SOF0 = 0xc0,
  SOF2 = 0xc2,
  DHT = 0xc4,
  DAC = 0xcc,
  SOI = 0xd8,
  EOI = 0xd9,
  SOS = 0xda,
  DQT = 0xdb,
  DRI = 0xdd,
  APP0 = 0xe0,
  APP15 = 0xef,
  COM = 0xfe;

/** 300 MB of coefficients, and as often as they may be visited: a file can ask for any number of scans in few bytes. */
const MAX_COEFFICIENTS = 150e6;
const MAX_SCANS = 100;

/**
 * Baseline, extended sequential and progressive Huffman JPEG of 8 bits.
 *
 * @throws CompressionError `unsupported-variant` (arithmetic, lossless, 12-bit, no height in the header), `too-much-memory`,
 * `truncated`, `corrupt`: the file is not rewritten unless all of it is understood
 */
export function readJpegPicture(bytes: Uint8Array, coder: ScanCoder): JpegPicture {
  const picture = readIntoCoder(bytes, coder);
  return { ...picture, coefficients: picture.frame.components.map((_, i) => coder.levels(i).slice()) };
}

/** The same with the coefficients left to the coder, which holds them. @throws what `readJpegPicture` throws */
export function readIntoCoder(bytes: Uint8Array, coder: ScanCoder): Omit<JpegPicture, 'coefficients'> {
  const reader = new Reader(bytes);
  if (reader.u16(0) !== 0xff00 + SOI) throw new CompressionError('corrupt');
  const dcCodes: DeclaredCodes[] = [];
  const acCodes: DeclaredCodes[] = [];
  const quantisation = new Map<number, Uint8Array>();
  const metadata: Uint8Array[] = [];
  let state: { frame: Frame; precision: ScanPrecision } | null = null;
  let restartInterval = 0;
  let scans = 0;
  let at = 2;
  for (;;) {
    const marker = markerAt(reader, at);
    at = marker.end;
    if (marker.code === EOI) break;
    const length = reader.u16(at);
    if (length < 2) throw new CompressionError('corrupt');
    const [data, end] = [at + 2, at + length];
    const body = reader.slice(data, length - 2);
    at = end;
    if ((marker.code >= APP0 && marker.code <= APP15) || marker.code === COM)
      metadata.push(reader.slice(data - 4, length + 2));
    else if (marker.code === DQT) {
      // A table that changes between scans belongs to some of the components only, and nobody writes that.
      if (scans > 0) throw unsupported('tables between scans');
      readQuantisation(body, quantisation);
    } else if (marker.code === DHT) readHuffman(body, dcCodes, acCodes);
    else if (marker.code === DRI) restartInterval = new Reader(body, 'big', 'corrupt').u16(0);
    else if (marker.code >= SOF0 && marker.code <= SOF2) {
      if (state) throw new CompressionError('corrupt');
      const frame = readFrame(new Reader(body, 'big', 'corrupt'), marker.code);
      coder.begin(frame, bytes);
      state = { frame, precision: new ScanPrecision(frame.components.length) };
    } else if (marker.code === SOS) {
      if (!state || ++scans > MAX_SCANS) throw new CompressionError('corrupt');
      const { scan, tables } = readScanHeader(body, state.frame, dcCodes, acCodes);
      at = coder.read(scan, state.frame.marker === SOF2, tables, restartInterval, end);
      state.precision.coded(scan.components, scan.spectralStart, scan.spectralEnd, scan.low);
    } else if ((marker.code > SOF2 && marker.code <= 0xcf) || marker.code === DAC)
      throw unsupported(`frame 0x${marker.code.toString(16)}`);
    // Others (DNL, DHP, EXP, JPGn) say nothing in the files that are read here, or are not read here.
    else throw unsupported(`marker 0x${marker.code.toString(16)}`);
  }
  if (!state || scans === 0) throw new CompressionError('corrupt');
  const used = [...new Set(state.frame.components.map(({ table }) => table))].sort();
  return {
    frame: state.frame,
    lacking: state.frame.marker !== SOF2 || state.precision.isFull ? null : state.precision,
    quantisation: used.map((table) => quantisation.get(table) ?? missing()),
    metadata,
    trailer: bytes.subarray(at),
  };
}

/** Fill bytes may stand before a marker (T.81, B.1.1.2). Stray bytes are passed over, as libjpeg does; they change no pixel. */
function markerAt(reader: Reader, at: number): { code: number; end: number } {
  while (reader.u8(at) !== 0xff || reader.u8(at + 1) === 0xff || reader.u8(at + 1) === 0) at++;
  return { code: reader.u8(at + 1), end: at + 2 };
}

function readQuantisation(body: Uint8Array, tables: Map<number, Uint8Array>): void {
  for (let at = 0; at < body.length;) {
    const size = 1 + (body[at]! >> 4 ? 128 : 64);
    if (at + size > body.length || (body[at]! & 15) > 3) throw new CompressionError('corrupt');
    tables.set(body[at]! & 15, body.subarray(at, at + size));
    at += size;
  }
}

function readHuffman(body: Uint8Array, dc: DeclaredCodes[], ac: DeclaredCodes[]): void {
  for (let at = 0; at < body.length;) {
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const end = at + 17 + total;
    if (end > body.length || total > 256 || (body[at]! & 15) > 3) throw new CompressionError('corrupt');
    checkCounts(counts);
    (body[at]! >> 4 ? ac : dc)[body[at]! & 15] = { counts, values: body.subarray(at + 17, end) };
    at = end;
  }
}

/** No more codes of a length than there are. */
function checkCounts(counts: Uint8Array): void {
  let code = 0;
  counts.forEach((count, i) => {
    if (code + count > 2 << i) throw new CompressionError('corrupt');
    code = (code + count) << 1;
  });
}

/** T.81, B.2.2 and A.1.1. */
function readFrame(reader: Reader, marker: number): Frame {
  if (reader.u8(0) !== 8) throw unsupported(`${reader.u8(0)} bits`);
  const [height, width, count] = [reader.u16(1), reader.u16(3), reader.u8(5)];
  if (height === 0) throw unsupported('height told later');
  if (width === 0 || count < 1 || count > 4) throw new CompressionError('corrupt');
  const declared = Array.from({ length: count }, (_, i) => {
    const at = 6 + i * 3;
    return {
      id: reader.u8(at),
      horizontal: reader.u8(at + 1) >> 4,
      vertical: reader.u8(at + 1) & 15,
      table: reader.u8(at + 2),
    };
  });
  if (declared.some(({ horizontal: h, vertical: v, table }) => h < 1 || h > 4 || v < 1 || v > 4 || table > 3))
    throw new CompressionError('corrupt');
  const most = {
    horizontal: Math.max(...declared.map((c) => c.horizontal)),
    vertical: Math.max(...declared.map((c) => c.vertical)),
  };
  const components: Component[] = declared.map((component) => ({
    ...component,
    blocksWide: Math.ceil(Math.ceil((width * component.horizontal) / most.horizontal) / 8),
    blocksHigh: Math.ceil(Math.ceil((height * component.vertical) / most.vertical) / 8),
  }));
  if (
    components.reduce((sum, { blocksWide, blocksHigh }) => sum + blocksWide * blocksHigh * 64, 0) > MAX_COEFFICIENTS
  ) {
    throw new CompressionError('too-much-memory', { format: 'jpeg', limit: MAX_COEFFICIENTS / 1e6 });
  }
  return {
    width,
    height,
    marker,
    components,
    mcusWide: Math.ceil(width / (8 * most.horizontal)),
    mcusHigh: Math.ceil(height / (8 * most.vertical)),
  };
}

/** T.81, B.2.3 and G.1.1.1.1. */
function readScanHeader(
  body: Uint8Array,
  frame: Frame,
  dc: readonly DeclaredCodes[],
  ac: readonly DeclaredCodes[],
): { scan: Scan; tables: ScanTables } {
  const reader = new Reader(body, 'big', 'corrupt');
  const count = reader.u8(0);
  const chosen = Array.from({ length: count }, (_, i) => ({ id: reader.u8(1 + i * 2), tables: reader.u8(2 + i * 2) }));
  const components = chosen.map(({ id }) => frame.components.findIndex((component) => component.id === id));
  const at = 1 + count * 2;
  const scan = {
    components,
    spectralStart: reader.u8(at),
    spectralEnd: reader.u8(at + 1),
    high: reader.u8(at + 2) >> 4,
    low: reader.u8(at + 2) & 15,
  };
  const { spectralStart: start, spectralEnd: end, high, low } = scan;
  const sound =
    frame.marker === SOF2
      ? start <= end &&
        end <= 63 &&
        (start === 0 ? end === 0 : count === 1) &&
        low <= 13 &&
        (high === 0 || high === low + 1)
      : start === 0 && end === 63 && high === 0 && low === 0;
  if (
    !sound ||
    components.includes(-1) ||
    new Set(components).size !== count ||
    count < 1 ||
    (count > 1 && !fitsOneMcu(frame, components))
  ) {
    throw new CompressionError('corrupt');
  }
  // A progressive file has the tables of its own, or is not decoded.
  const standard = frame.marker === SOF2 ? null : standardCodes();
  return {
    scan,
    tables: {
      dc: chosen.map(({ tables }) => dc[tables >> 4] ?? standard?.dc[tables >> 4]),
      ac: chosen.map(({ tables }) => ac[tables & 15] ?? standard?.ac[tables & 15]),
    },
  };
}

function standardCodes(): { readonly dc: readonly DeclaredCodes[]; readonly ac: readonly DeclaredCodes[] } {
  const codes = { dc: [] as DeclaredCodes[], ac: [] as DeclaredCodes[] };
  for (const table of STANDARD_TABLES) readHuffman(table, codes.dc, codes.ac);
  return codes;
}

function missing(): never {
  throw new CompressionError('corrupt');
}

function unsupported(feature: string): CompressionError {
  return new CompressionError('unsupported-variant', { format: 'JPEG', feature });
}
