/**
 * `npm test` tries, of long tables whose rows differ little, those that stand for the others, and `npm run test:all` every one.
 */
export const ALL_ROWS = process.env['COMPRESSIMAGE_ALL_ROWS'] === '1';

/** @param standsFor whether a row is tried each time */
export function rowsOf<Row>(all: readonly Row[], standsFor: (row: Row) => boolean): Row[] {
  return all.filter((row) => ALL_ROWS || standsFor(row));
}

/** Tests that take long, and whose subject another test has too: `npm run test:all` has them. */
export function inFull(define: () => void): void {
  if (ALL_ROWS) define();
}
