/** Scans read, counted and written: what the C of `native/` does with the coefficients of one picture at a time. */
import type { LoadWasm } from '../codecs/codec.ts';
import { startNative } from '../codecs/emscripten.ts';
import { CompressionError } from '../errors.ts';
import type { Coefficients, Frame, Scan } from './coefficients.ts';
import type { OptimalCodes } from './optimal-codes.ts';

/** What lib/core/jpeg/native exports for it; numbers that are positions are bytes in its memory. */
interface Native {
  readonly memory: WebAssembly.Memory;
  frame(): number;
  scan(): number;
  begin(fileBytes: number): number;
  plane(component: number): number;
  declared(): number;
  define(codes: number): void;
  read(at: number): number;
  ready(chosen: number): number;
  symbols(): number;
  count(): number;
  count_splits(component: number, low: number): number;
  code_values(): number;
  code_lengths(): number;
  write(most: number): number;
  written(): number;
}

/** Contents of DHT without its first byte: 16 counts by length, then the values. */
export interface DeclaredCodes {
  readonly counts: Uint8Array;
  readonly values: Uint8Array;
}

/** By the component's place in the scan. */
export interface ScanTables {
  readonly dc: readonly (DeclaredCodes | undefined)[];
  readonly ac: readonly (DeclaredCodes | undefined)[];
}

export interface SymbolCounts {
  /** By table: 0 and 1 are for DC, 2 and 3 for AC, the first of each is the first component's. Null where none is coded with it. */
  readonly frequencies: readonly (Uint32Array | null)[];
  /** Bits beside the symbols. */
  readonly extraBits: number;
}

/** Tables that a scan is written with. The first component has its own, the others share theirs: luminance and chrominance, as a rule. */
export const TABLES = 4;
export const dcTable = (component: number): number => (component === 0 ? 0 : 1);
export const acTable = (component: number): number => (component === 0 ? 2 : 3);

/** Where the low frequencies may be parted from the rest, the last of them: as mozjpeg tries. Those of `native/split-counts.h`. */
export const SPLITS = [2, 5, 8, 12, 18] as const;

/** Of one class of tables: T.81, table B.5. */
const MOST_IN_SCAN = 4;
const TRUNCATED = -2;
const SYMBOLS = 256;

/** Started once a worker; it holds one picture, until the next. */
export async function startScanCoder(load: LoadWasm): Promise<ScanCoder> {
  return new ScanCoder(await startNative<Native>('jpeg', load));
}

export class ScanCoder {
  readonly #native: Native;
  #held: Frame | null = null;

  constructor(native: Native) {
    this.#native = native;
  }

