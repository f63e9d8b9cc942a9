/** The page that a new user sees once. */
import { browser, type Browser } from 'wxt/browser';

/**
 * Opens it at an installation by a person: not at updates, nor where an organisation puts the extension in place.
 *
 * @param known whether this profile has met the extension before: one that is loaded from a folder is installed anew at
 * each start of the browser.
 */
export async function openWelcome(reason: `${Browser.runtime.OnInstalledReason}`, known: boolean): Promise<void> {
  if (reason !== 'install' || known) return;
  const { installType } = await browser.management.getSelf();
  if (installType === 'admin') return;
  await browser.tabs.create({ url: browser.runtime.getURL('/welcome.html') });
}
