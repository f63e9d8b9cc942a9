/** The browser's own question for a permission. It stands over the page, no script can read it, and the keyboard answers it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from './browser.ts';
import { press } from './keyboard.ts';
import { until } from './waiting.ts';

export interface AnswerOptions {
  /** Called while the question stands: for a picture of it. */
  readonly beforeAnswer?: () => Promise<void>;
}

/** Does what brings the question up, then allows or denies what it asks. Resolves when the question is gone. */
export async function answerPermission(
  browser: Browser,
  answer: 'allow' | 'deny',
  asks: () => Promise<unknown>,
  options: AnswerOptions = {},
): Promise<void> {
  await asks();
  // A menu that is just closing has the focus for a moment, too, and a page that is just loading gives no answer.
  let looks = 0;
  let since = 0;
  await until(
    'the permission question',
    async () => {
      looks = (await isAnyPageFocused(browser)) ? 0 : looks + 1;
      if (looks === 1) since = performance.now();
      return looks === 4;
    },
    { timeout: 30_000, interval: 60 },
  );
  // On a machine on which looks take long, the question is drawn late as well.
  await delay(Math.max(PROTECTION, 3 * (performance.now() - since)));
  await options.beforeAnswer?.();
  await press(browser, ...KEYS[answer]);
  for (let tries = 6; ; tries--) {
    const closed = await until('the permission question to close', () => isAnyPageFocused(browser), {
      timeout: 2_500,
    }).catch((error: unknown) => ({ error }));
    if (closed === true) return;
    if (tries === 1) throw closed.error;
    // What came too early is dropped; the focus stays where it was.
    await press(browser, KEYS[answer].at(-1) ?? 'Escape');
  }
}

/** "Deny" has the focus when the question appears, "Allow" is next to it. */
const KEYS = { allow: ['Tab', 'Enter'], deny: ['Escape'] } as const;

/** Chromium takes no answer in the first half second, so that nobody answers by a key meant for the page; ms. */
const PROTECTION = 700;

/** The question takes the focus from every page; a page's own view of that is the only sign of it that a script can see. */
async function isAnyPageFocused(browser: Browser): Promise<boolean> {
  const focused = await Promise.all(
    browser.context.pages().map((page) => page.evaluate(() => document.hasFocus()).catch(() => false)),
  );
  return focused.includes(true);
}
