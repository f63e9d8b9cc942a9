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

/** Bytes of memory by process id, of the processes that show pages: the extension's own among them. */
export function rendererMemory(browser: Browser): Map<number, number> {
  const renderers = familyOf(browser.pid).filter((pid) => argumentsOf(pid).includes('--type=renderer'));
  return new Map(renderers.map((pid) => [pid, residentBytes(pid)]));
}

/** Chromium marks the renderers that it lets extensions run in. */
export function isExtensionProcess(pid: number): boolean {
  return argumentsOf(pid).includes('--extension-process');
}

/** proc(5): separated by NUL; '' of a process that has ended. */
function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** proc(5): VmRSS in kB; 0 of a process that has ended. */
function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
