/**
 * Reading bytes that nobody vouches for: every access is checked, and what lies past the end is an error with a
 * code, never `undefined` or a `RangeError`.
 */
import { CompressionError } from '../errors.ts';

export type Endianness = 'big' | 'little';

/** What a read past the end means: the file stops early, or a length inside it is a lie. */
export type PastTheEnd = 'truncated' | 'corrupt';

export class Reader {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #pastTheEnd: PastTheEnd;

  constructor(bytes: Uint8Array, endianness: Endianness = 'big', pastTheEnd: PastTheEnd = 'truncated') {
    this.bytes = bytes;
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = endianness === 'little';
    this.#pastTheEnd = pastTheEnd;
  }

  u8(at: number): number {
    this.#check(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, this.#little);
  }

  u24(at: number): number {
    this.#check(at, 3);
    return this.#little
      ? this.#view.getUint16(at, true) | (this.#view.getUint8(at + 2) << 16)
      : (this.#view.getUint8(at) << 16) | this.#view.getUint16(at + 1, false);
  }

  u32(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, this.#little);
  }

  i32(at: number): number {
    this.#check(at, 4);
    return this.#view.getInt32(at, this.#little);
  }

  /** @throws CompressionError `corrupt` when it is no safe integer: no image has such a length. */
  u64(at: number): number {
    this.#check(at, 8);
    const value = this.#view.getBigUint64(at, this.#little);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new CompressionError('corrupt');
    return Number(value);
  }

  /** `length` bytes as Latin-1 text, e.g. a chunk's name. */
  ascii(at: number, length: number): string {
    return latin1(this.slice(at, length));
  }

  /** A view, not a copy. */
  slice(at: number, length: number): Uint8Array {
    this.#check(at, length);
    return this.bytes.subarray(at, at + length);
  }

  /** Whether `text` (ASCII) stands at `at`; false when the bytes end before. */
  is(at: number, text: string): boolean {
    return startsWith(this.bytes, text, at);
  }

  #check(at: number, length: number): void {
    if (!(at >= 0 && length >= 0 && at + length <= this.length)) throw new CompressionError(this.#pastTheEnd);
  }
}

/** Whether `bytes` hold the ASCII or Latin-1 `text` at `at`. */
export function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** Of the first occurrence of the ASCII `text` at or after `from`, or -1. By Horspool's method, so that no bytes make it slow. */
export function indexOfText(bytes: Uint8Array, text: string, from = 0): number {
  const length = text.length;
  const steps = new Uint8Array(256).fill(length);
  for (let i = 0; i < length - 1; i++) steps[text.charCodeAt(i)] = length - 1 - i;
  const last = text.charCodeAt(length - 1);
  for (let at = from + length - 1; at < bytes.length; at += steps[bytes[at]!]!) {
    if (bytes[at] === last && startsWith(bytes, text, at - length + 1)) return at - length + 1;
  }
  return -1;
}

/**
 * What `read` returns, or `otherwise` when it throws a CompressionError: for the parts of a file that its picture
 * does not hang on, such as damaged EXIF. Any other throw is a fault of ours and goes through.
 */
export function ifReadable<T, O>(read: () => T, otherwise: O): T | O {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof CompressionError) return otherwise;
    throw thrown;
  }
}
