/** Ways to images that the browser's menu has no item for: the overlay, links, and all images of a page at once. */
import sharp from 'sharp';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerPermission,
  chooseMenuItem,
  clickAt,
  clickToastAction,
  downloadedFiles,
  focusPage,
  openPopup,
  press,
  readJobs,
  serve,
  shortcutOf,
  until,
  waitForJob,
  waitForToast,
  type Site,
} from '../driver/index.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';
import type { Job } from '../../lib/core/model/job.ts';

const PAGE_MENU = [
  'Pick an image to compress…',
  'Compress images on this page…',
  'Compress the chosen file',
  'Insert a compressed image…',
  'Compress what I upload on this site',
];

const ON_PAGE = { items: PAGE_MENU, below: 2 };

let stage: Stage;
let elsewhere: Site;
let page: Page;

beforeAll(async () => {
  stage = await openStage();
  elsewhere = await serve(null, { host: 'frames.test' });
  // Each picture has a size of its own: what is saved tells which one it was.
  for (const [name, width, height] of [
    ['small', 320, 210],
    ['large', 640, 420],
    ['huge', 1280, 840],
  ] as const)
    stage.site.answer(`${name}.jpg`, image(await photographAs('jpeg', { quality: 95 }, width, height), 'image/jpeg'));
  elsewhere.answer('theirs.jpg', image(await photographAs('jpeg', { quality: 95 }, 500, 300), 'image/jpeg'));
  const open = await photographAs('jpeg', { quality: 95 }, 510, 310);
  elsewhere.answer('open.jpg', image(open, 'image/jpeg', { cors: true }));
  page = (await stage.show('data:,')).page();
});
afterAll(async () => {
  await stage.close();
  await elsewhere.close();
});

async function go(html: string): Promise<void> {
  await page.goto(stage.site.page('case', `<!doctype html><title>Case</title><body style="margin:0">${html}`));
  await page.bringToFront();
  await focusPage(page);
}

/** The size of the picture in the newest file, as a decoder of its own reads it. */
async function saved(job: Job): Promise<string> {
  if (job.state !== 'saved') return `${job.state} ${'error' in job ? job.error.code : ''}`;
  const { width, height } = await sharp((await downloadedFiles(stage.browser)).at(-1)?.path).metadata();
  return `${width}x${height}`;
}

async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  const { x = 0, y = 0, width = 0, height = 0 } = (await target.boundingBox()) ?? {};
  return { x: x + width / 2, y: y + height / 2 };
}

/** The overlay is in a closed root: that it is there is seen by what is under the pointer, which a toast never is. */
const hasOverlay = (): Promise<boolean> =>
  page.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.matches('html > [popover]') === true);

describe('the overlay', () => {
  it('takes what the browser’s menu does not see, by the pointer', async () => {
    const keys = await shortcutOf(stage.browser, 'pick-image');
    const heard =
      'window.heard=[];for(const t of ["click","mousedown","pointerdown","keydown"])addEventListener(t,e=>heard.push(t),true)';
    await go(
      `<script>${heard}</script><img src="large.jpg" style="display:block"><div id=it style="width:300px;height:200px;background:url(small.jpg)"></div>`,
    );
    const job = await stage.endedJobOf(async () => {
      await press(stage.browser, keys);
      await until('the overlay', hasOverlay);
      await page.evaluate(() => ((window as unknown as { heard: string[] }).heard.length = 0));
      await clickAt(stage.browser, page, await middleOf(page.locator('#it')));
    });
    expect(await saved(job)).toBe('320x210');
    expect(await hasOverlay()).toBe(false);
    // Nothing of it is the page's business.
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([]);
  });

  it('is worked by keys, takes the largest file with Shift, and Escape leaves', async () => {
    const keys = await shortcutOf(stage.browser, 'pick-image');
    await go('<img src="small.jpg" srcset="small.jpg 320w, huge.jpg 1280w" sizes="320px" width=320 height=210>');
    await press(stage.browser, keys);
    await until('the overlay', hasOverlay);
    const before = (await readJobs(stage.browser)).length;
    await press(stage.browser, 'Escape');
    await until('the overlay to go', async () => !(await hasOverlay()));
    expect(await readJobs(stage.browser)).toHaveLength(before);
    const job = await stage.endedJobOf(async () => {
      await press(stage.browser, keys);
      await until('the overlay', hasOverlay);
      await press(stage.browser, 'ArrowDown', 'Shift+Enter');
    });
    expect(await saved(job)).toBe('1280x840');
  });

  it('opens from the menu on the page, and reaches into frames and under what takes the pointer', async () => {
    stage.site.page('inner', '<body style="margin:0"><img id=it src="small.jpg"><div style="position:fixed;inset:0">');
    await go('<p id=words style="margin:60px">ViewTexts</p><iframe src="inner" width=400 height=300></iframe>');
    const job = await stage.endedJobOf(async () => {
      await chooseMenuItem(stage.browser, page.locator('#words'), PAGE_MENU[0] ?? '', ON_PAGE);
      await until('the overlay', hasOverlay);
      await clickAt(stage.browser, page, await middleOf(page.frameLocator('iframe').locator('#it')));
    });
    expect(await saved(job)).toBe('320x210');
    await until('the overlay to go', async () => !(await hasOverlay()));
  });
});

