/**
 * Which privacy policy this build has. Each change of meaning in `policy-text.ts` gets a new version, a new date, and a
 * summary of what is new: people who had an earlier version are shown it.
 */
export const POLICY_VERSION = {
  version: '1.0',
  /** ISO 8601. */
  date: '2026-11-23',
  /** What is new in this version, in a sentence or two. */
  change: 'This is the first version.',
} as const;
