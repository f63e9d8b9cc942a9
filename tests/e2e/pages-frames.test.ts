/** Images in frames, stand-ins, and data: URLs that are too long for a menu: what is saved is what is shown. */
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerPermission,
  chooseMenuItem,
  clickToastAction,
  downloadedFiles,
  focusPage,
  press,
  readJobs,
  serve,
  shortcutOf,
  until,
  waitForToast,
  type Site,
} from '../driver/index.ts';
import { rowsOf } from '../rows.ts';
import { gradient } from '../images/pictures.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';
import type { Job } from '../../lib/core/model/job.ts';

let stage: Stage;
let elsewhere: Site;
let keys: string;
let page: Page;

beforeAll(async () => {
  stage = await openStage();
  elsewhere = await serve(null, { host: 'frames.test' });
  keys = await shortcutOf(stage.browser, 'compress-image-in-view');
  // Each picture has a size of its own: what is saved tells which one it was.
  stage.site.answer('small.jpg', image(await photographAs('jpeg', {}, 320, 210), 'image/jpeg'));
  stage.site.answer('large.jpg', image(await photographAs('jpeg', {}, 640, 420), 'image/jpeg'));
  stage.site.answer('blur.jpg', image(await photographAs('jpeg', {}, 24, 16), 'image/jpeg'));
  elsewhere.answer('theirs.jpg', image(await photographAs('jpeg', {}, 500, 300), 'image/jpeg'));
  page = (await stage.show('data:,')).page();
});
afterAll(async () => {
  await stage.close();
  await elsewhere.close();
});

async function go(html: string): Promise<void> {
  await page.goto(stage.site.page('case', `<!doctype html><title>Case</title><body style="margin:0">${html}`));
  await focusPage(page);
}

const pressed = (): Promise<Job> => stage.endedJobOf(() => press(stage.browser, keys));

/** The size of the picture in the newest file, as a decoder of its own reads it. */
async function saved(job: Job): Promise<string> {
  if (job.state !== 'saved') return `${job.state} ${'error' in job ? job.error.code : ''}`;
  const { width, height } = await sharp((await downloadedFiles(stage.browser)).at(-1)?.path).metadata();
  return `${width}x${height}`;
}

describe('the keys', () => {
  it('find the image in a frame that was written into the page', async () => {
    await go(`<iframe width=700 height=500 srcdoc="<img src='/small.jpg'>"></iframe>`);
    expect(await saved(await pressed())).toBe('320x210');
  });

  it('find the image in a frame that is shut off from the page', async () => {
    await go(`<iframe width=700 height=500 sandbox srcdoc="<img src='/small.jpg'>"></iframe>`);
    expect(await saved(await pressed())).toBe('320x210');
  });

  it('ask for a frame of another site, and then find its image', async () => {
    elsewhere.page('inner', '<img src="theirs.jpg">');
    await go(`<iframe width=700 height=500 src="${elsewhere.url('inner')}"></iframe>`);
    await press(stage.browser, keys);
    const toast = await waitForToast(page, /from frames\.test/);
    await answerPermission(stage.browser, 'deny', () => clickToastAction(stage.browser, page, toast.action ?? ''));
    const again = await waitForToast(page, /choose Allow/);
    const job = await stage.endedJobOf(() =>
      answerPermission(stage.browser, 'allow', () => clickToastAction(stage.browser, page, again.action ?? '')),
    );
    expect(await saved(job)).toBe('500x300');
  });

  it('take the picture under a cookie wall, not the logo on it', async () => {
    await go(
      `<img src="large.jpg"><div style="position:fixed;inset:0;background:#000a"><div style="background:#fff;margin:100px;padding:20px">
       <img src="small.jpg" width=120><p>We value your privacy</div></div>`,
    );
    expect(await saved(await pressed())).toBe('640x420');
  });

  it('take the picture of a light box, not the larger one behind it', async () => {
    await go(
      `<img src="large.jpg" width=1200><div style="position:fixed;inset:0;background:#000e"><img src="small.jpg" width=420></div>`,
    );
    expect(await saved(await pressed())).toBe('320x210');
  });

  it('take what a spacer and a blur stand in for', async () => {
    await go(
      `<img width=600 height=400 src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" data-src="large.jpg">`,
    );
    expect(await saved(await pressed())).toBe('640x420');
    await go(`<img width=600 height=400 src="blur.jpg" data-srcset="small.jpg 320w, large.jpg 640w">`);
    expect(await saved(await pressed())).toBe('640x420');
  });

  const alone = [
    [
      'a canvas',
      '<canvas width=333 height=222 id=c></canvas><script>c.getContext("2d").fillRect(9,9,99,99)</script>',
      '333x222',
    ],
    ['a background', '<div style="width:600px;height:400px;background:url(large.jpg)"></div>', '640x420'],
    [
      'an image before an element',
      '<style>p::before{content:"";display:block;width:600px;height:400px;background:image-set(url(small.jpg) 1x, url(large.jpg) 2x)}</style><p>',
      '320x210',
    ],
    ['a poster', '<video poster="large.jpg" width=640 height=420></video>', '640x420'],
    ['an image that takes no pointer', '<img src="small.jpg" style="pointer-events:none">', '320x210'],
  ] as const;
  it.each(rowsOf(alone, ([what]) => what === 'a canvas' || what === 'a background'))(
    'take %s where nothing else is',
    async (_, html, size) => {
      await go(html);
      expect(await saved(await pressed())).toBe(size);
    },
  );

  it('draw an inline SVG as the page does', async () => {
    await go(
      `<style>.sea{fill:rgb(0,90,200)}</style><svg width=0 height=0 style="position:absolute"><symbol id=boat><circle r=40 cx=60 cy=60 fill=red /></symbol></svg>
       <svg class=wide width=300 height=200 viewBox="0 0 300 200"><rect class=sea width=300 height=200 /><use href="#boat"/></svg>`,
    );
    const job = await pressed();
    expect(job).toMatchObject({ state: 'saved', receipt: { output: { format: 'svg' } } });
    const { data, info } = await sharp((await downloadedFiles(stage.browser)).at(-1)?.path)
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number): number[] => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ];
    expect([info.width, info.height]).toEqual([300, 200]);
    expect(at(200, 150)).toEqual([0, 90, 200]);
    expect(at(60, 60)).toEqual([255, 0, 0]);
  });
});