it('the overlay and a toast are within a modal dialog of a shadow tree, beside which all is inert', async () => {
  const keys = await shortcutOf(stage.browser, 'pick-image');
  await go(
    `<div id=host></div><script>window.root = host.attachShadow({ mode: 'closed' });
     root.innerHTML = '<dialog><button>One</button><img src="small.jpg" style="display:block"></dialog>';
     root.querySelector('dialog').showModal();</script>`,
  );
  const inRoot = <T>(read: (root: ShadowRoot) => T): Promise<T> =>
    page.evaluate(`(${read.toString()})(window.root)`) as Promise<T>;
  const covered = (): Promise<boolean> =>
    inRoot((root) => root.elementFromPoint(innerWidth / 2, innerHeight / 2)?.matches('[popover]') === true);
  // Whatever has the focus, Escape leaves, and the page's own dialog stays.
  await press(stage.browser, keys);
  await until('the overlay', covered);
  await inRoot((root) => root.querySelector('button')?.focus());
  await press(stage.browser, 'Escape');
  await until('the overlay to go', async () => !(await covered()));
  expect(await inRoot((root) => root.querySelector('dialog')?.open)).toBe(true);
  const job = await stage.endedJobOf(async () => {
    await press(stage.browser, keys);
    await until('the overlay', covered);
    const box = await inRoot((root) => {
      const { x, y, width, height } = (root.querySelector('img') as Element).getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    });
    await clickAt(stage.browser, page, box);
  });
  expect(await saved(job)).toBe('320x210');
  await until('the toast in the dialog', () => inRoot((root) => root.querySelector('dialog > [popover]') !== null));
  await inRoot((root) => root.querySelector('dialog')?.close());
  await until('the toast in the page', () => page.evaluate(() => document.querySelector('html > [popover]') !== null));
});

it('the menu on a link takes the image that it leads to', async () => {
  await go('<a id=it href="large.jpg" style="font-size:40px">The large one</a>');
  const items = ['Compress the linked image'];
  const job = await stage.endedJobOf(() =>
    chooseMenuItem(stage.browser, page.locator('#it'), items[0] ?? '', { items }),
  );
  expect(await saved(job)).toBe('640x420');
});

it('a press on a toast counts where the page stops every click', async () => {
  const types = '["click","mousedown","mouseup","pointerdown","pointerup","keydown","keyup","touchstart","touchend"]';
  await go(
    `<script>for(const t of ${types})addEventListener(t,e=>{e.stopImmediatePropagation();e.preventDefault()},true)</script>
     <img id=it src="${elsewhere.url('theirs.jpg')}">`,
  );
  const of = await stage.compress(page.locator('#it'));
  const toast = await waitForToast(page, /only with your permission/, { of });
  await clickToastAction(stage.browser, page, toast.otherAction ?? '', { of });
  await waitForJob(stage.browser, 'what is shown', ({ id, state }) => id === of.id && state === 'saved');
});

