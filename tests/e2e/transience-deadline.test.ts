/** Deadlines in a real browser, with a build for tests: its clock can be moved, and a deadline can be seconds away. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, buildFolder } from '../../scripts/build.mjs';
import type { Job } from '../../lib/core/model/job.ts';
import {
  chooseMenuItem,
  inServiceWorker,
  openExtensionPage,
  press,
  readJobs,
  setClock,
  stopServiceWorker,
  until,
  waitForJob,
} from '../driver/index.ts';
import { askWhereToSave, vaultOnDisk } from './privacy-stage.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

const MINUTE = 60_000;
let stage: Stage;

beforeAll(async () => {
  await build({ test: true });
  stage = await openStage({ extension: join(buildFolder({ test: true }), 'chrome-mv3') });
  await askWhereToSave(stage.browser);
});
afterAll(() => stage.close());

/** A job whose download was cancelled: Source and Result are held. */
async function heldJob(name: string): Promise<Job> {
  const shown = await stage.show(
    stage.site.answer(name, image(await photographAs('jpeg', { quality: 90 }, 300, 200), 'image/jpeg')),
  );
  await chooseMenuItem(stage.browser, shown, 'Save as WebP');
  const { id } = await waitForJob(
    stage.browser,
    'that is being saved',
    (job) => job.name === name && job.state === 'saving',
  );
  return until(
    'the download to be cancelled',
    async () => {
      await press(stage.browser, 'Escape');
      return (await readJobs(stage.browser)).find((job) => job.id === id && job.state === 'unsaved');
    },
    { interval: 400 },
  );
}

/** A download may begin, and be cancelled, before its result is on the disk. */
const bothHeld = (): Promise<unknown> =>
  until('Source and Result to be held', async () => (await vaultOnDisk(stage.browser)).items === 2);
const rules = async (): Promise<readonly string[]> => (await vaultOnDisk(stage.browser)).rules;
const ring = (): Promise<void> =>
  inServiceWorker(stage.browser, () => chrome.alarms.create('expire', { when: Date.now() }));
const setIdle = (ms: number): Promise<void> =>
  inServiceWorker(stage.browser, (value) => chrome.storage.session.set({ 'test:idle': value }), ms);

describe('a deadline', () => {
  it('stands in an alarm, and nothing goes before it', async () => {
    await heldJob('early.jpg');
    const alarm = await inServiceWorker(stage.browser, () => chrome.alarms.get('expire'));
    expect((alarm?.scheduledTime ?? 0) - Date.now()).toBeGreaterThan(58 * MINUTE);
    expect((alarm?.scheduledTime ?? 0) - Date.now()).toBeLessThanOrEqual(60 * MINUTE);
    await setClock(stage.browser, 58 * MINUTE);
    await ring();
    await until('the alarm to be set anew', async () => {
      const next = await inServiceWorker(stage.browser, () => chrome.alarms.get('expire'));
      return next && next.scheduledTime - Date.now() > 1000 && next.scheduledTime - Date.now() < 3 * MINUTE;
    });
    await bothHeld();
  });

  it('that is past purges by the alarm, and the job with its name goes too', async () => {
    await setClock(stage.browser, 61 * MINUTE);
    await stopServiceWorker(stage.browser);
    await ring();
    await until('the purge', async () => (await vaultOnDisk(stage.browser)).items === 0);
    expect(await vaultOnDisk(stage.browser)).toMatchObject({ chunks: 0, rules: ['deadline', 'deadline'] });
    await until('the job to go', async () => (await readJobs(stage.browser)).length === 0);
  });

  it('that is past is kept by a read, however late the alarm', async () => {
    await setClock(stage.browser, 0);
    const { id } = await heldJob('late.jpg');
    await inServiceWorker(stage.browser, () => chrome.alarms.clearAll());
    await setClock(stage.browser, 61 * MINUTE);
    await bothHeld();
    const popup = await openExtensionPage(stage.browser, 'options.html#privacy');
    await popup.getByText('No image is kept.').waitFor();
    await popup.close();
    // Saving reads the result.
    const page = await openExtensionPage(stage.browser, 'options.html');
    await page.evaluate(
      (job) => chrome.runtime.sendMessage({ id: 0, type: 'saveJob', data: { id: job }, timestamp: 0 }),
      id,
    );
    await until('the error', async () =>
      (await readJobs(stage.browser)).every(
        (job) =>
          job.id !== id || ((job.state === 'failed' || job.state === 'unsaved') && job.error.code === 'item-gone'),
      ),
    );
    // With the result, or right after it: the alarm that was lost is set anew, which looks at all deadlines.
    expect((await rules()).length).toBeGreaterThan(2);
    expect(new Set(await rules())).toEqual(new Set(['deadline']));
    await page.close();
    await ring();
    await until(
      'the rest to go',
      async () => (await vaultOnDisk(stage.browser)).items === 0 && (await readJobs(stage.browser)).length === 0,
    );
  });

  it('of 10 seconds purges after 10 seconds, by the clock on the wall', async () => {
    await setClock(stage.browser, 0);
    await setIdle(10_000);
    await heldJob('seconds.jpg');
    const began = performance.now();
    await bothHeld();
    await until('the purge', async () => (await vaultOnDisk(stage.browser)).items === 0, { timeout: 40_000 });
    expect(performance.now() - began).toBeLessThan(25_000);
    await until('the job to go', async () => (await readJobs(stage.browser)).length === 0, { timeout: 15_000 });
  });
});
