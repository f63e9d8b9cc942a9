/** The ICC profile in a JPEG XL codestream, which is predicted and entropy-coded: ISO/IEC 18181-1:2024, E.4. */
import { CompressionError } from '../../errors.ts';
import { joinBytes, latin1Bytes } from '../../bytes/bytes.ts';
import { Reader } from '../../bytes/reader.ts';
import { EntropyReader } from './jxl-entropy.ts';
import type { JxlFields } from './jxl-fields.ts';

/** Longer profiles are lookup tables for presses, and none of sRGB. */
const MAX_PROFILE_BYTES = 4_000_000;

const CONTEXTS = 41;

/**
 * Reads past the profile, wherever the headers end.
 *
 * @returns the profile in its coded form, for `decodeIcc`
 * @throws CompressionError `truncated`, `corrupt`
 */
export function readCodedIcc(fields: JxlFields): Uint8Array {
  const length = fields.u64();
  if (length > MAX_PROFILE_BYTES) throw new CompressionError('corrupt');
  const reader = new EntropyReader(fields, CONTEXTS, length);
  // It grows with what is really there, and not with what the number says.
  let bytes = new Uint8Array(Math.min(length, 4096));
  for (let i = 0; i < length; i++) {
    if (i === bytes.length) bytes = joinBytes([bytes, new Uint8Array(Math.min(bytes.length, length - i))]);
    const context = i <= 128 ? 0 : 1 + kindOfLast(bytes[i - 1]!) + kindOfBefore(bytes[i - 2]!) * 8;
    bytes[i] = reader.read(context);
  }
  reader.end();
  return bytes;
}

/** E.4.1: letters, digits, and small and large values each have contexts of their own. */
function kindOfLast(byte: number): number {
  if (isLetter(byte)) return 0;
  if (isDigit(byte)) return 1;
  if (byte <= 1) return byte + 2;
  if (byte < 16) return 4;
  return byte === 255 ? 6 : byte > 240 ? 5 : 7;
}

function kindOfBefore(byte: number): number {
  if (isLetter(byte)) return 0;
  if (isDigit(byte)) return 1;
  return byte < 16 ? 2 : byte > 240 ? 3 : 4;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Of a decimal number: the point and the comma too. */
function isDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2c;
}

/** E.4.2 to E.4.5. @throws CompressionError `corrupt` */
export function decodeIcc(coded: Uint8Array): Uint8Array {
  const decoder = new Decoder(coded);
  return decoder.decode();
}

const TAG_NAMES = [
  'cprt',
  'wtpt',
  'bkpt',
  'rXYZ',
  'gXYZ',
  'bXYZ',
  'kXYZ',
  'rTRC',
  'gTRC',
  'bTRC',
  'kTRC',
  'chad',
  'desc',
  'chrm',
  'dmnd',
  'dmdd',
  'lumi',
] as const;
const TYPE_NAMES = ['XYZ ', 'desc', 'text', 'mluc', 'para', 'curv', 'sf32', 'gbd '] as const;

/** Tags whose value is one XYZNumber, 20 bytes with its type. */
const XYZ_TAGS = ['rXYZ', 'gXYZ', 'bXYZ', 'kXYZ', 'wtpt', 'bkpt', 'lumi'];

/** Two streams in one: commands, and the data that they work on. */
class Decoder {
  readonly #coded: Reader;
  readonly #output: Uint8Array;
  readonly #commandsEnd: number;
  #length = 0;
  #command = 0;
  #data: number;

  constructor(coded: Uint8Array) {
    this.#coded = new Reader(coded, 'big', 'corrupt');
    this.#commandsEnd = coded.length;
    const length = this.#varint();
    const commands = this.#varint();
    if (length > MAX_PROFILE_BYTES || this.#command + commands > coded.length) throw new CompressionError('corrupt');
    this.#output = new Uint8Array(length);
    this.#commandsEnd = this.#data = this.#command + commands;
  }

  decode(): Uint8Array {
    this.#header();
    if (this.#length < this.#output.length) {
      this.#tags();
      while (this.#command < this.#commandsEnd) this.#content(this.#coded.u8(this.#command++));
    }
    if (this.#length !== this.#output.length) throw new CompressionError('corrupt');
    return this.#output;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#command >= this.#commandsEnd) break;
      const byte = this.#coded.u8(this.#command++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new CompressionError('corrupt');
  }

  #put(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#output.length) throw new CompressionError('corrupt');
    this.#output.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #putNumber(value: number): void {
    if (value > 0xffff_ffff) throw new CompressionError('corrupt');
    this.#put(new Uint8Array([value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value].map(Math.floor)));
  }

  #take(length: number): Uint8Array {
    const bytes = this.#coded.slice(this.#data, length);
    this.#data += length;
    return bytes;
  }

  /** E.4.3: what a profile of RGB has at each place is taken off before coding. */
  #header(): void {
    const size = this.#output.length;
    const expected = joinBytes([
      new Uint8Array([size / 2 ** 24, size / 2 ** 16, size / 2 ** 8, size].map(Math.floor)),
      latin1Bytes('\0\0\0\0\x04\0\0\0mntrRGB XYZ '),
      new Uint8Array(12),
      latin1Bytes('acsp'),
      new Uint8Array(28),
      latin1Bytes('\0\0\xf6\xd6\0\x01\0\0\0\0\xd3\x2d'),
      new Uint8Array(48),
    ]);
    const output = this.#output;
    for (let i = 0; i < Math.min(128, size); i++) {
      if (i === 8) expected.set(output.subarray(4, 8), 80);
      // The platforms are APPL, MSFT, SGI and SUNW.
      if (i === 41 && output[40] === 0x41) expected.set(latin1Bytes('PPL'), 41);
      if (i === 41 && output[40] === 0x4d) expected.set(latin1Bytes('SFT'), 41);
      if (i === 42 && output[40] === 0x53 && output[41] === 0x47) expected.set(latin1Bytes('I '), 42);
      if (i === 42 && output[40] === 0x53 && output[41] === 0x55) expected.set(latin1Bytes('NW'), 42);
      this.#put(new Uint8Array([this.#take(1)[0]! + expected[i]!]));
    }
  }

