/** The steps of a plan, in their order; some are left out, and a search for a look or a size encodes more than once. */
export const STEPS = ['decode', 'resize', 'encode', 'finish'] as const;
export type Step = (typeof STEPS)[number];
