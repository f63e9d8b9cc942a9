/** Taking back what a person has allowed: a test that is tried once more begins as the first time. */
import type { Browser } from './browser.ts';
import { inServiceWorker } from './service-worker.ts';

/** The extension is allowed nothing at these places any more, given as `http://images.test/*` or `file:///*`. */
export function forgetPermission(browser: Browser, ...origins: readonly string[]): Promise<void> {
  return inServiceWorker(
    browser,
    (given) =>
      chrome.permissions.remove({ origins: [...given] }).then(
        () => undefined,
        () => undefined,
      ),
    origins,
  );
}
