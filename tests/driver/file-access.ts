/** The person's leave for the extension to work on pages that are files. */
import type { Browser } from './browser.ts';
import { inServiceWorker } from './service-worker.ts';
import { until } from './waiting.ts';

/** What the switch "Allow access to file URLs" on chrome://extensions does. The extension is reloaded by it. */
export async function allowFiles(browser: Browser, allowed = true): Promise<void> {
  const page = await browser.context.newPage();
  try {
    await page.goto('chrome://extensions/');
    await page.evaluate(
      async ([extensionId, fileAccess]) => {
        await (chrome as unknown as PrivateChrome).developerPrivate.updateExtensionConfiguration({
          extensionId,
          fileAccess,
        });
      },
      [browser.extensionId, allowed] as const,
    );
    await until(
      'the extension to be reloaded',
      async () => (await inServiceWorker(browser, () => chrome.extension.isAllowedFileSchemeAccess())) === allowed,
    );
  } finally {
    await page.close();
  }
}

/** Only chrome://extensions has it; it is in no published type. */
interface PrivateChrome {
  readonly developerPrivate: {
    updateExtensionConfiguration(configuration: { extensionId: string; fileAccess: boolean }): Promise<void>;
  };
}
