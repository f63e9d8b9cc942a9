/** What an organisation sets by a policy file on the machine, as Chromium hands it out. Needs the right to write that file. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  builtExtension,
  extensionId,
  inServiceWorker,
  openBrowser,
  openExtensionPage,
  until,
} from '../driver/index.ts';

/** Where Debian's Chromium looks (its `chromium.1`); nothing else than this extension's id is named in the file. */
const POLICIES = '/etc/chromium/policies/managed';

it.skipIf(process.getuid?.() !== 0)(
  'holds in every view, and what it does not set stays free',
  async ({ onTestFinished }) => {
    // A copy has an id of its own, so that no other browser on this machine hears of the policy.
    const folder = await mkdtemp(join(tmpdir(), 'compressimage-managed-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await cp(builtExtension(), folder, { recursive: true });
    const file = join(POLICIES, `compressimage-test-${process.pid}.json`);
    await mkdir(POLICIES, { recursive: true });
    onTestFinished(() => rm(file, { force: true }));
    const policy = { idleMinutes: 15, toast: false, statistics: false, recipe: { format: 'webp', metadata: 'strip' } };
    await writeFile(file, JSON.stringify({ '3rdparty': { extensions: { [extensionId(folder)]: policy } } }));

    const browser = await openBrowser({ extension: folder });
    onTestFinished(() => browser.close());
    await until('the policy to be handed out', async () => {
      const managed = await inServiceWorker(browser, () => chrome.storage.managed.get(null));
      return Object.keys(managed).length > 0;
    });
    expect(await inServiceWorker(browser, () => chrome.storage.managed.get(null))).toEqual(policy);
    const page = await openExtensionPage(browser, 'options.html');
    await until('the minutes to be shown as fixed', async () => {
      const fixed = await page
        .locator('input:disabled')
        .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
      return fixed.includes('15');
    });
  },
);
