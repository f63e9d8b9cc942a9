/** The start and the end of a session: what the vault does when the extension lets it down. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  builtExtension,
  chooseMenuItem,
  inServiceWorker,
  press,
  readJobs,
  stopServiceWorker,
  until,
} from '../driver/index.ts';
import { askWhereToSave, storedKey, vaultOnDisk } from './privacy-stage.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await askWhereToSave(stage.browser);
});
afterAll(() => stage.close());

async function heldJob(name: string): Promise<void> {
  const shown = await stage.show(
    stage.site.answer(name, image(await photographAs('jpeg', { quality: 90 }, 300, 200), 'image/jpeg')),
  );
  await chooseMenuItem(stage.browser, shown, 'Save as WebP');
  await until('the download to be cancelled', async () => {
    await press(stage.browser, 'Escape');
    await delay(300);
    return (await readJobs(stage.browser)).some((job) => job.name === name && job.state === 'unsaved');
  });
}

it('a stop of the service worker is no end of the session: key and items stay', async () => {
  await heldJob('stay.jpg');
  const key = await storedKey(stage.browser);
  await stopServiceWorker(stage.browser);
  expect(await storedKey(stage.browser)).toBe(key);
  expect((await vaultOnDisk(stage.browser)).items).toBe(2);
});

it('a reload of the extension, as an update does it, is: another key, and nothing of before', async () => {
  const key = await storedKey(stage.browser);
  const page = await stage.browser.context.newPage();
  await page.goto('chrome://extensions/');
  await page.evaluate(
    (id) =>
      (
        chrome as unknown as { developerPrivate: { reload(id: string, options: object): Promise<void> } }
      ).developerPrivate.reload(id, { failQuietly: true }),
    stage.browser.extensionId,
  );
  await until('another key', async () => {
    const now = await storedKey(stage.browser);
    return now !== null && now !== key;
  });
  expect(await vaultOnDisk(stage.browser)).toMatchObject({ items: 0, chunks: 0, rules: ['restart', 'restart'] });
  expect(await readJobs(stage.browser)).toEqual([]);
  await page.close();
});

it('a first wake without a key sweeps before anything is held', async () => {
  await heldJob('orphan.jpg');
  await inServiceWorker(stage.browser, () => chrome.storage.session.clear());
  await stopServiceWorker(stage.browser);
  await until(
    'the sweep',
    async () => (await storedKey(stage.browser)) !== null && (await vaultOnDisk(stage.browser)).items === 0,
  );
  expect((await vaultOnDisk(stage.browser)).chunks).toBe(0);
});

it('only a build for tests lets its clock be set', async () => {
  const folder = builtExtension();
  const scripts = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js'));
  for (const file of scripts)
    expect(await readFile(join(folder, file), 'utf8'), file).not.toMatch(
      /test:(?:clock-offset|idle)|COMPRESSIMAGE_TEST_BUILD/,
    );
});
