/**
 * The directories that TIFF files and EXIF blocks are made of: TIFF 6.0, section 2; and those of BigTIFF, whose counts and
 * offsets have 8 bytes (the libtiff project's "BigTIFF Design").
 */
import { CompressionError } from '../../errors.ts';
import { ifReadable, latin1, Reader, type Endianness } from '../../bytes/reader.ts';

export interface IfdEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Of the entry's own 12 bytes (BigTIFF: 20) in the block. */
  readonly at: number;
  /** Of the value's bytes in the block, wherever they are. */
  readonly valueAt: number;
  /** Of the value. */
  readonly length: number;
}

export interface Ifd {
  readonly at: number;
  /** Entries in the directory, those that are not readable counted. */
  readonly count: number;
  readonly entries: readonly IfdEntry[];
  /** Offset of the next directory in the chain, 0 when this is the last. */
  readonly next: number;
  /** Tags whose value lies outside the block. */
  readonly cutOff: readonly number[];
}

/**
 * Bytes of one value by type: TIFF 6.0, section 2, and 13 (IFD) of its supplement 1; BigTIFF adds 16 to 18 (LONG8, SLONG8,
 * IFD8), EXIF 3.0 adds 129 (UTF-8).
 */
export const TYPE_SIZE: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
  129: 1,
};

/** Of the types above; of signed numbers of 8 bytes none that is negative can be an offset, and none is read. */
const WHOLE_NUMBERS: readonly number[] = [1, 3, 4, 6, 7, 8, 9, 13, 16, 17, 18];
const SIGNED: readonly number[] = [6, 8, 9, 17];

/** Bytes of the number of entries, of an entry, of its count and of an offset. */
interface Widths {
  readonly entries: 2 | 8;
  readonly entry: 12 | 20;
  readonly offset: 4 | 8;
}
const CLASSIC: Widths = { entries: 2, entry: 12, offset: 4 };
const BIG: Widths = { entries: 8, entry: 20, offset: 8 };

/** A chain of pages may be long; a chain that is longer is a trap. */
const MAX_CHAIN = 1000;

/** Over all directories of a block, so that many that overlap cost no more than one that is large. */
const MAX_ENTRIES = 100_000;

export class TiffBlock {
  readonly bytes: Uint8Array;
  readonly endianness: Endianness;
  readonly reader: Reader;
  readonly #widths: Widths;
  #entriesRead = 0;

  /**
   * @param allowed `tiff` takes BigTIFF too, which no EXIF block is
   * @throws CompressionError `corrupt` when the header is not that of a TIFF block
   */
  constructor(bytes: Uint8Array, allowed: 'exif' | 'tiff' = 'exif') {
    const order = latin1(bytes.subarray(0, 2));
    if (order !== 'II' && order !== 'MM') throw new CompressionError('corrupt');
    this.bytes = bytes;
    this.endianness = order === 'II' ? 'little' : 'big';
    this.reader = new Reader(bytes, this.endianness, 'corrupt');
    const version = this.reader.u16(2);
    // BigTIFF says the size of an offset and a constant 0.
    const big = allowed === 'tiff' && version === 43 && this.reader.u16(4) === 8 && this.reader.u16(6) === 0;
    if (version !== 42 && !big) throw new CompressionError('corrupt');
    this.#widths = big ? BIG : CLASSIC;
  }

  get isBig(): boolean {
    return this.#widths === BIG;
  }

  get firstIfd(): number {
    return this.#offset(this.#widths.offset);
  }

