import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerPermission,
  chooseMenuItem,
  clickToastAction,
  serve,
  waitForJob,
  waitForToast,
  type Site,
} from '../driver/index.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

let stage: Stage;
let elsewhere: Site;
let photo: Buffer;

beforeAll(async () => {
  stage = await openStage();
  elsewhere = await serve(null, { host: 'images.test' });
  photo = await photographAs('jpeg', { quality: 92 });
});
afterAll(async () => {
  await stage.close();
  await elsewhere.close();
});

describe('an image on another host', () => {
  it('is fetched without a question when the host lets anybody read it', async () => {
    const shown = await stage.show(elsewhere.answer('open.jpg', image(photo, 'image/jpeg', { cors: true })));
    expect(await stage.compress(shown, 'Save as WebP')).toMatchObject({ state: 'saved', fileName: 'open.webp' });
  });

  it('is asked for within the click on the toast; a refusal says what to do', async () => {
    const shown = await stage.show(elsewhere.answer('closed.jpg', image(photo, 'image/jpeg')));
    const job = await stage.compress(shown, 'Save as WebP');
    expect(job).toMatchObject({ state: 'failed', error: { code: 'needs-permission' } });
    const toast = await waitForToast(shown.page(), /only with your permission/, { of: job });
    expect(toast).toMatchObject({ tone: 'error', title: 'closed.jpg', action: expect.stringContaining('images.test') });
    await answerPermission(stage.browser, 'deny', () =>
      clickToastAction(stage.browser, shown.page(), toast.action ?? '', { of: job }),
    );
    await waitForJob(
      stage.browser,
      'the refusal',
      ({ id, state, ...more }) =>
        id === job.id && state === 'failed' && 'error' in more && more.error.code === 'permission-refused',
    );
    expect(await waitForToast(shown.page(), /choose Allow/, { of: job })).toMatchObject({ tone: 'error' });
  });

  it('is not asked for again by a right-click after a refusal, but by the toast, and works when allowed', async () => {
    const shown = await stage.show(elsewhere.url('closed.jpg'));
    const job = await stage.compress(shown, 'Save as WebP');
    expect(job).toMatchObject({ state: 'failed', error: { code: 'needs-permission' } });
    const toast = await waitForToast(shown.page(), /only with your permission/, { of: job });
    await answerPermission(stage.browser, 'allow', () =>
      clickToastAction(stage.browser, shown.page(), toast.action ?? '', { of: job }),
    );
    await waitForJob(stage.browser, 'the file', ({ id, state }) => id === job.id && state === 'saved');
  });

  it('is asked for within the right-click when its host has refused before', async () => {
    const other = await serve(null, { host: 'shut.test' });
    try {
      const url = other.answer('shut.jpg', image(photo, 'image/jpeg'));
      expect(await stage.compress(await stage.show(url))).toMatchObject({ error: { code: 'needs-permission' } });
      const shown = await stage.show(url);
      const job = await stage.endedJobOf(() =>
        answerPermission(stage.browser, 'allow', () => chooseMenuItem(stage.browser, shown, 'Save as WebP')),
      );
      expect(job).toMatchObject({ state: 'saved', fileName: 'shut.webp' });
    } finally {
      await other.close();
    }
  });

  it('needs no question any more', async () => {
    const shown = await stage.show(elsewhere.answer('another.jpg', image(photo, 'image/jpeg')));
    expect(await stage.compress(shown)).toMatchObject({ state: 'saved', fileName: 'another-small.jpg' });
  });
});

describe('a redirect to another host', () => {
  it('works when that host lets anybody read it', async () => {
    const target = elsewhere.answer('target.jpg', image(photo, 'image/jpeg', { cors: true }));
    const shown = await stage.show(stage.site.answer('moved.jpg', { redirect: target }));
    expect(await stage.compress(shown)).toMatchObject({ state: 'saved', fileName: 'moved-small.jpg' });
  });

  it('is named as the reason when it does not', async () => {
    const third = await serve(null, { host: 'third.test' });
    try {
      const target = third.answer('target.jpg', image(photo, 'image/jpeg'));
      const shown = await stage.show(stage.site.answer('moved-away.jpg', { redirect: target }));
      const job = await stage.compress(shown);
      expect(job).toMatchObject({ state: 'failed', error: { code: 'redirected' } });
      expect(await waitForToast(shown.page(), /another site/, { of: job })).toMatchObject({ tone: 'error' });
    } finally {
      await third.close();
    }
  });
});

describe('a host that is not there', () => {
  it('is not blamed on a permission', async () => {
    const gone = await serve(null, { host: 'gone.test' });
    const url = gone.url('photo.jpg');
    await gone.close();
    const shown = await stage.show(url);
    expect(await stage.compress(shown)).toMatchObject({ state: 'failed', error: { code: 'not-shown' } });
  });
});
