/** The encoder setting that a JPEG's quantisation tables were most likely made with. */

/** This product's own at quality 50, in zigzag order: tuned for a look (`lib/core/jpeg/tuned-tables.ts`). */
export const TUNED_LUMINANCE: readonly number[] = [
  9, 13, 13, 32, 21, 32, 28, 30, 30, 28, 40, 32, 29, 32, 40, 49, 45, 39, 39, 45, 49, 51, 50, 48, 48, 48, 50, 51, 57, 53,
  51, 50, 50, 51, 53, 57, 59, 56, 54, 53, 54, 56, 59, 62, 59, 58, 58, 59, 62, 67, 63, 63, 63, 67, 77, 74, 74, 77, 89,
  88, 89, 105, 105, 114,
];

/**
 * Luminance tables at quality 50, in zigzag order as DQT stores them. 0 is ITU-T T.81, table K.1, which libjpeg and
 * most others scale; the rest are mozjpeg's further tables (`-quant-table` 1 to 8), read out of its own files, and ours.
 */
const BASE_TABLES: readonly (readonly number[])[] = [
  [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
  ],
  new Array<number>(64).fill(16),
  [
    12, 17, 18, 19, 20, 20, 21, 20, 20, 26, 31, 26, 21, 26, 30, 34, 28, 26, 26, 33, 40, 46, 35, 36, 30, 33, 51, 56, 63,
    61, 58, 46, 40, 46, 66, 68, 90, 76, 62, 46, 87, 69, 55, 55, 86, 96, 81, 86, 90, 96, 102, 100, 100, 66, 73, 111, 121,
    113, 102, 120, 91, 101, 105, 103,
  ],
  [
    16, 16, 16, 16, 17, 16, 18, 20, 20, 18, 25, 27, 24, 27, 25, 37, 34, 31, 31, 34, 37, 56, 40, 43, 40, 43, 40, 56, 85,
    53, 62, 53, 53, 62, 53, 85, 75, 91, 74, 69, 74, 91, 75, 135, 106, 94, 94, 106, 135, 156, 131, 124, 131, 156, 189,
    169, 169, 189, 238, 226, 238, 311, 311, 418,
  ],
  [
    9, 10, 11, 12, 12, 12, 14, 14, 14, 17, 23, 18, 18, 19, 27, 32, 27, 25, 25, 28, 40, 42, 42, 42, 42, 42, 44, 51, 62,
    59, 59, 61, 75, 59, 64, 70, 75, 78, 84, 79, 92, 79, 73, 78, 87, 112, 88, 95, 100, 102, 105, 124, 112, 92, 99, 132,
    126, 116, 100, 125, 111, 99, 107, 98,
  ],
  [
    10, 12, 12, 14, 18, 14, 19, 21, 21, 19, 26, 28, 25, 28, 26, 38, 35, 32, 32, 35, 38, 57, 41, 44, 41, 44, 41, 57, 86,
    54, 63, 54, 54, 63, 54, 86, 76, 92, 75, 70, 75, 92, 76, 136, 107, 95, 95, 107, 136, 157, 132, 125, 132, 157, 190,
    170, 170, 190, 239, 227, 239, 312, 312, 419,
  ],
  [
    7, 8, 8, 10, 8, 10, 14, 11, 11, 14, 23, 15, 13, 15, 23, 44, 25, 19, 19, 25, 44, 95, 47, 31, 27, 31, 47, 95, 241,
    102, 58, 44, 44, 58, 102, 241, 255, 127, 83, 72, 83, 127, 255, 255, 181, 136, 136, 181, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  ],
  [
    15, 11, 11, 11, 13, 11, 12, 10, 10, 12, 15, 10, 14, 10, 15, 19, 12, 14, 14, 12, 19, 25, 15, 16, 18, 16, 15, 25, 32,
    19, 18, 21, 21, 18, 19, 32, 24, 22, 24, 26, 24, 22, 24, 27, 28, 31, 31, 28, 27, 33, 36, 38, 36, 33, 42, 45, 45, 42,
    53, 55, 53, 65, 65, 77,
  ],
  [
    14, 10, 10, 11, 11, 11, 14, 11, 11, 14, 19, 12, 15, 12, 19, 25, 15, 18, 18, 15, 25, 34, 20, 21, 24, 21, 20, 34, 45,
    26, 25, 28, 28, 25, 26, 45, 33, 31, 33, 36, 33, 31, 33, 38, 39, 43, 43, 39, 38, 47, 51, 54, 51, 47, 59, 64, 64, 59,
    74, 77, 74, 91, 91, 108,
  ],
  TUNED_LUMINANCE,
];

/** Mean share by which a table may miss a scaled base and still be taken for it: rounding, and quality in fractions. */
const FAMILY_BOUND = 0.03;

/** Low frequencies, which the eye weighs most, say what an unknown table amounts to: the first this many in zigzag order. */
const TELLING = 36;

/**
 * On libjpeg's scale of 1 to 100, for the table of the first component (64 values in zigzag order). Exact for tables
 * that libjpeg, libjpeg-turbo or mozjpeg scaled from a base of theirs; of others (cameras, Photoshop) it is the quality
 * at which table K.1 is as coarse.
 */
export function estimateQuality(table: readonly number[]): number {
  let best = { miss: FAMILY_BOUND, quality: 0 };
  for (const base of BASE_TABLES) {
    for (let quality = 100; quality >= 1; quality--) {
      const miss = missOf(table, base, quality, best.miss);
      if (miss < best.miss) best = { miss, quality };
    }
  }
  return best.quality || coarseness(table);
}

/** Mean relative difference; given up once it is above `bound`. */
function missOf(table: readonly number[], base: readonly number[], quality: number, bound: number): number {
  let sum = 0;
  for (let i = 0; i < 64 && sum <= bound * 64; i++) {
    const expected = scaled(base[i]!, quality);
    const stored = table[i] ?? 1;
    // Baseline files stop at 255 (T.81, B.2.4.1), where the tables' own values go on.
    if (stored !== Math.min(expected, 255) && stored !== expected) sum += Math.abs(stored - expected) / expected;
  }
  return sum / 64;
}

/** A step of a table, given at quality 50, at another: libjpeg, `jpeg_quality_scaling` and `jpeg_add_quant_table`. */
export function scaled(base: number, quality: number): number {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - quality * 2;
  return Math.max(1, Math.floor((base * scale + 50) / 100));
}

function coarseness(table: readonly number[]): number {
  const base = BASE_TABLES[0]!;
  let sum = 0;
  for (let i = 0; i < TELLING; i++) sum += Math.log((table[i] || 1) / base[i]!);
  const scale = 100 * Math.exp(sum / TELLING);
  const quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
  return Math.min(100, Math.max(1, Math.round(quality)));
}
