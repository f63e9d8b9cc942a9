/** What measuring a look takes: apart from the code, so that the engine can reckon with it. */

/** Bytes of memory for a pixel, with transparency over two backgrounds. */
export const BYTES_A_PIXEL = 80;
/** Pixels up to which a result is measured whole; of a larger one a sample of so many is. */
export const MOST_MEASURED = 4_000_000;
