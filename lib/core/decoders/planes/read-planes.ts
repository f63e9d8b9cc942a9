/**
 * JPEG and AVIF by the browser's decoder, up to its planes, and from there by C of our own (`native/`): the pixels of the WASM decoder, to
 * the last bit, in a part of its time. A browser's own RGB is up to 40 levels off in halved colours.
 */
import type { LoadWasm, Pixels } from '../../codecs/codec.ts';
import type { InputFormat } from '../../image/inspection.ts';
import type { BrowserPlanes, OpenPlanes } from './browser-planes.ts';
import { planeCodingOf, type PlaneCoding } from './plane-coding.ts';

/** What `native/planes.c` exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  open(width: number, height: number, narrow: number, low: number, rows: number): number;
  band_at(): number;
  set_matrix(red: number, blue: number, black: number, lumaRange: number, chromaRange: number): void;
  rows_as_libjpeg(first: number, count: number): void;
  rows_as_libavif(first: number, count: number): void;
}

/** Rows that leave the WASM memory at a time. */
const BAND_ROWS = 32;

/**
 * @param bytes a whole file in which no fault was found
 * @returns stored pixels, neither turned nor cropped; null where the WASM decoder is to read it, since it is not one that is read
 *   so, or the browser failed or found something else than what its header says
 */
export async function readByPlanes(
  bytes: Uint8Array<ArrayBuffer>,
  format: InputFormat,
  openPlanes: OpenPlanes,
  load: LoadWasm,
): Promise<Pixels | null> {
  const coding = planeCodingOf(bytes, format);
  const planes = coding && (await openPlanes(bytes, format));
  if (!planes) return null;
  try {
    const isAsSaid = planes.width === coding.width && planes.height === coding.height;
    if (!isAsSaid || !coding.formats.includes(planes.format)) return null;
    // What fails here, for want of memory say, is no fault of the file.
    return await pixelsOf(planes, coding, load).catch(() => null);
  } finally {
    planes.close();
  }
}

/** Null where there is no memory for it, or the browser can't copy. */
async function pixelsOf(planes: BrowserPlanes, coding: PlaneCoding, load: LoadWasm): Promise<Pixels | null> {
  const { width, height, format } = planes;
  // One for each picture: its memory goes with it, before the encoder needs as much.
  const wasm = new WebAssembly.Instance(await load('planes')).exports as unknown as Exports;
  const [narrow, low] = [format !== 'I444', format === 'I420'];
  const at = wasm.open(width, height, Number(narrow), Number(low), BAND_ROWS);
  if (at === 0) return null;
  const chroma = (narrow ? (width + 1) >> 1 : width) * (low ? (height + 1) >> 1 : height);
  const samples = new Uint8Array(wasm.memory.buffer, at, width * height + 2 * chroma);
  if (!(await planes.copyTo(samples))) return null;
  const convert = coding.as === 'libjpeg' ? wasm.rows_as_libjpeg : wasm.rows_as_libavif;
  if (coding.as === 'libavif') {
    const { matrix, fullRange } = coding;
    // H.273, 8.3: of 8 bits.
    const [black, lumaRange, chromaRange] = fullRange ? ([0, 255, 255] as const) : ([16, 219, 224] as const);
    wasm.set_matrix(matrix.red, matrix.blue, black, lumaRange, chromaRange);
  }
  const data = new Uint8ClampedArray(width * height * 4);
  const band = new Uint8Array(wasm.memory.buffer, wasm.band_at(), BAND_ROWS * width * 4);
  for (let y = 0; y < height; y += BAND_ROWS) {
    const rows = Math.min(BAND_ROWS, height - y);
    convert(y, rows);
    data.set(rows < BAND_ROWS ? band.subarray(0, rows * width * 4) : band, y * width * 4);
  }
  return { width, height, data };
}
