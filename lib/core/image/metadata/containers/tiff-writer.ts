/** Writing the directories of a TIFF file anew: TIFF 6.0, section 2, and the libtiff project's "BigTIFF Design". */
import { CompressionError } from '../../../errors.ts';
import { joinBytes } from '../../../bytes/bytes.ts';
import type { RawEntry } from '../exif-writer.ts';

/** A file that is put together piece by piece, each at an even offset. */
export class TiffFile {
  readonly #parts: Uint8Array[] = [];
  readonly #links: { readonly at: number; readonly to: number }[] = [];
  readonly #little: boolean;
  readonly #big: boolean;
  readonly #limit: number;
  #length: number;

  /** @param limit bytes; values of hostile directories overlap, so that a copy of each can be far more than the file */
  constructor(kind: { readonly little: boolean; readonly big: boolean }, limit: number) {
    this.#little = kind.little;
    this.#big = kind.big;
    this.#limit = limit;
    this.#length = this.#big ? 16 : 8;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of an offset, which is also the most that an entry holds itself. */
  get #width(): 4 | 8 {
    return this.#big ? 8 : 4;
  }

  add(parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.#length += part.length;
    }
    if (this.#length > this.#limit) throw new CompressionError('corrupt');
  }

  /** An entry of offsets in this file, as LONG, in BigTIFF as LONG8. */
  offsets(tag: number, offsets: readonly number[]): RawEntry {
    const width = this.#width;
    const value = new Uint8Array(offsets.length * width);
    const view = new DataView(value.buffer);
    for (const [i, offset] of offsets.entries()) this.#setOffset(view, i * width, offset);
    return { tag, type: this.#big ? 16 : 4, count: offsets.length, value };
  }

  /** @returns its own offset, and that of the link to the next one */
  directory(entries: readonly RawEntry[]): { at: number; nextAt: number } {
    const at = this.#length;
    const width = this.#width;
    const [countBytes, entryBytes] = this.#big ? [8, 20] : [2, 12];
    const sorted = entries.toSorted((a, b) => a.tag - b.tag);
    const nextAt = at + countBytes + sorted.length * entryBytes;
    const head = new Uint8Array(nextAt + width - at);
    const view = new DataView(head.buffer);
    if (this.#big) view.setBigUint64(0, BigInt(sorted.length), this.#little);
    else view.setUint16(0, sorted.length, this.#little);
    const values: Uint8Array[] = [];
    // Behind an odd head, classic directories are of an even length as a whole: two bytes, twelves and four.
    let valueAt = at + head.length;
    for (const [i, { tag, type, count, value }] of sorted.entries()) {
      const entryAt = countBytes + i * entryBytes;
      view.setUint16(entryAt, tag, this.#little);
      view.setUint16(entryAt + 2, type, this.#little);
      this.#setOffset(view, entryAt + 4, count);
      if (value.length <= width) head.set(value, entryAt + 4 + width);
      else {
        this.#setOffset(view, entryAt + 4 + width, valueAt);
        values.push(value, new Uint8Array(value.length & 1));
        valueAt += value.length + (value.length & 1);
      }
    }
    this.add([head, ...values]);
    return { at, nextAt };
  }

  /** `to` is written at `at` when the file is finished; 4 (BigTIFF: 8) is where the header tells the first directory. */
  link(at: number, to: number): void {
    this.#links.push({ at, to });
  }

  get firstAt(): number {
    return this.#big ? 8 : 4;
  }

  finished(): Uint8Array<ArrayBuffer> {
    const file = joinBytes([new Uint8Array(this.#big ? 16 : 8), ...this.#parts]);
    const view = new DataView(file.buffer);
    file.set(this.#little ? [0x49, 0x49] : [0x4d, 0x4d]);
    view.setUint16(2, this.#big ? 43 : 42, this.#little);
    if (this.#big) view.setUint16(4, 8, this.#little);
    for (const { at, to } of this.#links) this.#setOffset(view, at, to);
    return file;
  }

  #setOffset(view: DataView, at: number, value: number): void {
    if (this.#big) view.setBigUint64(at, BigInt(value), this.#little);
    else if (value > 0xffff_ffff) throw new CompressionError('corrupt');
    else view.setUint32(at, value, this.#little);
  }
}
