import { access, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isIn } from '../../lib/core/model/job-transitions.ts';
import {
  chooseMenuItem,
  clickToastAction,
  downloadedFiles,
  readAnnouncements,
  readJobs,
  stopServiceWorker,
  until,
  waitForDownloads,
  waitForJob,
  waitForJobs,
  waitForToast,
} from '../driver/index.ts';
import { ALL_ROWS, rowsOf } from '../rows.ts';
import {
  image,
  openStage,
  PHOTOGRAPH,
  photographAs,
  readPicture,
  toolbarButton,
  vaultRecords,
  type Stage,
} from './stage.ts';

let stage: Stage;
let photo: Buffer;

beforeAll(async () => {
  stage = await openStage();
  photo = await photographAs('jpeg', { quality: 96, chromaSubsampling: '4:4:4' });
  stage.site.answer('photo.jpg', image(photo, 'image/jpeg'));
});
afterAll(() => stage.close());

async function newest(): Promise<{ name: string; path: string; bytes: number }> {
  const file = (await downloadedFiles(stage.browser)).at(-1);
  if (!file) throw new Error('nothing was downloaded');
  return file;
}

describe('a right-click on an image', () => {
  const cases = [
    ['Compress image', 'jpeg', /^photo-small\.jpg$/],
    ['Save as JPEG', 'jpeg', /^photo-small.*\.jpg$/],
    ['Save as WebP', 'webp', /^photo.*\.webp$/],
    ['Save as AVIF', 'avif', /^photo.*\.avif$/],
    ['Save as JPEG XL', 'jxl', /^photo.*\.jxl$/],
  ] as const;

  // JPEG is what the first one gives, and AVIF is saved over a stop of the service worker, below.
  const eachTime = rowsOf(cases, ([item]) => !/JPEG$|AVIF/.test(item));
  it.each(eachTime)('"%s" saves a smaller %s', async (item, format, name) => {
    const shown = await stage.show(stage.site.url('photo.jpg'));
    const job = await stage.compress(shown, item);
    expect(job).toMatchObject({
      state: 'saved',
      receipt: { input: { format: 'jpeg', bytes: photo.length }, output: { format }, outcome: 'smaller' },
    });
    expect(await waitForToast(shown.page(), /% smaller/, { of: job })).toMatchObject({
      tone: 'done',
      title: expect.stringMatching(name),
      detail: expect.stringMatching(/^[\d.]+ kB to [\d.]+ kB, \d+ % smaller\. Looks good: \d\d$/),
    });
    await until('a screen reader to be told', async () =>
      (await readAnnouncements(shown.page())).some((text) =>
        /^photo.* kB, \d+ % smaller\. Looks good: \d\d$/.test(text),
      ),
    );
    const file = await newest();
    expect(file.name).toMatch(name);
    expect(file.bytes).toBeLessThan(photo.length * 0.7);
    expect(await readPicture(stage, file.path)).toEqual({ format, ...PHOTOGRAPH });
  });

  it('"Save as PNG" saves what was asked for although it grows, and says so', async () => {
    const shown = await stage.show(stage.site.url('photo.jpg'));
    const job = await stage.compress(shown, 'Save as PNG');
    expect(job).toMatchObject({ state: 'saved', receipt: { outcome: 'grown' } });
    expect(await waitForToast(shown.page(), /larger/, { of: job })).toMatchObject({ tone: 'done', title: 'photo.png' });
    expect(await readPicture(stage, (await newest()).path)).toEqual({ format: 'png', ...PHOTOGRAPH });
  });

  it('lets the file be taken back from the toast', async () => {
    const shown = await stage.show(stage.site.url('photo.jpg'));
    const of = await stage.compress(shown, 'Save as WebP');
    const { path } = await newest();
    expect(await waitForToast(shown.page(), null, { of })).toMatchObject({ tone: 'done', action: 'Show in folder' });
    await clickToastAction(stage.browser, shown.page(), 'Delete the file', { of });
    expect(await waitForToast(shown.page(), /was deleted/, { of })).toMatchObject({ tone: 'cancelled' });
    await expect(access(path)).rejects.toThrow();
  });

  it('leaves nothing in the vault and nothing on the badge', async () => {
    await until('the vault to be empty', async () => (await vaultRecords(stage.browser)) === 0);
    expect((await toolbarButton(stage.browser)).badge).toBe('');
  });

  it('never gives a larger file of the same format: the bytes stay, and the person is told', async () => {
    // What the extension made once, it cannot make smaller.
    stage.site.answer('once.jpg', image(await photographAs('jpeg', { quality: 20 }), 'image/jpeg'));
    await stage.compress(await stage.show(stage.site.url('once.jpg')));
    const small = await readFile((await newest()).path);
    stage.site.answer('small.jpg', image(small, 'image/jpeg'));
    const shown = await stage.show(stage.site.url('small.jpg'));
    const job = await stage.compress(shown);
    expect(job).toMatchObject({ state: 'saved', receipt: { outcome: 'original', output: { bytes: small.length } } });
    expect(await waitForToast(shown.page(), /original/, { of: job })).toMatchObject({
      tone: 'done',
      title: 'small.jpg',
    });
    expect((await readFile((await newest()).path)).equals(small)).toBe(true);
  });

  it('"Smallest that keeps the look" says what the other formats came to', async () => {
    const shown = await stage.show(stage.site.url('photo.jpg'));
    const job = await stage.compress(shown, 'Smallest that keeps the look');
    if (!isIn(job, 'saved')) throw new Error(`the job is ${job.state}`);
    const { outcome, output, rivals = [] } = job.receipt;
    expect(outcome).toBe('smaller');
    expect([output, ...rivals].map(({ format }) => format).toSorted()).toEqual(['jpeg', 'webp']);
    for (const { bytes } of rivals) expect(bytes).toBeGreaterThanOrEqual(output.bytes);
  });

  it('"Fit under 100 kB" never has more bytes, and says how it looks', async () => {
    const large = await photographAs('jpeg', { quality: 96, chromaSubsampling: '4:4:4' }, 900, 600);
    const shown = await stage.show(stage.site.answer('fit.jpg', image(large, 'image/jpeg')));
    const job = await stage.compress(shown, '100 kB', { under: 'Fit under' });
    expect(job).toMatchObject({ state: 'saved', receipt: { output: { format: 'jpeg' }, outcome: 'smaller' } });
    const file = await newest();
    expect(file.bytes).toBeLessThanOrEqual(100_000);
    expect(file.bytes).toBeGreaterThan(90_000);
  });

  it('says in the badge how many jobs run', async () => {
    const large = await photographAs('jpeg', { quality: 90 }, 1100, 700);
    stage.site.answer('large.jpg', image(large, 'image/jpeg'));
    const shown = await stage.show(stage.site.url('large.jpg'));
    await stage.endedJobOf(async () => {
      await chooseMenuItem(stage.browser, shown, 'Save as AVIF');
      await until('the badge', async () => (await toolbarButton(stage.browser)).badge === '1');
    });
    await until('the badge to go', async () => (await toolbarButton(stage.browser)).badge === '');
  });

  it('is told in the page that is shown by then, when its own was left meanwhile', async () => {
    const before = new Set((await readJobs(stage.browser)).map(({ id }) => id));
    // Large: the page is to be left while it is worked on.
    await chooseMenuItem(stage.browser, await stage.show(stage.site.url('large.jpg')), 'Save as AVIF');
    const of = await waitForJob(
      stage.browser,
      'that is worked on',
      ({ id, state }) => !before.has(id) && state !== 'queued' && state !== 'acquiring',
      { interval: 20 },
    );
    const next = await stage.show('data:,');
    expect(await waitForToast(next.page(), /% smaller/, { of })).toMatchObject({ tone: 'done' });
    expect(stage.browser.context.pages().filter((page) => page.url().endsWith('/popup.html'))).toEqual([]);
  });

  it('works many times in a row without waiting', async () => {
    const times = ALL_ROWS ? 10 : 4;
    const before = (await downloadedFiles(stage.browser)).length;
    const jobs = (await readJobs(stage.browser)).length;
    const shown = await stage.show(stage.site.url('photo.jpg'));
    for (let at = 0; at < times; at++)
      await chooseMenuItem(stage.browser, shown, at % 2 === 0 ? 'Compress image' : 'Save as WebP');
    await waitForJobs(stage.browser, jobs + times);
    const files = await waitForDownloads(stage.browser, before + times);
    expect(files.slice(before)).toHaveLength(times);
    for (const file of files.slice(before))
      expect(await readPicture(stage, file.path)).toMatchObject({ ...PHOTOGRAPH });
  });
});

