/** Private (incognito) windows, and the person's leave for the extension to work in them. */
import type { Page } from 'playwright-core';
import type { Browser } from './browser.ts';
import { extensionUrl } from './extension.ts';
import { inServiceWorker } from './service-worker.ts';
import { until } from './waiting.ts';

/** What the switch "Allow in Incognito" on chrome://extensions does. The extension is reloaded by it. */
export async function allowInPrivate(browser: Browser, allowed = true): Promise<void> {
  const page = await browser.context.newPage();
  try {
    await page.goto('chrome://extensions/');
    await page.evaluate(
      async ([extensionId, incognitoAccess]) => {
        await (chrome as unknown as PrivateChrome).developerPrivate.updateExtensionConfiguration({
          extensionId,
          incognitoAccess,
        });
      },
      [browser.extensionId, allowed] as const,
    );
    await until(
      'the extension to be reloaded',
      async () => (await inServiceWorker(browser, () => chrome.extension.isAllowedIncognitoAccess())) === allowed,
    );
  } finally {
    await page.close();
  }
}

/** Opens an address in a new private window, which comes to the front. */
export async function openPrivateWindow(browser: Browser, url: string): Promise<Page> {
  const before = new Set(browser.context.pages());
  await inServiceWorker(
    browser,
    (address) => chrome.windows.create({ url: address, incognito: true }).then(() => undefined),
    url,
  );
  const page = await until('the private window', () =>
    browser.context
      .pages()
      .find(
        (one) => !before.has(one) && one.url() !== 'about:blank' && !one.url().startsWith(extensionUrl(browser, '')),
      ),
  );
  await page.waitForLoadState();
  return page;
}

/** Only chrome://extensions has it; it is in no published type. */
interface PrivateChrome {
  readonly developerPrivate: {
    updateExtensionConfiguration(configuration: { extensionId: string; incognitoAccess: boolean }): Promise<void>;
  };
}
