/** Looks, on the scale of SSIMULACRA 2: 90 is not told from the original, 70 is high, 50 medium quality. */

export const NAMED_LOOKS = { identical: 90, high: 80, balanced: 70, small: 55 } as const;
export type NamedLook = keyof typeof NAMED_LOOKS;

/** What a measured look means to a person, from the best to the worst. */
export type Likeness = 'same' | 'close' | 'good' | 'fair' | 'poor';

/** A result may be this much below its aim and count as at it (`look/encode-to-look.ts`): 89 is what "looks identical" may give. */
const TOLERANCE = 1.5;

export function likenessOf(look: number): Likeness {
  if (look >= NAMED_LOOKS.identical - TOLERANCE) return 'same';
  if (look >= NAMED_LOOKS.high - TOLERANCE) return 'close';
  if (look >= NAMED_LOOKS.balanced - TOLERANCE) return 'good';
  return look >= NAMED_LOOKS.small - 2 * TOLERANCE ? 'fair' : 'poor';
}

/** As a receipt states a measured look, everywhere: what is rounded twice may end one beside it. */
export function statedLook(look: number): number {
  return Math.max(0, Math.round(look));
}

/** What can be asked for. */
export const LEAST_LOOK = 30;
export const MOST_LOOK = 95;

/** Below this no quality goes to meet a size: pixels go then. */
export const LOOK_FLOOR = 40;