describe('an image without an address of its own', () => {
  it('is named by the page when it is a data: URL', async () => {
    const shown = await stage.show(
      `data:image/png;base64,${(await photographAs('png', {}, 200, 150)).toString('base64')}`,
      { title: 'Sunset over the bay' },
    );
    const job = await stage.compress(shown, 'Save as WebP');
    expect(job).toMatchObject({ state: 'saved', fileName: 'Sunset over the bay 200x150.webp' });
    expect(JSON.stringify(job).length).toBeLessThan(3000);
  });

  it('is read in the page when it is a blob: URL', async () => {
    const page = await stage.browser.open(
      stage.site.page(
        'blob',
        `<title>Editor</title><img id="it" style="width:300px;height:200px"><script>
      fetch('/photo.jpg').then((answer) => answer.blob()).then((blob) => { document.querySelector('#it').src = URL.createObjectURL(blob); });
    </script>`,
      ),
    );
    await page.waitForFunction(
      () => document.querySelector('img')?.complete && document.querySelector('img')?.naturalWidth,
    );
    const job = await stage.compress(page.locator('#it'));
    expect(job).toMatchObject({
      state: 'saved',
      fileName: `Editor ${PHOTOGRAPH.width}x${PHOTOGRAPH.height}-small.jpg`,
    });
  });
});