  /**
   * The directory at `at`. Entries whose type is unknown or whose value lies outside the block are left out.
   *
   * @throws CompressionError `corrupt` when the directory itself lies outside the block
   */
  ifd(at: number): Ifd {
    const widths = this.#widths;
    const count = widths === BIG ? this.reader.u64(at) : this.reader.u16(at);
    this.#entriesRead += count;
    if (this.#entriesRead > MAX_ENTRIES) throw new CompressionError('corrupt');
    const entries: IfdEntry[] = [];
    const cutOff: number[] = [];
    for (let i = 0; i < count; i++) {
      const entry = this.#entry(at + widths.entries + i * widths.entry);
      if (entry && entry.valueAt + entry.length <= this.reader.length) entries.push(entry);
      else if (entry) cutOff.push(entry.tag);
    }
    const nextAt = at + widths.entries + count * widths.entry;
    return {
      at,
      count,
      entries,
      cutOff,
      next: nextAt + widths.offset <= this.reader.length ? this.#offset(nextAt) : 0,
    };
  }

  /**
   * The directories chained from the first, each once: a chain that bites its own tail ends there, and `broken` is one that
   * leads to no directory.
   *
   * @throws CompressionError `corrupt` when the first cannot be read
   */
  chain(): { readonly ifds: readonly Ifd[]; readonly broken: boolean } {
    const ifds = [this.ifd(this.firstIfd)];
    const seen = new Set([this.firstIfd]);
    for (let at = ifds[0]?.next ?? 0; at !== 0 && !seen.has(at) && ifds.length < MAX_CHAIN;) {
      seen.add(at);
      const offset = at;
      const ifd = ifReadable(() => this.ifd(offset), null);
      // A picture has more than no tag: what is elsewhere in the file may look like an empty directory.
      if (!ifd || ifd.count === 0) return { ifds, broken: true };
      ifds.push(ifd);
      at = ifd.next;
    }
    return { ifds, broken: false };
  }

  /**
   * The values of an entry of whole numbers (bytes, shorts, longs, signed or not), at most `limit`; [] for any other type.
   * TIFF wants offsets unsigned; readers such as exiftool follow a signed one too, and so must what looks for a position.
   */
  numbers(entry: IfdEntry, limit = 1024): number[] {
    const size = TYPE_SIZE[entry.type] ?? 0;
    const values: number[] = [];
    for (let i = 0; i < Math.min(entry.count, limit); i++) {
      const at = entry.valueAt + i * size;
      if (size === 0 || !WHOLE_NUMBERS.includes(entry.type)) return [];
      const value = size === 1 ? this.reader.u8(at) : this.#wide(at, size);
      const range = 2 ** (size * 8);
      values.push(SIGNED.includes(entry.type) && size < 8 && value >= range / 2 ? value - range : value);
    }
    return values;
  }

  #wide(at: number, size: number): number {
    return size === 2 ? this.reader.u16(at) : size === 4 ? this.reader.u32(at) : this.reader.u64(at);
  }

  number(entry: IfdEntry | undefined): number | undefined {
    return entry && this.numbers(entry, 1)[0];
  }

  /** The values of an entry of unsigned rationals, at most `limit`; a zero denominator gives 0. */
  rationals(entry: IfdEntry, limit = 16): number[] {
    const values: number[] = [];
    for (let i = 0; entry.type === 5 && i < Math.min(entry.count, limit); i++) {
      const denominator = this.reader.u32(entry.valueAt + i * 8 + 4);
      values.push(denominator ? this.reader.u32(entry.valueAt + i * 8) / denominator : 0);
    }
    return values;
  }

  value(entry: IfdEntry): Uint8Array {
    return this.reader.slice(entry.valueAt, entry.length);
  }

  /** Text up to its NUL. EXIF says ASCII; many write UTF-8, which is therefore tried. */
  text(entry: IfdEntry): string {
    const value = this.value(entry);
    const nul = value.indexOf(0);
    return new TextDecoder().decode(nul < 0 ? value : value.subarray(0, nul)).trim();
  }

  #entry(at: number): IfdEntry | null {
    const tag = this.reader.u16(at);
    const type = this.reader.u16(at + 2);
    const { offset } = this.#widths;
    const count = this.#offset(at + 4);
    const size = TYPE_SIZE[type];
    if (!size || (type >= 16 && type <= 18 && this.#widths !== BIG)) return null;
    const length = size * count;
    const valueAt = length <= offset ? at + 4 + offset : this.#offset(at + 4 + offset);
    return { tag, type, count, at, valueAt, length };
  }

  #offset(at: number): number {
    return this.#widths === BIG ? this.reader.u64(at) : this.reader.u32(at);
  }
}

export function findEntry(ifd: Ifd | undefined, tag: number): IfdEntry | undefined {
  return ifd?.entries.find((entry) => entry.tag === tag);
}