  /**
   * Room for the coefficients of a frame, all 0.
   *
   * @param file of which scans are to be read
   * @throws RangeError when there is no memory for it
   */
  begin(frame: Frame, file: Uint8Array = new Uint8Array()): void {
    this.#describe(frame);
    const at = this.#native.begin(file.length);
    if (at === 0) throw noMemory();
    new Uint8Array(this.#native.memory.buffer, at, file.length).set(file);
    this.#held = frame;
  }

  /** Those of a component of the frame it holds: the memory itself, until the next call. */
  levels(component: number): Coefficients {
    const { blocksWide = 0, blocksHigh = 0 } = this.#held?.components[component] ?? {};
    return new Int16Array(this.#native.memory.buffer, this.#native.plane(component), blocksWide * blocksHigh * 64);
  }

  /**
   * Adds what one scan says.
   *
   * @param restartInterval in MCUs, 0 for none
   * @param at where the data begins in the file
   * @returns where the marker stands that ended the data, or the next byte
   * @throws CompressionError `corrupt`, `truncated`
   */
  read(scan: Scan, progressive: boolean, { dc, ac }: ScanTables, restartInterval: number, at: number): number {
    this.#describeScan(scan, progressive, restartInterval);
    const needsDc = !progressive || (scan.spectralStart === 0 && scan.high === 0);
    const needsAc = !progressive || scan.spectralStart > 0;
    scan.components.forEach((_, place) => {
      if (needsDc) this.#define(place, dc[place]);
      if (needsAc) this.#define(MOST_IN_SCAN + place, ac[place]);
    });
    const end = this.#native.read(at);
    if (end < 0) throw new CompressionError(end === TRUNCATED ? 'truncated' : 'corrupt');
    return end;
  }

  /** Holds these coefficients, ready to be counted and written. @throws RangeError when there is no memory for it */
  take(frame: Frame, coefficients: readonly Coefficients[]): void {
    this.begin(frame);
    coefficients.forEach((each, component) => {
      this.levels(component).set(each);
    });
    this.ready();
  }

  /** What was read is whole, and is counted and written next. @throws RangeError when there is no memory for it */
  ready(): void {
    if (this.#native.ready(0) !== 1) throw noMemory();
  }

  /** The levels that the encoder of the same instance has just chosen are. @throws RangeError when there is no memory for it */
  takeChosen(frame: Frame): void {
    this.#describe(frame);
    this.#held = frame;
    if (this.#native.ready(1) !== 1) throw noMemory();
  }

  /** @throws CompressionError `corrupt` for coefficients that 8-bit JPEG has no code for: DC differences of 12 bits, AC of 11 */
  count(scan: Scan, progressive: boolean): SymbolCounts {
    this.#describeScan(scan, progressive, 0);
    const extraBits = this.#native.count();
    if (extraBits < 0) throw new CompressionError('corrupt');
    const counts = new Uint32Array(this.#native.memory.buffer, this.#native.symbols(), TABLES * SYMBOLS).slice();
    const frequencies = Array.from({ length: TABLES }, (_, table) => {
      const symbols = counts.subarray(table * SYMBOLS, (table + 1) * SYMBOLS);
      return symbols.some((count) => count > 0) ? symbols : null;
    });
    return { frequencies, extraBits };
  }

  /**
   * Of first passes over AC, the bits below `low` left to refinements.
   *
   * @returns of the whole pass, and of its two parts for each of `SPLITS`
   * @throws CompressionError `corrupt` for coefficients that 8-bit JPEG has no code for
   */
  countSplits(component: number, low: number): { whole: Uint32Array; parts: readonly (readonly Uint32Array[])[] } {
    const at = this.#native.count_splits(component, low);
    if (at === 0) throw new CompressionError('corrupt');
    const all = new Uint32Array(this.#native.memory.buffer, at, (1 + 2 * SPLITS.length) * SYMBOLS).slice();
    const of = (pass: number): Uint32Array => all.subarray(pass * SYMBOLS, (pass + 1) * SYMBOLS);
    return { whole: of(0), parts: SPLITS.map((_, split) => [of(1 + split), of(1 + SPLITS.length + split)]) };
  }

  /**
   * @param codes by table; null where no symbol is coded with it
   * @param most bytes, without those that are stuffed
   * @returns the entropy-coded data: the memory itself, until the next call
   * @throws RangeError when there is no memory for it
   */
  write(scan: Scan, progressive: boolean, codes: readonly (OptimalCodes | null)[], most: number): Uint8Array {
    this.#describeScan(scan, progressive, 0);
    const { memory } = this.#native;
    codes.forEach((each, table) => {
      if (!each) return;
      new Uint16Array(memory.buffer, this.#native.code_values(), TABLES * SYMBOLS).set(each.codes, table * SYMBOLS);
      new Uint8Array(memory.buffer, this.#native.code_lengths(), TABLES * SYMBOLS).set(each.lengths, table * SYMBOLS);
    });
    const start = this.#native.write(most);
    if (start === 0) throw noMemory();
    return new Uint8Array(memory.buffer, start, this.#native.written() - start);
  }

  #define(number: number, codes: DeclaredCodes | undefined): void {
    if (!codes) throw new CompressionError('corrupt');
    const declared = new Uint8Array(this.#native.memory.buffer, this.#native.declared(), 16 + SYMBOLS);
    declared.set(codes.counts);
    declared.set(codes.values, 16);
    this.#native.define(number);
  }

  /** In the order of `native/planes.h`. */
  #describe({ components, mcusWide, mcusHigh }: Frame): void {
    const samplings = components.flatMap((each) => [each.horizontal, each.vertical, each.blocksWide, each.blocksHigh]);
    this.#set(this.#native.frame(), [components.length, mcusWide, mcusHigh, ...samplings]);
  }

  #describeScan({ components, ...scan }: Scan, progressive: boolean, restartInterval: number): void {
    const places = Array.from({ length: MOST_IN_SCAN }, (_, place) => place);
    this.#set(this.#native.scan(), [
      components.length,
      ...places.map((place) => components[place] ?? 0),
      scan.spectralStart,
      scan.spectralEnd,
      scan.high,
      scan.low,
      Number(progressive),
      restartInterval,
      ...places,
      ...places.map((place) => MOST_IN_SCAN + place),
    ]);
  }

  #set(at: number, values: readonly number[]): void {
    new Int32Array(this.#native.memory.buffer, at, values.length).set(values);
  }
}

function noMemory(): RangeError {
  return new RangeError('no memory for a JPEG');
}
