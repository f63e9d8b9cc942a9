/** Looks, on the scale of SSIMULACRA 2: 90 is not told from the original, 70 is high, 50 medium quality. */

export const NAMED_LOOKS = { identical: 90, high: 80, balanced: 70, small: 55 } as const;

/** What can be asked for. */
export const LEAST_LOOK = 30;
export const MOST_LOOK = 95;

/** Below this no quality goes to meet a size: pixels go then. */
export const LOOK_FLOOR = 40;
