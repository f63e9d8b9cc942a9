/** The toolbar button: how many jobs run, and, where a page may show no toast, what happened to the last one of its tab. */
import { browser } from 'wxt/browser';

const RUNNING_COLOUR = '#0f766e';
const ERROR_COLOUR = '#b3261e';

export interface Badge {
  /** @param running number of jobs at work; 0 takes the badge away. */
  count(running: number): Promise<void>;
  /** A sentence in the button's title, and a mark on it, in this tab alone: until it is left, or `quiet`. */
  say(tabId: number, sentence: string, tone: 'done' | 'error'): Promise<void>;
  /** In this tab as in all others again. */
  quiet(tabId: number): Promise<void>;
  /** As it is when nothing has happened: it may have named an image. */
  clear(): Promise<void>;
}

/** ms: in a batch the number changes far more often than a person can read it. */
const PAUSE = 250;

export function createBadge(name: string, format: (count: number) => string): Badge {
  /** What this life of the background has put there last; null is not known. */
  let shown: number | null = null;
  /** The colour is that of a count. */
  let isCount = false;
  let wanted = 0;
  let counting: Promise<void> | null = null;

  async function showCount(): Promise<void> {
    if (wanted === shown) return;
    const count = (shown = wanted);
    if (count > 0 && !isCount) {
      isCount = true;
      await browser.action.setBadgeBackgroundColor({ color: RUNNING_COLOUR });
    }
    await browser.action.setBadgeText({ text: count === 0 ? '' : format(count) });
  }

  /** A tab that has gone has no button. */
  async function ofTab(tabId: number, text: string | null, title: string, color: string): Promise<void> {
    try {
      await browser.action.setBadgeBackgroundColor({ tabId, color });
      // Without a text of its own it has that of all tabs.
      await browser.action.setBadgeText({ tabId, ...(text !== null && { text }) });
      await browser.action.setTitle({ tabId, title });
    } catch {
      return;
    }
  }

  const quiet = (tabId: number): Promise<void> => ofTab(tabId, null, name, RUNNING_COLOUR);

  return {
    count(running) {
      wanted = running;
      // From nothing and to nothing at once; a count that comes meanwhile is shown after the pause.
      if (running === 0 || !shown) return showCount();
      counting ??= new Promise((later) => setTimeout(later, PAUSE)).then(() => {
        counting = null;
        // It was taken away meanwhile: that stays.
        return shown === null ? undefined : showCount();
      });
      return Promise.resolve();
    },
    say: (tabId, sentence, tone) =>
      ofTab(
        tabId,
        tone === 'error' ? '!' : '✓',
        `${name}\n${sentence}`,
        tone === 'error' ? ERROR_COLOUR : RUNNING_COLOUR,
      ),
    quiet,
    async clear() {
      shown = null;
      await browser.action.setBadgeText({ text: '' });
      await Promise.all((await browser.tabs.query({})).flatMap(({ id }) => (id === undefined ? [] : [quiet(id)])));
    },
  };
}
