/** The promise in a real browser: what is held goes when it is to go, and the disk tells nothing of it. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../lib/core/model/job.ts';
import {
  chooseMenuItem,
  inServiceWorker,
  openExtensionPage,
  press,
  readJobs,
  until,
  waitForJob,
} from '../driver/index.ts';
import { askWhereToSave, filesWith, piecesOf, storedKey, vaultOnDisk, writePlainCopy } from './privacy-stage.ts';
import { rowsOf } from '../rows.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

let stage: Stage;
let photo: Buffer;
beforeAll(async () => {
  stage = await openStage();
  photo = await photographAs('jpeg', { quality: 92 });
});
afterAll(() => stage.close());

/** Starts a job whose download the person is asked about, and waits for that question. */
async function askedJob(name: string): Promise<Job> {
  const shown = await stage.show(stage.site.answer(name, image(photo, 'image/jpeg')));
  const known = new Set((await readJobs(stage.browser)).map(({ id }) => id));
  await chooseMenuItem(stage.browser, shown, 'Save as WebP');
  const job = await waitForJob(
    stage.browser,
    'that is being saved',
    ({ id, state }) => !known.has(id) && state === 'saving',
  );
  await until(
    'the question',
    async () =>
      /Save File/.test(
        await stage.browser.screen.xdotool('search', '--name', '--onlyvisible', 'Save File', 'getwindowname'),
      ),
    { timeout: 10_000 },
  );
  return job;
}

async function cancelDownload(id: Job['id']): Promise<void> {
  await until('the download to be cancelled', async () => {
    await press(stage.browser, 'Escape');
    await delay(300);
    return (await readJobs(stage.browser)).some((job) => job.id === id && job.state === 'unsaved');
  });
}

describe('a download that is complete', () => {
  it('leaves neither ciphertext nor record of the image, and a ledger without names', async () => {
    const job = await stage.compress(
      await stage.show(stage.site.answer('harbour.jpg', image(photo, 'image/jpeg'))),
      'Save as WebP',
    );
    expect(job.state).toBe('saved');
    const held = await until('the purge', async () => {
      const now = await vaultOnDisk(stage.browser);
      return now.items === 0 && now;
    });
    expect(held).toMatchObject({ items: 0, writes: 0, chunks: 0, sealed: 0, rules: ['downloaded', 'downloaded'] });
    const ledger = await inServiceWorker(
      stage.browser,
      async () =>
        new Promise((resolve) => {
          const open = indexedDB.open('vault');
          open.onsuccess = () => {
            const all = open.result.transaction('ledger').objectStore('ledger').getAll();
            all.onsuccess = () => {
              open.result.close();
              resolve(JSON.stringify(all.result));
            };
          };
        }),
    );
    expect(ledger).not.toMatch(/harbour|127\.0\.0\.1|http/);
    expect(ledger).not.toContain(job.id);
  });
});

describe('a download that is cancelled', () => {
  beforeAll(() => askWhereToSave(stage.browser));

  it('keeps the item, encrypted, and it can be saved again', async () => {
    const { id } = await askedJob('pier.jpg');
    expect((await vaultOnDisk(stage.browser)).items).toBe(2);
    await cancelDownload(id);
    const held = await vaultOnDisk(stage.browser);
    expect(held).toMatchObject({ items: 2, chunks: 2 });
    expect(held.sealed).toBeGreaterThan(photo.length);

    const options = await openExtensionPage(stage.browser, 'options.html#privacy');
    await options.locator('[data-group=images]').getByText('pier.webp, Result').waitFor();
    await options.getByText('the download did not complete').first().waitFor();
    await expect
      .poll(() => options.locator('[data-group=images] .until').first().textContent())
      .toMatch(/in (60|59) min/);
    await options.close();
  });

  it('goes at once when the person says so, everywhere, and its name with it', async () => {
    const options = await openExtensionPage(stage.browser, 'options.html#privacy');
    await options.getByRole('button', { name: 'Remove: pier.webp, Original' }).click();
    await until('the original to go', async () => (await vaultOnDisk(stage.browser)).items === 1);
    expect(await readJobs(stage.browser)).toMatchObject([{ name: 'pier.jpg', state: 'unsaved' }]);
    await options.getByRole('button', { name: 'Remove: pier.webp, Result' }).click();
    await until('the result to go', async () => (await vaultOnDisk(stage.browser)).items === 0);
    await options.getByText('No image is kept.').waitFor();
    await until('the job to go', async () => (await readJobs(stage.browser)).length === 0);
    expect(await options.locator('[data-group=ledger]').textContent()).toContain('removed by you');
    await options.close();
  });
});

const ENDS = [
  ['ended normally', () => stage.browser.endNormally()],
  ['killed with SIGKILL', () => stage.browser.killHard()],
] as const;
describe.each(rowsOf(ENDS, ([how]) => how.startsWith('killed')))(
  'a browser that is %s in the middle of a job',
  (_how, end) => {
    it('leaves no record, no key and no readable byte, and the next start sweeps first', async () => {
      const { browser, site } = stage;
      // Random in every run, so that nothing is found that an earlier run left.
      const source = await photographAs('jpeg', { quality: 95 }, 1200, 800);
      const pieces = piecesOf(source);
      // The control: in plain, the same bytes in the same kind of database are found.
      await writePlainCopy(browser, pieces);
      await until('the search to find the control', async () =>
        (await filesWith(browser, pieces)).some((path) => path.includes('IndexedDB')),
      );
      const controls = await filesWith(browser, pieces);

      await askedJob(`${Date.now()}.jpg`).then(({ id }) => cancelDownload(id));
      const shown = await stage.show(site.answer('middle.jpg', image(source, 'image/jpeg')));
      await chooseMenuItem(browser, shown, 'Save as AVIF');
      await waitForJob(browser, 'at work', ({ state, name }) => state === 'compressing' && name.startsWith('middle'));
      const during = await vaultOnDisk(browser);
      expect(during.items).toBe(3);
      expect(during.sealed).toBeGreaterThan(source.length);
      expect(await storedKey(browser)).toHaveLength(44);
      expect((await filesWith(browser, pieces)).filter((path) => !controls.includes(path))).toEqual([]);
      await end();

      expect(
        (await filesWith(browser, pieces)).filter((path) => path.includes('IndexedDB') && controls.includes(path)),
      ).not.toEqual([]);
      expect((await filesWith(browser, pieces)).filter((path) => !path.includes('IndexedDB'))).toEqual([]);
      await browser.reopen();
      await until('the sweep', async () => (await vaultOnDisk(browser)).rules.includes('restart'));
      expect(await vaultOnDisk(browser)).toMatchObject({ items: 0, writes: 0, chunks: 0, sealed: 0 });
      expect((await filesWith(browser, pieces)).filter((path) => !path.includes('IndexedDB'))).toEqual([]);
      expect(await readJobs(browser)).toEqual([]);
      expect(await inServiceWorker(browser, async () => Object.keys(await chrome.storage.session.get()))).toEqual([
        'vaultKey',
      ]);
      expect(await inServiceWorker(browser, async () => JSON.stringify(await chrome.storage.local.get()))).not.toMatch(
        /middle|vaultKey|http/,
      );
    });
  },
);
