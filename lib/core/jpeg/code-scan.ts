/** A scan as symbols and bits, for whoever counts or writes them: T.81, F.1 (sequential) and G.1 (progressive). */
import { CompressionError } from '../errors.ts';
import { visitBlocks, type Coefficients, type Frame, type Scan } from './coefficients.ts';

/** Tables 0 and 1 are for DC, 2 and 3 for AC; the first of each is the first component's. */
export type TableNumber = 0 | 1 | 2 | 3;

export interface Sink {
  symbol(table: TableNumber, value: number): void;
  /** The lowest `count` bits of `value`. */
  bits(value: number, count: number): void;
  /** As many single bits from `from` on. */
  bitsOf(values: Uint8Array, from: number, count: number): void;
}

/** More than this a run of ended blocks is not: T.81, G.1.2.2. */
const LONGEST_RUN = 0x7fff;
/** Bits that decoders expect to be held back at most: libjpeg, jcphuff.c, MAX_CORR_BITS. */
const MOST_HELD_BACK = 1000 - 63;

/** @throws CompressionError `corrupt` for coefficients that 8-bit JPEG has no code for: DC differences of 12 bits, AC of 11 */
export function codeScan(
  frame: Frame,
  all: readonly Coefficients[],
  scan: Scan,
  progressive: boolean,
  sink: Sink,
): void {
  if (!progressive) codeSequential(frame, all, scan, sink);
  else if (scan.spectralStart === 0) codeDc(frame, all, scan, sink);
  else {
    const [component = 0] = scan.components;
    const coefficients = all[component];
    if (!coefficients) return;
    if (scan.high === 0) codeAcFirst(coefficients, acTable(component), scan, sink);
    else codeAcRefinement(coefficients, acTable(component), scan, sink);
  }
}

/** The first component has its own tables, the others share theirs: luminance and chrominance, as a rule. */
export const dcTable = (component: number): TableNumber => (component === 0 ? 0 : 1);
export const acTable = (component: number): TableNumber => (component === 0 ? 2 : 3);

function codeSequential(frame: Frame, all: readonly Coefficients[], scan: Scan, sink: Sink): void {
  const predictions = new Int32Array(frame.components.length);
  visitBlocks(frame, scan.components, (component, block) => {
    const { dc, starts, positions, values } = all[component]!;
    const table = acTable(component);
    codeDifference(component, block < 0 ? predictions[component]! : dc[block]!, predictions, sink);
    let before = 0;
    if (block >= 0) {
      for (let i = starts[block]!, end = starts[block + 1]!; i < end; i++) {
        codeCoefficient(table, positions[i]! - before - 1, values[i]!, sink);
        before = positions[i]!;
      }
    }
    if (before < 63) sink.symbol(table, 0);
  });
}

/** Blocks that only fill up an MCU repeat the value before, which costs least. */
function codeDc(frame: Frame, all: readonly Coefficients[], { components, high, low }: Scan, sink: Sink): void {
  const predictions = new Int32Array(frame.components.length);
  visitBlocks(frame, components, (component, block) => {
    const { dc } = all[component]!;
    if (high > 0) sink.bits(block < 0 ? 0 : (dc[block]! >> low) & 1, 1);
    else codeDifference(component, block < 0 ? predictions[component]! : dc[block]! >> low, predictions, sink);
  });
}

function codeDifference(component: number, value: number, predictions: Int32Array, sink: Sink): void {
  const difference = value - predictions[component]!;
  predictions[component] = value;
  const size = sizeOf(difference);
  if (size > 11) throw new CompressionError('corrupt');
  sink.symbol(dcTable(component), size);
  if (size > 0) sink.bits(difference < 0 ? difference - 1 : difference, size);
}

function codeCoefficient(table: TableNumber, zeros: number, value: number, sink: Sink): void {
  for (; zeros > 15; zeros -= 16) sink.symbol(table, 0xf0);
  const size = sizeOf(value);
  if (size > 10) throw new CompressionError('corrupt');
  sink.symbol(table, (zeros << 4) | size);
  sink.bits(value < 0 ? value - 1 : value, size);
}

