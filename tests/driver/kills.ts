/** The ends that a browser, the machine or a person puts to parts of the extension, at any moment. */
import { readFileSync } from 'node:fs';
import type { Browser } from './browser.ts';
import { familyOf, isAlive } from './processes.ts';
import { until } from './waiting.ts';

/** Closes the offscreen page that the engine runs in, as the browser does. @returns false where there is none */
export function closeEnginePage(browser: Browser): Promise<boolean> {
  return browser.withProtocol(async (session) => {
    const { targetInfos } = await session.send('Target.getTargets', { filter: [{}] });
    const page = targetInfos.find(({ url }) => url === `chrome-extension://${browser.extensionId}/offscreen.html`);
    if (!page) return false;
    return (await session.send('Target.closeTarget', { targetId: page.targetId }).catch(() => null)) !== null;
  });
}

/**
 * `kill -9` for the process that the extension's service worker, offscreen page and tabs run in, as when it ran out of
 * memory. Resolves when it is gone. @returns how many there were: private windows have one of their own
 */
export async function crashExtension(browser: Browser): Promise<number> {
  const processes = familyOf(browser.pid).filter(isExtensionProcess);
  for (const pid of processes) process.kill(pid, 'SIGKILL');
  await until('the extension’s process to end', () => !processes.some(isAlive), { interval: 10 });
  return processes.length;
}

/** Loads the extension anew, as its update does, or a click on what the browser says of its crash. */
export async function reloadExtension(browser: Browser): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto('chrome://extensions/');
  await page.evaluate(
    (id) =>
      (
        chrome as unknown as { developerPrivate: { reload(id: string, options: object): Promise<void> } }
      ).developerPrivate.reload(id, { failQuietly: true }),
    browser.extensionId,
  );
  await page.close();
}

/** proc(5): the arguments, separated by NUL. Chromium marks the renderers that it lets extensions run in. */
function isExtensionProcess(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--extension-process');
  } catch {
    return false;
  }
}
