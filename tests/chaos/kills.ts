/** The kinds of rounds: what is killed in the middle of a batch, and what may be lost by it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import {
  closeEnginePage,
  crashExtension,
  extensionUrl,
  readToasts,
  reloadExtension,
  stopServiceWorker,
  until,
  type Browser,
} from '../driver/index.ts';

interface Scene {
  readonly browser: Browser;
  /** The web page whose image was right-clicked. */
  readonly page: Page;
  readonly workspace: Page;
  /** From 0 to 1, by the round's seed. */
  readonly random: () => number;
  readonly remark: (sentence: string) => void;
}

export interface Kill {
  /** When it strikes: soon after the batch was given, or while the results are saved. */
  readonly at: 'work' | 'saving';
  /** Whether images may be lost, if that is told: what the extension has in memory ends with it. */
  readonly mayLose: boolean;
  /** Resolves when the extension can be used again. */
  strike(scene: Scene): Promise<void>;
}

export const NOT_TOLD_IN_PAGE = 'the page did not tell that the extension has ended';

export const KILLS = {
  'service worker stopped': { at: 'work', mayLose: false, strike: ({ browser }) => stopServiceWorker(browser) },
  'service worker stopped three times': {
    at: 'work',
    mayLose: false,
    async strike({ browser, random }) {
      for (let times = 0; times < 3; times++) {
        await stopServiceWorker(browser);
        await delay(random() * 700);
      }
    },
  },
  'service worker stopped while saving': {
    at: 'saving',
    mayLose: false,
    strike: ({ browser }) => stopServiceWorker(browser),
  },
  'offscreen page closed': {
    at: 'work',
    mayLose: false,
    async strike({ browser }) {
      await closeEnginePage(browser);
    },
  },
  'workspace reloaded': {
    at: 'work',
    // What the browser had not handed over is lost with the page, and told.
    mayLose: true,
    async strike({ workspace }) {
      await workspace.reload();
    },
  },
  'extension process crashed': {
    at: 'work',
    mayLose: true,
    async strike({ browser, page, remark }) {
      const atWork = (await readToasts(page)).filter(({ tone }) => tone === 'busy').length;
      await crashExtension(browser);
      // Nothing of the extension runs now; the person finds out where the click was.
      const told = await until('the page to tell', async () =>
        (await readToasts(page)).find(({ tone }) => tone === 'error'),
      ).catch(() => null);
      if (told) remark(`in the page: ${told.detail}`);
      else if (atWork > 0) remark(NOT_TOLD_IN_PAGE);
      // As the balloon's click does it.
      await reloadExtension(browser);
    },
  },
  'browser killed': {
    at: 'work',
    mayLose: true,
    async strike({ browser }) {
      await browser.killHard();
      await browser.reopen();
      await browser.open(extensionUrl(browser, 'workspace.html'));
    },
  },
} as const satisfies Record<string, Kill>;

export type KillName = keyof typeof KILLS;
export const KILL_NAMES = Object.keys(KILLS) as KillName[];
