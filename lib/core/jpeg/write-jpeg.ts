/** A JPEG file from coefficients and scans: T.81, annex B. */
import type { Frame } from './coefficients.ts';
import type { JpegPicture } from './read-jpeg.ts';
import { acTable, dcTable, type ScanCoder } from './scan-coder.ts';
import { sumOf, type CostedScan } from './scan-cost.ts';

/** The coefficients are the coder's. What the scans lack is theirs to say. */
type WrittenPicture = Omit<JpegPicture, 'lacking' | 'coefficients'>;

/** @param scans as `chooseSequential` or `chooseProgressive` give them @param coder holds the picture */
export function writeJpeg(
  picture: WrittenPicture,
  scans: readonly CostedScan[],
  progressive: boolean,
  coder: ScanCoder,
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
  for (const scan of scans) writeScan(out, frame, scan, progressive, coder);
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
  frame: Frame,
  { scan, codes, bytes }: CostedScan,
  progressive: boolean,
  coder: ScanCoder,
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
  out.all(coder.write(scan, progressive, codes, bytes));
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

  #grow(by: number): void {
    const larger = new Uint8Array(Math.ceil(this.#bytes.length * 1.25) + by + 1024);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
