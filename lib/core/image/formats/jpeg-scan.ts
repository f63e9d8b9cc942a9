/**
 * Whether the coded data of a JPEG without EOI is all there. Some writers forget EOI, and a download that broke off has
 * none either: only counting the blocks tells the two apart.
 */
import { CompressionError } from '../../errors.ts';
import { ifReadable, Reader } from '../../bytes/reader.ts';
import type { JpegFrame } from './jpeg-frame.ts';
import { MARKER, type JpegLayout, type JpegSegment } from './jpeg-segments.ts';

/** Above this a file without EOI is called truncated unread: it would take seconds to count. */
const MAX_SCAN_BYTES = 8_000_000;

/**
 * True when the last scan has every block that its frame header asks for. Told for sequential Huffman coding alone
 * (SOF0, SOF1); of a progressive or arithmetic file nobody can say whether a further scan was to come.
 */
export function lastScanIsWhole(bytes: Uint8Array, layout: JpegLayout, frame: JpegFrame): boolean {
  return rowsThatCame(bytes, layout, frame) === frame.height;
}

/**
 * Rows of pixels whose blocks are all there in the last scan; what comes below was cut off. Null where it can't be told:
 * of progressive and arithmetic coding, of a file whose last component is still to come, of very long scans.
 */
export function rowsThatCame(bytes: Uint8Array, { segments }: JpegLayout, frame: JpegFrame): number | null {
  const scan = segments.findLast(({ marker }) => marker === MARKER.SOS);
  if (!scan || frame.marker > 0xc1 || scan.end - scan.headerEnd > MAX_SCAN_BYTES) return null;
  const seen = new Set<number>();
  for (const segment of segments)
    if (segment.marker === MARKER.SOS) for (const id of componentsOf(bytes, segment)) seen.add(id);
  return seen.size === frame.components.length
    ? ifReadable(() => rowsOfScan(bytes, segments, scan, frame), null)
    : null;
}

interface Block {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/** T.81, B.2.3: selectors of components, each with its tables. */
function componentsOf(bytes: Uint8Array, scan: JpegSegment): number[] {
  const count = bytes[scan.dataAt] ?? 0;
  return Array.from({ length: count }, (_, i) => bytes[scan.dataAt + 1 + i * 2] ?? 0);
}

function rowsOfScan(
  bytes: Uint8Array,
  segments: readonly JpegSegment[],
  scan: JpegSegment,
  frame: JpegFrame,
): number | null {
  const tables = readTables(bytes, segments.slice(0, segments.indexOf(scan)));
  const ids = componentsOf(bytes, scan);
  const blocks: Block[] = [];
  let grid = { across: 0, down: 0 };
  for (const [i, id] of ids.entries()) {
    const component = frame.components.find((candidate) => candidate.id === id);
    const selectors = bytes[scan.dataAt + 2 + i * 2] ?? 0;
    const dc = tables.huffman.get(selectors >> 4);
    const ac = tables.huffman.get(16 | (selectors & 15));
    if (!component || !dc || !ac) return null;
    const alone = ids.length === 1;
    for (let n = alone ? 1 : component.horizontal * component.vertical; n > 0; n--) blocks.push({ dc, ac });
    grid = alone ? blocksAlone(frame, component) : unitsInterleaved(frame);
  }
  const bits = new ScanBits(bytes, scan.headerEnd, scan.end);
  const units = grid.across * grid.down;
  let unit = 0;
  ifReadable(() => {
    for (; unit < units; unit++) {
      if (tables.restart > 0 && unit > 0 && unit % tables.restart === 0) bits.restart();
      for (const block of blocks) skipBlock(bits, block);
    }
  }, undefined);
  const rows = Math.floor(unit / grid.across);
  return rows >= grid.down ? frame.height : Math.min(frame.height, Math.floor((rows * frame.height) / grid.down));
}

type Component = JpegFrame['components'][number];

interface Units {
  readonly across: number;
  readonly down: number;
}

/** T.81, A.2.2: a component by itself has no padding beyond its own blocks. */
function blocksAlone(frame: JpegFrame, component: Component): Units {
  const { across, down } = largestSampling(frame);
  return {
    across: Math.ceil(Math.ceil((frame.width * component.horizontal) / across) / 8),
    down: Math.ceil(Math.ceil((frame.height * component.vertical) / down) / 8),
  };
}

function unitsInterleaved(frame: JpegFrame): Units {
  const { across, down } = largestSampling(frame);
  return { across: Math.ceil(frame.width / (8 * across)), down: Math.ceil(frame.height / (8 * down)) };
}

function largestSampling(frame: JpegFrame): { across: number; down: number } {
  return {
    across: Math.max(1, ...frame.components.map(({ horizontal }) => horizontal)),
    down: Math.max(1, ...frame.components.map(({ vertical }) => vertical)),
  };
}

/** T.81, F.2.2: a DC difference, then runs and values up to 63 or the end of the block. */
function skipBlock(bits: ScanBits, { dc, ac }: Block): void {
  bits.skip(bits.symbol(dc));
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(ac);
    const size = symbol & 15;
    if (size === 0 && symbol !== 0xf0) return;
    k += symbol >> 4;
    bits.skip(size);
  }
}

