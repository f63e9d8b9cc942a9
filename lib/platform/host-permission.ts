/** Whether the extension may read an image's host, and asking for it. */
import { browser } from 'wxt/browser';
import { isFile, locationOf } from '../core/model/host.ts';

/** The match pattern for all of a host, e.g. `https://images.example/*`, or for all files; null for what is of no site. */
export function hostPattern(url: string): string | null {
  if (isFile(url)) return 'file:///*';
  const location = locationOf(url);
  return location && `${location.protocol}//${location.hostname}/*`;
}

export async function mayReadHost(url: string): Promise<boolean> {
  const pattern = hostPattern(url);
  return pattern !== null && browser.permissions.contains({ origins: [pattern] });
}

/** A page that is a file, while the person lets the extension work on none: there no script runs, and no permission helps. */
export async function isClosedFile(url: string): Promise<boolean> {
  return isFile(url) && !(await browser.extension.isAllowedFileSchemeAccess());
}

/** Must be called in a user gesture, before anything is awaited. Resolves to false when the person refuses. */
export async function askForHost(url: string): Promise<boolean> {
  return askForHosts([url]);
}

/** The same for several hosts in one question. */
export async function askForHosts(urls: readonly string[]): Promise<boolean> {
  const origins = [...new Set(urls.map(hostPattern))].filter((pattern) => pattern !== null);
  if (origins.length === 0) return false;
  try {
    return await browser.permissions.request({ origins });
  } catch {
    return false;
  }
}

/** Takes back what was allowed. */
export async function forbidHost(url: string): Promise<void> {
  const pattern = hostPattern(url);
  if (pattern !== null) await browser.permissions.remove({ origins: [pattern] });
}

/** The browser marks its button of the extension with a request for this tab's site, and asks nothing (Chrome 133). */
export async function askInToolbar(tabId: number): Promise<void> {
  const permissions: { addHostAccessRequest?(request: { tabId: number }): Promise<void> } = chrome.permissions;
  await permissions.addHostAccessRequest?.({ tabId }).catch(() => undefined);
}

/** What the manifest may ask for at most. */
export const ALL_HOSTS = '*://*/*';

/** The same for every site at once, as the person's own choice. */
export async function askForAllHosts(): Promise<boolean> {
  try {
    return await browser.permissions.request({ origins: [ALL_HOSTS] });
  } catch {
    return false;
  }
}
