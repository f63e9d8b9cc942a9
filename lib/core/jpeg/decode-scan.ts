/** The coefficients of one scan: T.81, F.2 (sequential) and G.2 (progressive). */
import { CompressionError } from '../errors.ts';
import { visitBlocks, type Frame, type Scan } from './coefficients.ts';
import type { EntropyReader, HuffmanCodes } from './entropy-reader.ts';

export interface ScanTables {
  /** By the component's place in the scan. */
  readonly dc: readonly (HuffmanCodes | undefined)[];
  readonly ac: readonly (HuffmanCodes | undefined)[];
}

/**
 * @param dense 64 values a block for each component of the frame, in zigzag order; written to
 * @param restartInterval in MCUs, 0 for none
 * @throws CompressionError `corrupt`, `truncated`
 */
export function decodeScan(
  frame: Frame,
  scan: Scan,
  tables: ScanTables,
  restartInterval: number,
  reader: EntropyReader,
  dense: readonly Int16Array[],
): void {
  const predictions = new Int32Array(frame.components.length);
  const scratch = new Int16Array(64);
  const run = { left: 0 };
  const decode = blockDecoder(frame, scan, reader, predictions, run);
  let left = restartInterval;
  let restarts = 0;
  const places = new Map(scan.components.map((component, place) => [component, place]));
  visitBlocks(
    frame,
    scan.components,
    (component, block) => {
      const place = places.get(component)!;
      if (block < 0) decode(scratch.fill(0), 0, component, tables.dc[place], tables.ac[place]);
      else decode(dense[component]!, block * 64, component, tables.dc[place], tables.ac[place]);
    },
    () => {
      if (restartInterval > 0 && left-- === 0) {
        reader.restart(restarts++);
        predictions.fill(0);
        run.left = 0;
        left = restartInterval - 1;
      }
    },
  );
  reader.checkEnd();
}

type DecodeBlock = (
  data: Int16Array,
  at: number,
  component: number,
  dc: HuffmanCodes | undefined,
  ac: HuffmanCodes | undefined,
) => void;

function blockDecoder(
  frame: Frame,
  scan: Scan,
  reader: EntropyReader,
  predictions: Int32Array,
  run: { left: number },
): DecodeBlock {
  const { spectralStart: start, spectralEnd: end, low, high } = scan;
  const predicted = (component: number, codes: HuffmanCodes | undefined): number => {
    const size = reader.symbol(present(codes));
    if (size > 15) throw new CompressionError('corrupt');
    const value = predictions[component]! + reader.signed(size);
    if (value < -0x8000 || value > 0x7fff) throw new CompressionError('corrupt');
    return (predictions[component] = value);
  };
  if (frame.marker !== 0xc2) {
    return (data, at, component, dc, ac) => {
      data[at] = predicted(component, dc);
      const codes = present(ac);
      for (let k = 1; k < 64; k++) {
        const symbol = reader.symbol(codes);
        const size = symbol & 15;
        if (size === 0) {
          if (symbol !== 0xf0) break;
          k += 15;
          continue;
        }
        k += symbol >> 4;
        if (k > 63) throw new CompressionError('corrupt');
        data[at + k] = reader.signed(size);
      }
    };
  }
  if (start === 0) {
    return high === 0
      ? (data, at, component, dc) => {
          data[at] = predicted(component, dc) << low;
        }
      : (data, at) => {
          if (reader.bits(1)) data[at]! |= 1 << low;
        };
  }
  return high === 0
    ? (data, at, _, __, ac) => {
        decodeAcFirst(data, at, start, end, low, present(ac), reader, run);
      }
    : (data, at, _, __, ac) => {
        decodeAcRefinement(data, at, start, end, low, present(ac), reader, run);
      };
}

/** G.1.2.2. */
function decodeAcFirst(
  data: Int16Array,
  at: number,
  start: number,
  end: number,
  low: number,
  codes: HuffmanCodes,
  reader: EntropyReader,
  run: { left: number },
): void {
  if (run.left > 0) {
    run.left--;
    return;
  }
  for (let k = start; k <= end; k++) {
    const symbol = reader.symbol(codes);
    const [zeros, size] = [symbol >> 4, symbol & 15];
    if (size === 0) {
      if (zeros < 15) {
        run.left = (1 << zeros) + reader.bits(zeros) - 1;
        return;
      }
      k += 15;
      continue;
    }
    k += zeros;
    if (k > end) throw new CompressionError('corrupt');
    data[at + k] = reader.signed(size) << low;
  }
}

/** G.1.2.3: each coefficient that is not 0 already gets its next bit on the way. */
function decodeAcRefinement(
  data: Int16Array,
  at: number,
  start: number,
  end: number,
  low: number,
  codes: HuffmanCodes,
  reader: EntropyReader,
  run: { left: number },
): void {
  const bit = 1 << low;
  let k = start;
  if (run.left === 0) {
    for (; k <= end; k++) {
      const symbol = reader.symbol(codes);
      let zeros = symbol >> 4;
      let value = 0;
      if ((symbol & 15) === 1) value = reader.bits(1) ? bit : -bit;
      else if ((symbol & 15) !== 0) throw new CompressionError('corrupt');
      else if (zeros < 15) {
        run.left = (1 << zeros) + reader.bits(zeros);
        break;
      }
      for (; k <= end; k++) {
        const known = data[at + k]!;
        if (known !== 0) refine(data, at + k, known, bit, reader);
        else if (zeros-- === 0) break;
      }
      if (value !== 0) {
        if (k > end) throw new CompressionError('corrupt');
        data[at + k] = value;
      }
    }
  }
  if (run.left > 0) {
    for (; k <= end; k++) {
      const known = data[at + k]!;
      if (known !== 0) refine(data, at + k, known, bit, reader);
    }
    run.left--;
  }
}

function refine(data: Int16Array, at: number, known: number, bit: number, reader: EntropyReader): void {
  if (reader.bits(1)) data[at] = known > 0 ? known + bit : known - bit;
}

function present(codes: HuffmanCodes | undefined): HuffmanCodes {
  if (!codes) throw new CompressionError('corrupt');
  return codes;
}
