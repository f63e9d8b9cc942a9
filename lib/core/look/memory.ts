/** What measuring a look takes: apart from the code, so that the engine can reckon with it. */

/** Bytes of memory for a pixel; with transparency it is measured over two backgrounds. */
export const BYTES_A_PIXEL = { opaque: 44, transparent: 80 } as const;
/** Pixels up to which a result is measured whole; of a larger one a sample of so many is. */
export const MOST_MEASURED = 4_000_000;