it('an image that only a frame has is had by the keys, though the frame is of another site and shut off', async () => {
  elsewhere.page(
    'blob',
    `<script>fetch("open.jpg").then(a=>a.blob()).then(b=>{const i=new Image;i.src=URL.createObjectURL(b);document.body.append(i)})</script><body>`,
  );
  await go(`<iframe width=700 height=500 sandbox="allow-scripts" src="${elsewhere.url('blob')}"></iframe>`);
  const keys = await shortcutOf(stage.browser, 'compress-image-in-view');
  await until('the frame', () => page.frames().some((frame) => frame.url().endsWith('/blob')));
  await press(stage.browser, keys);
  const toast = await waitForToast(page, /from frames\.test|only with your permission/);
  const job = await stage.endedJobOf(() =>
    answerPermission(stage.browser, 'allow', () => clickToastAction(stage.browser, page, toast.action ?? '')),
  );
  expect(await saved(job)).toBe('510x310');
});

describe('all images of a page', () => {
  const view = async (before: ReadonlySet<Page>): Promise<Page> =>
    until('the view', () =>
      stage.browser.context.pages().find((one) => !before.has(one) && one.url().includes('workspace.html#page=')),
    );

  it('are listed with their weight, compressed together, and reckoned again', async () => {
    stage.site.page('framed', '<img src="huge.jpg" width=100>');
    await go(
      `<p id=words>ViewTexts</p><img src="large.jpg" width=320><img src="small.jpg" width=320 height=210><div style="display:none"><img src="hidden.jpg"></div>
       <canvas width=200 height=100></canvas><script>document.querySelector("canvas").getContext("2d").fillRect(9,9,99,60)</script>
       <iframe src="framed"></iframe>`,
    );
    const before = new Set(stage.browser.context.pages());
    await chooseMenuItem(stage.browser, page.locator('#words'), PAGE_MENU[1] ?? '', ON_PAGE);
    const list = await view(before);
    await list.getByText(/4 images, .* in all/).waitFor();
    const rows = list.getByRole('listitem');
    // In the order of their weight, once each is known.
    await expect
      .poll(() => rows.allInnerTexts())
      .toEqual([
        expect.stringMatching(/huge\.jpg[^]*JPEG, 1280 × 840 px, shown at 100 × 66[^]*MB|kB/),
        expect.stringContaining('large.jpg'),
        expect.stringContaining('small.jpg'),
        expect.stringContaining('Canvas'),
      ]);
    // Small pictures, of what the page has.
    await until('the thumbnails', async () => (await rows.locator('img[src^="data:image/webp"]').count()) === 4);
    // The boxes are as they are chosen, by a real pointer.
    const boxes = (): Promise<boolean[]> =>
      list.getByRole('checkbox').evaluateAll((all) => all.map((box) => (box as HTMLInputElement).checked));
    await rows.nth(0).getByRole('checkbox').click();
    expect(await boxes()).toEqual([false, true, false, false, false]);
    await rows
      .nth(2)
      .getByRole('checkbox')
      .click({ modifiers: ['Shift'] });
    expect(await boxes()).toEqual([false, true, true, true, false]);
    await list.getByRole('checkbox', { name: /^4 images/ }).click();
    expect(await boxes()).toEqual([true, true, true, true, true]);
    await list.getByRole('button', { name: 'Compress 4 images' }).click();
    await list.getByText(/with the 4 that were compressed/).waitFor({ timeout: 90_000 });
    const jobs = (await readJobs(stage.browser)).filter(({ delivery }) => delivery === 'hold');
    expect(jobs.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'ready']);
    expect(
      jobs.flatMap((job) => ('receipt' in job ? `${job.receipt.input.width}x${job.receipt.input.height}` : [])).sort(),
    ).toEqual(['1280x840', '200x100', '320x210', '640x420']);
    await list.getByRole('button', { name: 'Copy report (CSV)' }).click();
    await list.getByText('Copied').first().waitFor();
    // A result goes into the page's upload field, and where there is none, onto what takes drops.
    const [job] = jobs.filter((one) => 'receipt' in one && one.receipt.output.format === 'jpeg');
    if (!job || !('receipt' in job) || job.origin.kind !== 'page') throw new Error('no result');
    const data = { id: job.id, tabId: job.origin.tabId };
    const use = (): Promise<unknown> =>
      list.evaluate((message) => chrome.runtime.sendMessage(message) as Promise<unknown>, {
        id: 0,
        type: 'useInPage',
        timestamp: 0,
        data,
      });
    await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<input type=file id=field><p class=dropzone id=zone>Drop</p>');
      const zone = document.querySelector('#zone');
      zone?.addEventListener('dragover', (event) => event.preventDefault());
      zone?.addEventListener('drop', (event) => {
        zone.textContent = String((event as DragEvent).dataTransfer?.files[0]?.size);
      });
    });
    await use();
    const { bytes } = job.receipt.output;
    const inField = await page.locator('#field').evaluate((field) => (field as HTMLInputElement).files?.[0]?.size);
    expect(inField).toBe(bytes);
    await page.locator('#field').evaluate((field) => field.remove());
    await use();
    expect(await page.locator('#zone').innerText()).toBe(String(bytes));
    await list.close();
  });

  it('open from the popup’s button, of whatever kind they are', async () => {
    const spacer = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
    await go(
      `<link rel=icon href="icon.png"><meta property="og:image:secure_url" content="preview.jpg"><style>#b::before{content:url(before.png)}</style>
       <img src="small.jpg"><img src="${elsewhere.url('open.jpg')}" width=90><img src="${elsewhere.url('theirs.jpg')}" width=91>
       <ul><li style="list-style-image:url(bullet.png)">item</li></ul><b id=b>words</b>
       <div style="width:50px;height:50px;background:image-set(url(one.jpg) 1x, url(two.jpg) 2x)"></div>
       <div style="width:50px;height:50px;background:red;-webkit-mask-image:url(mask.png)"></div>
       <div style="width:50px;height:50px" data-bg="later.jpg"></div><div data-background="dark"></div>
       <object data="object.png" type="image/png"></object><embed src="embed.png" type="image/png">
       <svg width=50 height=50><image href="drawn.png" width=50 height=50 /></svg><svg width=50 height=50><circle r=20 /></svg>
       <video poster="poster.jpg" width=50></video><video data-poster="poster2.jpg" width=50></video>
       <picture><source srcset="large.jpg 1x, huge.jpg 2x"><img src="small.jpg" width=50></picture>
       <img src="${spacer}" data-src="lazy.jpg" width=50 height=50><input type=image src="button.png" width=50 height=50>
       <p id=box></p><script>box.attachShadow({ mode: 'closed' }).innerHTML = '<img src="small.jpg?closed" width=50>'</script>`,
    );
    const before = new Set(stage.browser.context.pages());
    const popup = await openPopup(stage.browser);
    before.add(popup);
    await popup.getByRole('button', { name: 'Compress images on this page…' }).click();
    const list = await view(before);
    await list.getByText(/^\d+ images, /).waitFor();
    const tabId = Number(new URL(list.url()).hash.replace('#page=', ''));
    const answer = await list.evaluate(
      (id) =>
        chrome.runtime.sendMessage({ id: 0, type: 'listPage', timestamp: 0, data: { tabId: id } }) as Promise<{
          res: { value: { frames: { images: { kind: string; url: string; largest: string }[] }[] } };
        }>,
      tabId,
    );
    const name = (url: string): string => url.split('/').at(-1) ?? '';
    const kinds = answer.res.value.frames.flatMap(({ images }) =>
      images.map(({ kind, url, largest }) => [kind, name(url), name(largest)].filter(Boolean).join(' ')),
    );
    expect(kinds.sort()).toEqual(
      [
        ...[
          'icon icon.png',
          'preview preview.jpg',
          'img small.jpg',
          'img open.jpg',
          'img theirs.jpg',
          'input button.png',
        ],
        ...['background bullet.png', 'background before.png', 'background one.jpg two.jpg', 'background mask.png'],
        ...['background later.jpg', 'object object.png', 'object embed.png', 'svg-image drawn.png', 'svg'],
        ...[
          'poster poster.jpg',
          'poster poster2.jpg',
          'img large.jpg huge.jpg',
          'img lazy.jpg',
          'img small.jpg?closed',
        ],
      ].sort(),
    );
    // What another site lets nobody read, the browser keeps: its row has no picture, and nothing is asked for.
    const rowOf = (text: string): Locator => list.getByRole('listitem').filter({ hasText: text });
    await rowOf('open.jpg').locator('img').waitFor();
    expect(await rowOf('theirs.jpg').locator('img').count()).toBe(0);
    await list.close();
  });
});
