/**
 * A JPEG of our own for a wished look: tables, weights and prices of bits that were tuned for SSIMULACRA 2 (docs/LOOKS.md).
 * The C of `native/` chooses the coefficients, the writer of optimised files beside it writes them.
 */
import type { LoadWasm, OptionValues, Pixels } from '../codecs/codec.ts';
import { startNative } from '../codecs/emscripten.ts';
import { chooseProgressive, chooseSequential } from './choose-scans.ts';
import type { Component, Frame } from './coefficients.ts';
import { startScanCoder } from './scan-coder.ts';
import { PRICE_OF_A_BIT, TOLERANCE, tuningFor } from './tuned-tables.ts';
import { writeJpeg } from './write-jpeg.ts';

/** What lib/core/jpeg/native exports; numbers that are positions are bytes in its memory. */
interface Native {
  readonly memory: WebAssembly.Memory;
  tables(): number;
  weights(): number;
  pixels(): number;
  open(width: number, height: number, sampling: number): number;
  analyse(floor: number, usual: number, least: number, most: number): void;
  quantise(perBit: number): void;
}

const COMPONENTS = [0, 1, 2];
const SOF0 = 0xc0,
  SOF2 = 0xc2;
/** APP0 as mozjpeg writes it: version 1.01, no density, no small picture (T.871, 10.1). */
const JFIF = Uint8Array.of(0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);

/**
 * @param options `quality` of 1 to 100, whose looks are those of mozjpeg's; `progressive`; `chroma_subsample`, 1 or 2
 * @returns the same bytes for the same pixels and options on every machine
 * @throws RangeError when there is no memory for it
 */
export async function encodeJpeg(
  pixels: Pixels,
  options: OptionValues,
  load: LoadWasm,
): Promise<Uint8Array<ArrayBuffer>> {
  const native = await startNative<Native>('jpeg', load);
  // Of the same instance. From here on nothing is waited for: another picture would take this one's place.
  const coder = await startScanCoder(load);
  const { width, height, data } = pixels;
  const sampling = options['chroma_subsample'] === 2 ? 2 : 1;
  if (native.open(width, height, sampling) !== 1) throw new RangeError('no memory for a JPEG');
  const tuning = tuningFor(Number(options['quality']));
  new Uint8Array(native.memory.buffer, native.pixels(), data.length).set(data);
  new Uint8Array(native.memory.buffer, native.tables(), 192).set(tuning.tables.flatMap((table) => [...table]));
  new Float32Array(native.memory.buffer, native.weights(), 192).set(tuning.weights.flatMap((each) => [...each]));
  native.analyse(TOLERANCE.floor, TOLERANCE.usual, TOLERANCE.least, TOLERANCE.most);
  native.quantise(PRICE_OF_A_BIT);
  const progressive = options['progressive'] !== false;
  const frame = frameOf(width, height, sampling, progressive ? SOF2 : SOF0);
  coder.takeChosen(frame);
  const scans = progressive ? chooseProgressive(frame, coder) : chooseSequential(frame, coder);
  const quantisation = tuning.tables.map((table, component) => Uint8Array.of(component, ...table));
  const picture = { frame, quantisation, metadata: [JFIF], trailer: new Uint8Array() };
  return writeJpeg(picture, scans, progressive, coder);
}

function frameOf(width: number, height: number, sampling: number, marker: number): Frame {
  const components = COMPONENTS.map((component): Component => {
    const each = component === 0 ? 1 : sampling;
    const factor = component === 0 ? sampling : 1;
    return {
      id: component + 1,
      horizontal: factor,
      vertical: factor,
      table: component,
      blocksWide: Math.ceil(Math.ceil(width / each) / 8),
      blocksHigh: Math.ceil(Math.ceil(height / each) / 8),
    };
  });
  const mcu = 8 * sampling;
  return { width, height, marker, components, mcusWide: Math.ceil(width / mcu), mcusHigh: Math.ceil(height / mcu) };
}
