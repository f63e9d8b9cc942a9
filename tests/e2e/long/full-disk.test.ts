/** No room on the disk, as the browser sees it. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job } from '../../../lib/core/model/job.ts';
import { chooseMenuItem, inServiceWorker, press, readJobs, until } from '../../driver/index.ts';
import { askWhereToSave, vaultOnDisk } from '../privacy-stage.ts';
import { image, openStage, photographAs, type Stage } from '../stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await askWhereToSave(stage.browser);
});
afterAll(() => stage.close());

it('a full disk ends the job with an error that says so, and leaves nothing', async () => {
  const page = await stage.browser.open('about:blank');
  const session = await stage.browser.context.newCDPSession(page);
  const origin = `chrome-extension://${stage.browser.extensionId}`;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 20_000 });
  const photo = image(await photographAs('jpeg', { quality: 95 }), 'image/jpeg');
  const ended = async (name: string): Promise<Job> => {
    await chooseMenuItem(stage.browser, await stage.show(stage.site.answer(name, photo)), 'Save as WebP');
    return until(
      'the job to fail, or to be saved',
      async () => {
        // Of a result that had room after all, the person is asked where to save it.
        await press(stage.browser, 'Escape');
        return (await readJobs(stage.browser)).find(
          (each) => each.name === name && (each.state === 'failed' || each.state === 'unsaved'),
        );
      },
      { interval: 300 },
    );
  };
  // Chromium takes a new quota into account when what it knows of the old one is half a minute old, at the latest.
  let job = await ended('large-0.jpg');
  for (let tries = 1; job.state !== 'failed' && tries < 6; tries++) {
    await delay(8000);
    job = await ended(`large-${tries}.jpg`);
  }
  expect(job).toMatchObject({ state: 'failed', error: { code: 'vault-full' } });
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  expect((await vaultOnDisk(stage.browser)).writes).toBe(0);
  expect(await inServiceWorker(stage.browser, async () => Object.keys(await chrome.storage.session.get()))).toContain(
    `job:${job.id}`,
  );
});
