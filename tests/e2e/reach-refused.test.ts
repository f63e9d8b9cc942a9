/** What no rung brings at once: a permission, what is shown in place of the file, a sentence that says why, and Cancel. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../lib/core/model/job.ts';
import {
  answerPermission,
  chooseMenuItem,
  clickToastAction,
  downloadedFiles,
  forgetPermission,
  serve,
  until,
  waitForJob,
  waitForToast,
  type Reply,
  type Site,
} from '../driver/index.ts';
import { openStage, photographAs, readPicture, type Stage } from './stage.ts';

let stage: Stage;
let cdn: Site;
/** Of each, the permission is asked for in a toast once; the next time it would be asked for within the click. */
let pictures: Site;
let outside: Site;

beforeAll(async () => {
  [stage, cdn, pictures, outside] = await Promise.all([
    openStage(),
    serve(null, { host: 'cdn.test' }),
    serve(null, { host: 'pictures.test' }),
    serve(null, { host: 'outside.test' }),
  ]);
});
afterAll(async () => {
  await stage.close();
  await Promise.all([cdn, pictures, outside].map((site) => site.close()));
});

let width = 700;
async function picture(): Promise<{ path: string; size: { width: number; height: number }; reply: Reply }> {
  const size = { width: (width += 2), height: 500 };
  const body = await photographAs('jpeg', { quality: 95 }, size.width, size.height);
  return { path: `picture-${size.width}`, size, reply: { body, contentType: 'image/jpeg' } };
}

async function compressShown(url: string, site: Site = stage.site): Promise<{ job: Job; page: Page }> {
  const shown = await stage.show(url, { site });
  await until('the page to show its image', () =>
    shown.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth > 0),
  );
  return { job: await stage.compress(shown), page: shown.page() };
}

const ended = (id: string, state: Job['state']): Promise<Job> =>
  waitForJob(stage.browser, `the job to be ${state}`, (job) => job.id === id && job.state === state);

async function newest(): Promise<unknown> {
  return readPicture(stage, (await downloadedFiles(stage.browser)).at(-1)?.path ?? '');
}

describe('an image that another site gives to this page alone', () => {
  it('can be taken as it is shown, cut out of the screen and labelled', async () => {
    const { path, reply } = await picture();
    const { job, page } = await compressShown(cdn.answer(path, reply));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'needs-permission' }, pixels: true });
    expect(await waitForToast(page, /only with your permission/, { of: job })).toMatchObject({
      action: 'Allow cdn.test:' + new URL(cdn.origin).port,
      otherAction: 'Save what is shown',
    });
    await clickToastAction(stage.browser, page, 'Save what is shown', { of: job });
    expect(await ended(job.id, 'saved')).toMatchObject({
      receipt: { notes: expect.arrayContaining([{ kind: 'info', code: 'screen-part' }]) },
    });
    expect(await waitForToast(page, /Cut out of the screen/, { of: job })).toMatchObject({ tone: 'done' });
    // As large as the stage's page shows it.
    expect(await newest()).toMatchObject({ width: 400, height: 300 });
  });

  it('is had once the site is allowed, with the Referer and what an image is asked for with', async () => {
    await forgetPermission(stage.browser, 'http://pictures.test/*');
    const { path, size, reply } = await picture();
    const small = { body: await photographAs('jpeg', {}, 99, 60), contentType: 'image/jpeg' };
    const url = pictures.answer(path, ({ headers }) =>
      String(headers['referer'] ?? '').startsWith(stage.site.origin) ? reply : small,
    );
    const { job, page } = await compressShown(url);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'needs-permission' } });
    const toast = await waitForToast(page, /only with your permission/, { of: job });
    await answerPermission(stage.browser, 'allow', () =>
      clickToastAction(stage.browser, page, toast.action ?? '', { of: job }),
    );
    await ended(job.id, 'saved');
    expect(await newest()).toMatchObject(size);
    const ours = pictures.requests.filter((request) => request.path === `/${path}`).at(-1);
    expect(ours?.headers).toMatchObject({
      referer: `${stage.site.origin}/`,
      accept: expect.stringMatching(/^image\/(jxl,image\/)?avif,image\/webp,/),
    });
    expect(ours?.headers).not.toHaveProperty('origin');
  });

  it('that is a stand-in once its address was used up is not saved, although the site is allowed', async () => {
    const { path, size, reply } = await picture();
    const small = { body: await photographAs('jpeg', {}, 99, 60), contentType: 'image/jpeg' };
    const { job } = await compressShown(pictures.answer(path, (_request, before) => (before === 0 ? reply : small)));
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'another-picture', parameters: { width: 99, shownWidth: size.width } },
    });
  });
});

describe('an image of the page’s own site', () => {
  it('that no request brings again is drawn from the page, whole, and labelled', async () => {
    const { path, size, reply } = await picture();
    const url = stage.site.answer(path, (_request, before) =>
      before === 0 ? reply : { status: 410, body: 'used', contentType: 'text/plain' },
    );
    const { job, page } = await compressShown(url);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'http-status', parameters: { status: 410 } } });
    const before = await page.evaluate(() => [document.images.length, Object.getOwnPropertyNames(window).length]);
    expect(await waitForToast(page, /410/, { of: job })).toMatchObject({
      action: 'Save what is shown',
      otherAction: null,
    });
    await clickToastAction(stage.browser, page, 'Save what is shown', { of: job });
    expect(await ended(job.id, 'saved')).toMatchObject({
      receipt: { notes: expect.arrayContaining([{ kind: 'info', code: 'shown-pixels' }]) },
    });
    expect(await newest()).toMatchObject(size);
    // Nothing of the scripts is left in the page.
    expect(await page.evaluate(() => [document.images.length, Object.getOwnPropertyNames(window).length])).toEqual(
      before,
    );
  });

  it('whose connection always breaks is told as that', async () => {
    const { path, reply } = await picture();
    const url = stage.site.answer(path, (_request, before) =>
      before === 0 ? reply : { ...reply, statedLength: 1_000_000 },
    );
    const { job } = await compressShown(url);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'connection-lost' } });
  });

  it('that drips can be cancelled', async () => {
    const { path, reply } = await picture();
    const url = stage.site.answer(path, (_request, before) => (before === 0 ? reply : { ...reply, bytesPerSecond: 1 }));
    const shown = await stage.show(url);
    await until('the page to show its image', () =>
      shown.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth > 0),
    );
    await chooseMenuItem(stage.browser, shown, 'Compress image');
    await until(
      'the second request',
      async () => stage.site.requests.filter((one) => one.path === `/${path}`).length > 1,
    );
    await clickToastAction(stage.browser, shown.page(), 'Cancel');
    await waitForJob(
      stage.browser,
      'the job to be cancelled',
      ({ name, state }) => name.startsWith(path) && state === 'cancelled',
    );
  });
});

it('a public page’s redirect into the private network is followed by nobody', async () => {
  const { path, reply } = await picture();
  const target = stage.site.answer(path, { ...reply, cors: true });
  const { job } = await compressShown(outside.answer('inwards', { redirect: target }), outside);
  expect(job).toMatchObject({ state: 'failed', error: { code: 'private-address' } });
});
