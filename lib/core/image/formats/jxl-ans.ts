/** Asymmetric numeral systems as JPEG XL uses them: ISO/IEC 18181-1:2024, C.2.5 and C.2.6. */
import { CompressionError } from '../../errors.ts';
import type { JxlFields } from './jxl-fields.ts';

/** Probabilities are in 4096ths. */
export const LOG_RANGE = 12;
const RANGE = 1 << LOG_RANGE;

/** An entry of the table that maps a state to one of two symbols: to its own index below the cutoff, else to `right`. */
export interface AliasEntry {
  cutoff: number;
  right: number;
  offset: number;
  leftFrequency: number;
  rightFrequency: number;
}

/** A whole number of up to 8 (`lengthBits` 3) or 16 bits (4). */
export function readVariable(fields: JxlFields, lengthBits: 3 | 4): number {
  if (!fields.bool()) return 0;
  const bits = fields.bits(lengthBits);
  return bits === 0 ? 1 : fields.bits(bits) + (1 << bits);
}

/**
 * The distribution of one cluster of contexts, as a table of `1 << logAlphabet` entries.
 *
 * @throws CompressionError `truncated`, `corrupt`
 */
export function readDistribution(fields: JxlFields, logAlphabet: number): AliasEntry[] {
  const counts = readCounts(fields);
  while (counts.at(-1) === 0) counts.pop();
  if (counts.length > 1 << logAlphabet) throw new CompressionError('corrupt');
  return aliasTable(counts.length === 0 ? [RANGE] : counts, 1 << logAlphabet);
}

/** C.2.5: how many of the 4096 each symbol has. */
function readCounts(fields: JxlFields): number[] {
  if (fields.bool()) return readOneOrTwo(fields);
  if (!fields.bool()) return readMany(fields);
  const length = readVariable(fields, 3) + 1;
  return Array.from({ length }, (_, i) => Math.floor(RANGE / length) + (i < RANGE % length ? 1 : 0));
}

function readOneOrTwo(fields: JxlFields): number[] {
  const two = fields.bool();
  const first = readVariable(fields, 3);
  const second = two ? readVariable(fields, 3) : first;
  const counts = new Array<number>(Math.max(first, second) + 1).fill(0);
  if (!two) counts[first] = RANGE;
  else if (first === second) throw new CompressionError('corrupt');
  else {
    counts[first] = fields.bits(LOG_RANGE);
    counts[second] = RANGE - counts[first]!;
  }
  return counts;
}

/** Of logarithms of counts, plus one; bits in the order of reading. */
const LOG_CODES: Readonly<Record<string, number>> = {
  '10001': 0,
  '1101': 1,
  '1111': 2,
  '1100': 3,
  '1001': 4,
  '1110': 5,
  '001': 6,
  '010': 7,
  '101': 8,
  '011': 9,
  '000': 10,
  '100001': 11,
  '1000000': 12,
  '1000001': 13,
};

/** A run of the count before. */
const RUN = 13;

function readLogarithm(fields: JxlFields): number {
  let code = '';
  while (code.length < 7) {
    code += fields.bits(1);
    const value = LOG_CODES[code];
    if (value !== undefined) return value;
  }
  throw new CompressionError('corrupt');
}

function readMany(fields: JxlFields): number[] {
  let logShift = 0;
  while (logShift < 3 && fields.bool()) logShift++;
  const shift = (fields.bits(logShift) | (1 << logShift)) - 1;
  const length = readVariable(fields, 3) + 3;
  if (shift > LOG_RANGE + 1) throw new CompressionError('corrupt');
  const logarithms: number[] = [];
  const runs = new Map<number, number>();
  while (logarithms.length < length) {
    const logarithm = readLogarithm(fields);
    const run = logarithm === RUN ? readVariable(fields, 3) + 4 : 1;
    if (logarithm === RUN) runs.set(logarithms.length, run);
    for (let i = 0; i < run; i++) logarithms.push(logarithm);
  }
  return countsFrom(fields, logarithms.slice(0, length), runs, shift);
}

/** The largest count is left out: it is what the others leave over. */
function countsFrom(
  fields: JxlFields,
  logarithms: readonly number[],
  runs: ReadonlyMap<number, number>,
  shift: number,
): number[] {
  const omitted = logarithms.reduce(
    (best, value, i) => (value !== RUN && (best < 0 || value > logarithms[best]!) ? i : best),
    -1,
  );
  if (omitted < 0 || runs.has(omitted + 1)) throw new CompressionError('corrupt');
  const counts: number[] = [];
  let runEnd = 0;
  for (const [i, logarithm] of logarithms.entries()) {
    runEnd = Math.max(runEnd, i + (runs.get(i) ?? 0));
    if (i < runEnd) counts.push(counts.at(-1) ?? 0);
    else if (i === omitted || logarithm === 0) counts.push(0);
    else {
      const exponent = logarithm - 1;
      const bits = shift === 0 ? 0 : Math.max(0, Math.min(exponent, shift - ((LOG_RANGE - exponent) >> 1)));
      counts.push((1 << exponent) + (fields.bits(bits) << (exponent - bits)));
    }
  }
  counts[omitted] = RANGE - counts.reduce((sum, count) => sum + count, 0);
  if (counts[omitted] <= 0) throw new CompressionError('corrupt');
  return counts;
}

/** C.2.6: each entry has room for the same number of states; what a frequent symbol has too many of fills the others up. */
function aliasTable(counts: readonly number[], size: number): AliasEntry[] {
  const room = RANGE / size;
  const only = counts.indexOf(RANGE);
  if (only >= 0) {
    return Array.from({ length: size }, (_, i) => ({
      cutoff: 0,
      right: only,
      offset: room * i,
      leftFrequency: 0,
      rightFrequency: RANGE,
    }));
  }
  const filled = Array.from({ length: size }, (_, i) => counts[i] ?? 0);
  const table = filled.map((_, i) => ({
    cutoff: 0,
    right: i,
    offset: 0,
    leftFrequency: counts[i] ?? 0,
    rightFrequency: 0,
  }));
  const over: number[] = [];
  const under: number[] = [];
  const sort = (i: number): void => void (filled[i]! > room ? over.push(i) : filled[i]! < room && under.push(i));
  for (let i = 0; i < size; i++) sort(i);
  for (let from = over.pop(); from !== undefined; from = over.pop()) {
    const to = under.pop();
    if (to === undefined) throw new CompressionError('corrupt');
    filled[from]! -= room - filled[to]!;
    table[to]!.right = from;
    table[to]!.offset = filled[from]! - filled[to]!;
    table[to]!.cutoff = filled[to]!;
    sort(from);
  }
  for (const entry of table) entry.rightFrequency = counts[entry.right] ?? 0;
  return table;
}
