/** What a scan costs, to the bit, without writing it. */
import { codeScan, type Sink, type TableNumber } from './code-scan.ts';
import type { Coefficients, Frame, Scan } from './coefficients.ts';
import { optimalCodes, type OptimalCodes } from './optimal-codes.ts';

/** Symbols by table, and the bits beside them. */
export class Counts implements Sink {
  readonly frequencies = [0, 1, 2, 3].map(() => new Float64Array(256)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  extraBits = 0;

  symbol(table: TableNumber, value: number): void {
    this.frequencies[table]![value]!++;
  }

  bits(_: number, count: number): void {
    this.extraBits += count;
  }

  bitsOf(_: Uint8Array, __: number, count: number): void {
    this.extraBits += count;
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
  const codes = counts.frequencies.map((frequencies) => {
    if (frequencies.every((count) => count === 0)) return null;
    const optimal = optimalCodes(frequencies);
    frequencies.forEach((count, value) => {
      bits += count * optimal.lengths[value]!;
    });
    tables += 17 + optimal.values.length;
    return optimal;
  });
  const header = 8 + 2 * scan.components.length;
  return { scan, codes, bytes: Math.ceil(bits / 8) + header + (tables > 0 ? 4 + tables : 0) };
}

export function sumOf(scans: readonly CostedScan[]): number {
  return scans.reduce((sum, { bytes }) => sum + bytes, 0);
}
