/** What a scan costs, to the bit, without writing it. */
import type { Scan } from './coefficients.ts';
import { optimalCodes, type OptimalCodes } from './optimal-codes.ts';
import { acTable, TABLES, type ScanCoder, type SymbolCounts } from './scan-coder.ts';

export interface CostedScan {
  readonly scan: Scan;
  /** By table number; null where no symbol is coded with it. */
  readonly codes: readonly (OptimalCodes | null)[];
  /** Of the entropy-coded data (stuffed bytes not counted), tables and headers. */
  readonly bytes: number;
}

/** @param coder holds the picture @throws CompressionError `corrupt` for coefficients that 8-bit JPEG has no code for */
export function costOf(coder: ScanCoder, scan: Scan, progressive: boolean): CostedScan {
  return costOfCounts(coder.count(scan, progressive), scan);
}

/** A first pass over AC, from its symbols alone: each says how many bits stand beside it (T.81, G.1.2.2). */
export function costOfFirstPass(symbols: Uint32Array, scan: Scan): CostedScan {
  let extraBits = 0;
  for (let value = 0; value < 0xf0; value++) extraBits += symbols[value]! * (value & 15 || value >> 4);
  for (let value = 0xf1; value < 256; value++) extraBits += symbols[value]! * (value & 15);
  const [component = 0] = scan.components;
  const frequencies = Array.from({ length: TABLES }, (_, table) => (table === acTable(component) ? symbols : null));
  return costOfCounts({ frequencies, extraBits }, scan);
}

function costOfCounts({ frequencies: all, extraBits }: SymbolCounts, scan: Scan): CostedScan {
  let bits = extraBits;
  let tables = 0;
  const codes: (OptimalCodes | null)[] = [];
  for (const frequencies of all) {
    const optimal = frequencies && optimalCodes(frequencies);
    codes.push(optimal);
    if (!optimal) continue;
    for (const value of optimal.values) bits += frequencies[value]! * optimal.lengths[value]!;
    tables += 17 + optimal.values.length;
  }
  const header = 8 + 2 * scan.components.length;
  return { scan, codes, bytes: Math.ceil(bits / 8) + header + (tables > 0 ? 4 + tables : 0) };
}

export function sumOf(scans: readonly CostedScan[]): number {
  return scans.reduce((sum, { bytes }) => sum + bytes, 0);
}