describe('the file on disk', () => {
  const names = [
    ['a%20b%C3%A9.c.png?size=large', 'a bé.c.webp', {}],
    ['get.php', 'holiday.webp', { disposition: 'attachment; filename="holiday.jpeg"' }],
    ['CON.jpg', '_CON.webp', {}],
  ] as const;
  // Other names are in `pages-names`.
  it.each(rowsOf(names, ([path]) => path === 'get.php'))('from %s is named %s', async (path, name, more) => {
    const [bare = '', query] = path.split('?');
    stage.site.answer(decodeURIComponent(bare), image(photo, 'image/jpeg', more));
    const shown = await stage.show(`${stage.site.origin}/${bare}${query ? `?${query}` : ''}`);
    expect(await stage.compress(shown, 'Save as WebP')).toMatchObject({ state: 'saved', fileName: name });
  });
});

describe("what a context's death does", () => {
  it('loses no job when the service worker is stopped in the middle', async () => {
    const before = (await downloadedFiles(stage.browser)).length;
    const shown = await stage.show(stage.site.url('large.jpg'));
    await chooseMenuItem(stage.browser, shown, 'Save as AVIF');
    await waitForJob(stage.browser, 'the job to be compressed', (job) => job.state === 'compressing');
    await stopServiceWorker(stage.browser);
    const files = await waitForDownloads(stage.browser, before + 1, { timeout: 100_000 });
    expect(await readPicture(stage, files.at(-1)?.path ?? '')).toEqual({ format: 'avif', width: 1100, height: 700 });
    await waitForJob(
      stage.browser,
      'the job to be saved',
      (job) => job.state === 'saved' && job.fileName === files.at(-1)?.name,
    );
  });

  it('keeps the menu over a restart of the browser', async () => {
    await stage.browser.endNormally();
    await stage.browser.reopen();
    const shown = await stage.show(stage.site.url('photo.jpg'));
    expect(await stage.compress(shown, 'Save as WebP')).toMatchObject({ state: 'saved' });
  });
});