  /** E.4.4. */
  #tags(): void {
    const count = this.#varint() - 1;
    if (count < 0) return;
    this.#putNumber(count);
    let previous = { start: 128 + count * 12, size: 0 };
    while (this.#command < this.#commandsEnd) {
      const command = this.#coded.u8(this.#command++);
      const code = command & 63;
      if (code === 0) return;
      const name = code === 1 ? null : code === 2 ? 'rTRC' : code === 3 ? 'rXYZ' : TAG_NAMES[code - 4];
      if (name === undefined) throw new CompressionError('corrupt');
      const tag = name === null ? this.#take(4) : latin1Bytes(name);
      const usual = XYZ_TAGS.includes(String.fromCharCode(...tag)) ? 20 : previous.size;
      const start = command & 64 ? this.#varint() : previous.start + previous.size;
      const size = command & 128 ? this.#varint() : usual;
      this.#tag(tag, start, size);
      previous = { start, size };
      // Three curves share one value; three primaries stand in a row.
      if (code === 2) for (const more of ['gTRC', 'bTRC']) this.#tag(latin1Bytes(more), start, size);
      if (code === 3)
        for (const [i, more] of ['gXYZ', 'bXYZ'].entries()) this.#tag(latin1Bytes(more), start + size * (i + 1), size);
    }
  }

  #tag(name: Uint8Array, start: number, size: number): void {
    this.#put(name);
    this.#putNumber(start);
    this.#putNumber(size);
  }

  /** E.4.5. */
  #content(command: number): void {
    if (command === 1) this.#put(this.#take(this.#varint()));
    else if (command === 2 || command === 3) this.#put(shuffled(this.#take(this.#varint()), command === 2 ? 2 : 4));
    else if (command === 4) this.#predicted();
    else if (command === 10) this.#put(joinBytes([latin1Bytes('XYZ \0\0\0\0'), this.#take(12)]));
    else {
      const type = TYPE_NAMES[command - 16];
      if (!type) throw new CompressionError('corrupt');
      this.#put(latin1Bytes(`${type}\0\0\0\0`));
    }
  }

  /** Tables of numbers, each predicted from the ones before. */
  #predicted(): void {
    const flags = this.#coded.u8(this.#command++);
    const width = (flags & 3) + 1;
    const order = (flags & 12) >> 2;
    const stride = flags & 16 ? this.#varint() : width;
    if (width === 3 || order === 3 || stride < width || stride * 4 >= this.#length)
      throw new CompressionError('corrupt');
    const residuals = shuffled(this.#take(this.#varint()), width);
    const start = this.#length;
    if (start + residuals.length > this.#output.length) throw new CompressionError('corrupt');
    for (const [i, residual] of residuals.entries()) {
      const at = start + i - (i % width);
      const [a, b, c] = [1, 2, 3].map((back) => this.#number(at - stride * back, width)) as [number, number, number];
      const value = order === 0 ? a : order === 1 ? 2 * a - b : 3 * a - 3 * b + c;
      const byte = Math.floor(value / 256 ** (width - 1 - (i % width)));
      this.#put(new Uint8Array([residual + byte]));
    }
  }

  #number(at: number, width: number): number {
    let value = 0;
    // What lies beyond what is written yet counts as nothing.
    if (width === 4 && at + 4 > this.#length) return 0;
    for (let i = 0; i < width; i++) value = value * 256 + this.#output[at + i]!;
    return value;
  }
}

/** Bytes of the same weight were put together; the rows of that matrix become its columns. */
function shuffled(bytes: Uint8Array, width: number): Uint8Array {
  if (width === 1) return bytes;
  const height = Math.ceil(bytes.length / width);
  const result = new Uint8Array(bytes.length);
  let start = 0;
  for (let i = 0, from = 0; i < bytes.length; i++) {
    result[i] = bytes[from]!;
    from += height;
    if (from >= bytes.length) from = ++start;
  }
  return result;
}
