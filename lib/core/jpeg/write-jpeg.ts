/** A JPEG file from coefficients and scans: T.81, annex B. */
import { acTable, codeScan, dcTable, type Sink, type TableNumber } from './code-scan.ts';
import type { OptimalCodes } from './optimal-codes.ts';
import type { JpegPicture } from './read-jpeg.ts';
import { sumOf, type CostedScan } from './scan-cost.ts';

/** What the scans lack is theirs to say. */
type WrittenPicture = Omit<JpegPicture, 'lacking'>;

/** @param scans as `chooseSequential` or `chooseProgressive` give them */
export function writeJpeg(
  picture: WrittenPicture,
  scans: readonly CostedScan[],
  progressive: boolean,
): Uint8Array<ArrayBuffer> {
  const { frame, metadata, quantisation, trailer } = picture;
  const fixed = [...metadata, ...quantisation, trailer].reduce((sum, part) => sum + part.length, 0);
  const out = new Output(fixed + sumOf(scans) + 1024);
  out.marker(0xd8);
  for (const segment of metadata) out.all(segment);
  out.marker(0xdb);
  out.u16(2 + quantisation.reduce((sum, table) => sum + table.length, 0));
  for (const table of quantisation) out.all(table);
  out.marker(progressive ? 0xc2 : frame.marker === 0xc2 ? sequentialMarker(picture) : frame.marker);
  out.u16(8 + 3 * frame.components.length);
  out.byte(8);
  out.u16(frame.height);
  out.u16(frame.width);
  out.byte(frame.components.length);
  for (const { id, horizontal, vertical, table } of frame.components)
    out.all([id, (horizontal << 4) | vertical, table]);
  for (const scan of scans) writeScan(out, picture, scan, progressive);
  out.marker(0xd9);
  out.all(trailer);
  return out.bytes;
}

/** Baseline has quantisation tables of 8 bits only: T.81, table B.4. */
function sequentialMarker({ quantisation }: WrittenPicture): number {
  return quantisation.some((table) => table.length > 65) ? 0xc1 : 0xc0;
}

function writeScan(
  out: Output,
  { frame, coefficients }: WrittenPicture,
  { scan, codes }: CostedScan,
  progressive: boolean,
): void {
  const used = codes.flatMap((code, table) => (code ? [{ code, id: ((table >> 1) << 4) | (table & 1) }] : []));
  if (used.length > 0) {
    out.marker(0xc4);
    out.u16(2 + used.reduce((sum, { code }) => sum + 17 + code.values.length, 0));
    for (const { code, id } of used) out.all([id, ...code.counts, ...code.values]);
  }
  out.marker(0xda);
  out.u16(6 + 2 * scan.components.length);
  out.byte(scan.components.length);
  for (const component of scan.components) {
    // What a scan has no symbols for is 0: T.81, B.2.3.
    const dc = progressive && (scan.spectralStart > 0 || scan.high > 0) ? 0 : dcTable(component);
    const ac = progressive && scan.spectralStart === 0 ? 0 : acTable(component) - 2;
    out.all([frame.components[component]!.id, (dc << 4) | ac]);
  }
  out.all([scan.spectralStart, scan.spectralEnd, (scan.high << 4) | scan.low]);
  const writer = new EntropyWriter(out, codes);
  codeScan(frame, coefficients, scan, progressive, writer);
  writer.end();
}

class EntropyWriter implements Sink {
  readonly #out: Output;
  readonly #codes: readonly (OptimalCodes | null)[];
  #bits = 0;
  #count = 0;

  constructor(out: Output, codes: readonly (OptimalCodes | null)[]) {
    this.#out = out;
    this.#codes = codes;
  }

  symbol(table: TableNumber, value: number): void {
    const codes = this.#codes[table]!;
    this.bits(codes.codes[value]!, codes.lengths[value]!);
  }

  bits(value: number, count: number): void {
    // At most 7 bits are left over and 16 come, so 32 are never passed.
    this.#bits = (this.#bits << count) | (value & ((1 << count) - 1));
    this.#count += count;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#out.entropyByte((this.#bits >>> this.#count) & 255);
    }
  }

  bitsOf(values: Uint8Array, from: number, count: number): void {
    for (let i = from; i < from + count; i++) this.bits(values[i]!, 1);
  }

  /** Filled up with ones: T.81, F.1.2.3. */
  end(): void {
    if (this.#count > 0) this.bits(0x7f, 8 - this.#count);
  }
}

/** Bytes that grow; stuffing is all that the estimate leaves out. */
class Output {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    this.byte(value >> 8);
    this.byte(value & 255);
  }

  marker(code: number): void {
    this.byte(0xff);
    this.byte(code);
  }

  all(values: Uint8Array | readonly number[]): void {
    if (this.#length + values.length > this.#bytes.length) this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** 0xff is followed by 0: T.81, F.1.2.3. */
  entropyByte(value: number): void {
    this.byte(value);
    if (value === 0xff) this.byte(0);
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.ceil(this.#bytes.length * 1.25) + by + 1024);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