describe('a right-click', () => {
  it('on a stand-in saves what it stands in for', async () => {
    await go(`<img id=it width=600 height=400 src="blur.jpg" data-src="large.jpg">`);
    expect(await saved(await stage.compress(page.locator('#it')))).toBe('640x420');
  });

  it('on a spacer of which the page says nothing says so', async () => {
    await go(
      `<img id=it width=600 height=400 src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">`,
    );
    const before = (await readJobs(stage.browser)).length;
    await chooseMenuItem(stage.browser, page.locator('#it'), 'Compress image');
    expect(await waitForToast(page, /shows a stand-in/)).toMatchObject({ tone: 'error' });
    expect(await readJobs(stage.browser)).toHaveLength(before);
  });

  it('on a data: image that is too long for the menu saves it', async () => {
    // Its pixels are only wrapped: long for its address, and little work.
    const long = await gradient({ width: 1000, height: 760 }).png({ compressionLevel: 0 }).toBuffer();
    expect(long.length).toBeGreaterThan(2_000_000);
    await go(`<img src="small.jpg"><img id=it width=500 src="data:image/png;base64,${long.toString('base64')}">`);
    expect(await saved(await stage.compress(page.locator('#it'), 'Save as JPEG'))).toBe('1000x760');
  });
});

describe('a page that is in the way', () => {
  const notOnHtml = `<script>new MutationObserver(l=>l.forEach(m=>m.addedNodes.forEach(n=>n.nodeType===1&&n!==document.body&&n!==document.head&&n.remove()))).observe(document.documentElement,{childList:true})</script>`;
  const notInBody = `<script>new MutationObserver(l=>l.forEach(m=>m.addedNodes.forEach(n=>n.nodeType===1&&!n.matches('img')&&n.remove()))).observe(document,{childList:true,subtree:true})</script>`;

  it('has the toast elsewhere when it removes what it does not know', async () => {
    await go(`<img id=it src="small.jpg">${notOnHtml}`);
    await stage.compress(page.locator('#it'));
    expect(await waitForToast(page)).toMatchObject({ tone: 'done', title: expect.stringMatching(/small/) });
  });

  it('has its button tell when it lets no toast stay', async () => {
    await go(`<img id=it src="small.jpg">${notInBody}`);
    const job = await stage.compress(page.locator('#it'));
    const popup = await until('the popup', () =>
      stage.browser.context.pages().find((one) => one.url().endsWith('/popup.html')),
    );
    await popup.getByText(job.state === 'saved' ? `${job.fileName}. ` : '?').waitFor();
  });
});
