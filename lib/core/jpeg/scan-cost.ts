/** What a scan costs, to the bit, without writing it. */
import { codeScan, type Sink, type TableNumber } from './code-scan.ts';
import type { Coefficients, Frame, Scan } from './coefficients.ts';
import { optimalCodes, type OptimalCodes } from './optimal-codes.ts';

const TABLES = 4;

/** Symbols by table, and the bits beside them. */
class Counts implements Sink {
  readonly #frequencies = new Uint32Array(TABLES * 256);
  #isUsed = 0;
  extraBits = 0;

  symbol(table: TableNumber, value: number): void {
    this.#isUsed |= 1 << table;
    this.#frequencies[(table << 8) | value]!++;
  }

  bits(_: number, count: number): void {
    this.extraBits += count;
  }

  bitsOf(_: Uint8Array, __: number, count: number): void {
    this.extraBits += count;
  }

  /** How often each value came; null where none is coded with the table. */
  of(table: number): Uint32Array | null {
    return this.#isUsed & (1 << table) ? this.#frequencies.subarray(table << 8, (table + 1) << 8) : null;
  }
}

export interface CostedScan {
  readonly scan: Scan;
  /** By table number; null where no symbol is coded with it. */
  readonly codes: readonly (OptimalCodes | null)[];
  /** Of the entropy-coded data (stuffed bytes not counted), tables and headers. */
  readonly bytes: number;
}

export function costOf(frame: Frame, all: readonly Coefficients[], scan: Scan, progressive: boolean): CostedScan {
  const counts = new Counts();
  codeScan(frame, all, scan, progressive, counts);
  let bits = counts.extraBits;
  let tables = 0;
  const codes: (OptimalCodes | null)[] = [];
  for (let table = 0; table < TABLES; table++) {
    const frequencies = counts.of(table);
    const optimal = frequencies && optimalCodes(frequencies);
    codes.push(optimal);
    if (!frequencies || !optimal) continue;
    for (const value of optimal.values) bits += frequencies[value]! * optimal.lengths[value]!;
    tables += 17 + optimal.values.length;
  }
  const header = 8 + 2 * scan.components.length;
  return { scan, codes, bytes: Math.ceil(bits / 8) + header + (tables > 0 ? 4 + tables : 0) };
}

export function sumOf(scans: readonly CostedScan[]): number {
  return scans.reduce((sum, { bytes }) => sum + bytes, 0);
}
