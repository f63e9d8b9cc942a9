/**
 * Which privacy policy this build has. Each change of meaning in `policy-text.ts` gets a new version, a new date, and a
 * summary of what is new: people who had an earlier version are shown it.
 */
export const POLICY_VERSION = {
  version: '1.3',
  /** ISO 8601. */
  date: '2026-11-27',
  /** What is new in this version, in a sentence or two. */
  change:
    'New are choices that are off: on sites that you put on a list, images are made smaller before you upload them, and that list is kept among your settings; an image is held for 5 more minutes after it was saved; and a notification of your system says what a page lets nobody see. Said more exactly is what is read of a page, and what a drawing asks for; and an image that waits for its turn in a long batch is held until then.',
} as const;
