/**
 * Long tables whose rows differ little: `npm test` tries those that stand for the others, `npm run test:all` every one.
 * @param standsFor whether a row is tried each time
 */
export function rowsOf<Row>(all: readonly Row[], standsFor: (row: Row) => boolean): Row[] {
  return all.filter((row) => process.env['COMPRESSIMAGE_ALL_ROWS'] === '1' || standsFor(row));
}