function codeAcFirst(
  { dc, starts, positions, values }: Coefficients,
  table: TableNumber,
  { spectralStart, spectralEnd, low }: Scan,
  sink: Sink,
): void {
  let run = 0;
  for (let block = 0; block < dc.length; block++) {
    let before = spectralStart - 1;
    for (let i = starts[block]!, end = starts[block + 1]!; i < end; i++) {
      const position = positions[i]!;
      if (position < spectralStart) continue;
      if (position > spectralEnd) break;
      const value = shifted(values[i]!, low);
      if (value === 0) continue;
      if (run > 0) run = endRun(run, table, sink);
      codeCoefficient(table, position - before - 1, value, sink);
      before = position;
    }
    if (before < spectralEnd && ++run === LONGEST_RUN) run = endRun(run, table, sink);
  }
  if (run > 0) endRun(run, table, sink);
}

/** G.1.2.3, as libjpeg's jcphuff.c orders the bits of coefficients that are known already. */
function codeAcRefinement(
  { dc, starts, positions, values }: Coefficients,
  table: TableNumber,
  { spectralStart, spectralEnd, low }: Scan,
  sink: Sink,
): void {
  let run = 0;
  /** Of the blocks in the run; behind them those of this block since its last symbol. */
  const held = new Uint8Array(2048);
  let heldBefore = 0;
  const finish = (): void => {
    if (run > 0) run = endRun(run, table, sink);
    sink.bitsOf(held, 0, heldBefore);
  };
  for (let block = 0; block < dc.length; block++) {
    const [start, end] = [starts[block]!, starts[block + 1]!];
    const lastNew = lastOfOne(positions, values, start, end, spectralEnd, low);
    let before = spectralStart - 1;
    let zeros = 0;
    let base = heldBefore;
    let heldHere = 0;
    for (let i = start; i < end; i++) {
      const position = positions[i]!;
      if (position < spectralStart) continue;
      if (position > spectralEnd) break;
      const size = Math.abs(values[i]!) >> low;
      if (size === 0) continue;
      zeros += position - before - 1;
      before = position;
      while (zeros > 15 && position <= lastNew) {
        finish();
        heldBefore = 0;
        sink.symbol(table, 0xf0);
        zeros -= 16;
        sink.bitsOf(held, base, heldHere);
        base = heldHere = 0;
      }
      if (size > 1) {
        held[base + heldHere++] = size & 1;
        continue;
      }
      finish();
      heldBefore = 0;
      sink.symbol(table, (zeros << 4) | 1);
      sink.bits(values[i]! < 0 ? 0 : 1, 1);
      sink.bitsOf(held, base, heldHere);
      base = heldHere = zeros = 0;
    }
    zeros += spectralEnd - before;
    if (zeros > 0 || heldHere > 0) {
      run++;
      heldBefore = base + heldHere;
      if (run === LONGEST_RUN || heldBefore > MOST_HELD_BACK) {
        finish();
        heldBefore = 0;
      }
    }
  }
  finish();
}

/** The last position whose coefficient becomes something in this pass. */
function lastOfOne(
  positions: Uint8Array,
  values: Int16Array,
  start: number,
  end: number,
  spectralEnd: number,
  low: number,
): number {
  for (let i = end - 1; i >= start; i--) {
    if (positions[i]! <= spectralEnd && Math.abs(values[i]!) >> low === 1) return positions[i]!;
  }
  return 0;
}

function endRun(run: number, table: TableNumber, sink: Sink): 0 {
  const size = sizeOf(run) - 1;
  sink.symbol(table, size << 4);
  if (size > 0) sink.bits(run, size);
  return 0;
}

/** The point transform of AC: towards zero (G.1.2.1). */
function shifted(value: number, low: number): number {
  return value < 0 ? -(-value >> low) : value >> low;
}

function sizeOf(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}
