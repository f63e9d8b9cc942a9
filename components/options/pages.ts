/** The pages of the options, each at its own fragment of the address. */
export const PAGES = ['settings', 'privacy', 'policy'] as const;
export type OptionsPageName = (typeof PAGES)[number];

/** @param fragment `#privacy`; what is no page is the first one */
export function pageOf(fragment: string): OptionsPageName {
  return PAGES.find((name) => fragment === `#${name}`) ?? 'settings';
}