/** Symbol and length by 16 bits looked ahead; length 0 where there is no code. */
type HuffmanTable = Uint16Array;

function readTables(
  bytes: Uint8Array,
  segments: readonly JpegSegment[],
): { huffman: Map<number, HuffmanTable>; restart: number } {
  const reader = new Reader(bytes, 'big', 'corrupt');
  const found = new Map<number, number>();
  let restart = 0;
  for (const { marker, dataAt, end } of segments) {
    if (marker === MARKER.DRI) restart = reader.u16(dataAt);
    if (marker !== MARKER.DHT) continue;
    for (let at = dataAt; at + 17 <= end;) {
      // Class and destination (T.81, B.2.4.2); a later table takes the place of an earlier one.
      found.set(reader.u8(at) & 0x1f, at);
      for (let i = 1, next = at + 17; i <= 16; i++) {
        next += reader.u8(at + i);
        if (i === 16) at = next;
      }
    }
  }
  return { restart, huffman: new Map([...found].map(([id, at]) => [id, huffmanTable(reader, at)])) };
}

/** T.81, annex C. */
function huffmanTable(reader: Reader, at: number): HuffmanTable {
  const table = new Uint16Array(65_536);
  let code = 0;
  let symbolAt = at + 17;
  for (let length = 1; length <= 16; length++) {
    for (let left = reader.u8(at + length); left > 0; left--) {
      const first = code << (16 - length);
      if (first > 65_535) throw new CompressionError('corrupt');
      table.fill((reader.u8(symbolAt++) << 5) | length, first, first + (1 << (16 - length)));
      code++;
    }
    code <<= 1;
  }
  return table;
}

/** Bits of entropy-coded data, the most significant first; 0xff is followed by a stuffed zero (T.81, F.1.2.3). */
class ScanBits {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #buffer = 0;
  #count = 0;
  /** Bits in the buffer that were made up past the end, so that a look ahead of 16 is always there. */
  #madeUp = 0;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  symbol(table: HuffmanTable): number {
    this.#fill();
    const entry = table[(this.#buffer >>> (this.#count - 16)) & 0xffff]!;
    const length = entry & 31;
    if (length === 0) throw new CompressionError('corrupt');
    this.#take(length);
    return entry >> 5;
  }

  skip(length: number): void {
    this.#fill();
    this.#take(length & 15);
  }

  /** Past the next restart marker, whatever is left of the byte before. */
  restart(): void {
    this.#buffer = 0;
    this.#count = 0;
    this.#madeUp = 0;
    const bytes = this.#bytes;
    while (this.#at + 1 < this.#end && !(bytes[this.#at] === 0xff && (bytes[this.#at + 1]! & 0xf8) === 0xd0))
      this.#at++;
    this.#at += 2;
  }

  #take(length: number): void {
    this.#count -= length;
    if (this.#count < this.#madeUp) throw new CompressionError('truncated');
  }

  #fill(): void {
    while (this.#count < 16) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at]! : -1;
      const marker = byte === 0xff && this.#bytes[this.#at + 1] !== 0;
      this.#buffer = ((this.#buffer << 8) | (byte < 0 || marker ? 0 : byte)) & 0xffffff;
      this.#count += 8;
      if (byte < 0 || marker) this.#madeUp += 8;
      else this.#at += byte === 0xff ? 2 : 1;
    }
  }
}
