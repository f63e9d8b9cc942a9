/** The toolbar button: how many jobs run, and, where a page may show no toast, what happened to the last one. */
import { browser } from 'wxt/browser';

const RUNNING_COLOUR = '#0f766e';
const ERROR_COLOUR = '#b3261e';

export interface Badge {
  /** @param running number of jobs at work; 0 takes the badge away. */
  count(running: number): Promise<void>;
  /** A sentence in the button's title, and a mark on it, until the next count. */
  say(sentence: string, tone: 'done' | 'error'): Promise<void>;
  /** As it is when nothing has happened: it may have named an image. */
  clear(): Promise<void>;
}

export function createBadge(name: string, format: (count: number) => string): Badge {
  /** What this life of the background has put there last: a batch's jobs change far more often than their number. */
  let shown: number | null = null;
  return {
    async count(running) {
      if (running === shown) return;
      shown = running;
      await browser.action.setBadgeBackgroundColor({ color: RUNNING_COLOUR });
      await browser.action.setBadgeText({ text: running === 0 ? '' : format(running) });
      if (running > 0) await browser.action.setTitle({ title: name });
    },
    async say(sentence, tone) {
      shown = null;
      await browser.action.setBadgeBackgroundColor({ color: tone === 'error' ? ERROR_COLOUR : RUNNING_COLOUR });
      await browser.action.setBadgeText({ text: tone === 'error' ? '!' : '✓' });
      await browser.action.setTitle({ title: `${name}\n${sentence}` });
    },
    async clear() {
      shown = null;
      await browser.action.setBadgeText({ text: '' });
      await browser.action.setTitle({ title: name });
    },
  };
}
