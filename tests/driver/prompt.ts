/** The browser's question for a permission: a window of its own, answered by keyboard. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from './browser.ts';
import { press } from './keyboard.ts';
import { visibleWindows } from './menu.ts';
import { until } from './waiting.ts';

/** Does what brings the question up, and allows or denies it (Escape). Resolves when the question is gone. */
export async function answerPermission(browser: Browser, answer: 'allow' | 'deny', asks: () => Promise<unknown>, beforeAnswer?: () => Promise<void>): Promise<void> {
  const before = await visibleWindows(browser.screen);
  await asks();
  const isNew = async (): Promise<boolean> => [...await visibleWindows(browser.screen)].some((id) => !before.has(id));
  await until('the permission question', isNew, { timeout: 10_000 });
  await delay(600);
  await beforeAnswer?.();
  await press(browser, ...(answer === 'allow' ? ['Tab', 'Enter'] : ['Escape']));
  await until('the permission question to close', async () => !await isNew(), { timeout: 5_000 });
}
