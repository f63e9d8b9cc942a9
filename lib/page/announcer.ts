/**
 * Says texts to a screen reader. A live region is read only when it was there before its text changes, so both
 * regions are put in empty, and a text follows a moment later.
 */

/** ms from a region's arrival to its text: what NVDA and VoiceOver need to take notice of it. */
const SETTLE = 150;

export interface Announcer {
  /** A text under the key of one that was not said yet takes its place. */
  say(key: string, text: string, urgent: boolean): void;
}

export function createAnnouncer(
  root: DocumentFragment,
  element: (name: string, className: string) => HTMLElement,
): Announcer {
  const region = (role: 'status' | 'alert', politeness: 'polite' | 'assertive'): HTMLElement => {
    const live = element('div', 'announcement');
    live.setAttribute('role', role);
    live.setAttribute('aria-live', politeness);
    root.append(live);
    return live;
  };
  const polite = region('status', 'polite');
  const assertive = region('alert', 'assertive');
  const waiting = new Map<string, { text: string; urgent: boolean }>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    // Earlier lines were read when they came; kept, they would be met again while browsing.
    polite.replaceChildren();
    assertive.replaceChildren();
    for (const { text, urgent } of waiting.values()) {
      const line = element('p', '');
      line.textContent = text;
      (urgent ? assertive : polite).append(line);
    }
    waiting.clear();
  }

  return {
    say(key, text, urgent) {
      waiting.delete(key);
      waiting.set(key, { text, urgent });
      timer ??= setTimeout(flush, SETTLE);
    },
  };
}
