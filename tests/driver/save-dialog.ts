/** The system's dialog "Save File". Chromium asks by it where a download goes: in private windows always, elsewhere with `askWhereToSave`. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from './browser.ts';
import { press } from './keyboard.ts';
import type { Screen } from './screen.ts';
import { until, type WaitOptions } from './waiting.ts';

/** Waits for the dialog and saves under the name and in the folder that it proposes, or cancels. Resolves when it is gone. */
export async function answerSaveDialog(
  browser: Browser,
  answer: 'save' | 'cancel',
  options: WaitOptions = {},
): Promise<void> {
  const { screen } = browser;
  await until('the save dialog', () => saveDialog(screen), { timeout: 60_000, ...options });
  await until(
    'the save dialog to be answered',
    async () => {
      // It takes no answer before its list of files is there.
      await delay(300);
      const dialog = await saveDialog(screen);
      if (dialog === null) return true;
      if (answer === 'cancel') await press(browser, 'Escape');
      else await clickSave(screen, dialog);
      return false;
    },
    { interval: 300 },
  );
}

async function saveDialog(screen: Screen): Promise<string | null> {
  // xdotool fails when it finds none.
  const found = await screen.xdotool('search', '--onlyvisible', '--name', '^Save File$').catch(() => '');
  return found.trim().split('\n')[0] || null;
}

/** The right lower corner holds the button, in px from it. Measured: the key Enter does nothing in this dialog. */
const BUTTON = { right: 50, bottom: 24 };

async function clickSave(screen: Screen, dialog: string): Promise<void> {
  const geometry = await screen.xdotool('getwindowgeometry', '--shell', dialog).catch(() => '');
  const [width, height] = ['WIDTH', 'HEIGHT'].map((name) =>
    Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(geometry)?.[1]),
  );
  if (!width || !height) return;
  await screen
    .xdotool('mousemove', '--window', dialog, width - BUTTON.right, height - BUTTON.bottom, 'click', 1)
    .catch(() => undefined);
}
