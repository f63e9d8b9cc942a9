/** Images in frames, stand-ins, and data: URLs that are too long for a menu: what is saved is what is shown. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerPermission,
  chooseMenuItem,
  clickToastAction,
  forgetPermission,
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
import { TRIANGLE_FONT } from '../images/triangle-font.ts';
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

/** A key that a busy window system loses is pressed again: a job begins at once. */
const pressed = (): Promise<Job> =>
  stage.endedJobOf(async () => {
    const before = (await readJobs(stage.browser)).length;
    for (let tries = 3; ; tries--) {
      await press(stage.browser, keys);
      const begun = until('a job to begin', async () => (await readJobs(stage.browser)).length > before, {
        timeout: 15_000,
      });
      if (await begun.catch((thrown: unknown) => tries === 1 && Promise.reject(thrown))) return;
    }
  });

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
    await forgetPermission(stage.browser, 'http://frames.test/*');
    elsewhere.page('inner', '<img src="theirs.jpg">');
    await go(`<iframe width=700 height=500 src="${elsewhere.url('inner')}"></iframe>`);
    await press(stage.browser, keys);
    const toast = await waitForToast(page, /from frames\.test/);
    await answerPermission(stage.browser, 'deny', () =>
      clickToastAction(stage.browser, page, toast.action ?? '', { of: toast }),
    );
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
      // One stroke, as on a pad for signatures: a pixel in 30,000.
      '<canvas width=1600 height=800 style="width:400px" id=c></canvas><script>c.getContext("2d").fillRect(3,3,2,20)</script>',
      '1600x800',
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

  it('draw an inline SVG as the page does, with what it takes from elsewhere in the page and from a file', async () => {
    stage.site.answer('icons.svg', { body: ICON_FILE, contentType: 'image/svg+xml' });
    stage.site.answer('triangle.ttf', { body: TRIANGLE_FONT, contentType: 'font/ttf' });
    stage.site.answer('green.png', image(await gradient({ width: 20, height: 20 }).png().toBuffer(), 'image/png'));
    elsewhere.answer('theirs.css', { body: '.unused{fill:red}', contentType: 'text/css' });
    // Closed to the page's scripts, and no reason to miss the rules that follow.
    const parts = DRAWING_PARTS.replace('<style>', `<style>@import "${elsewhere.url('theirs.css')}";`);
    await page.emulateMedia({ colorScheme: 'dark' });
    const cells = DRAWING_CELLS.map(
      (cell, at) => `<svg x=${(at % 6) * 60} y=${Math.floor(at / 6) * 60} width=60 height=60>${cell}</svg>`,
    );
    const rows = Math.ceil(cells.length / 6);
    await go(`${parts}<svg class=sheet style="width:360px;height:${rows * 60}px">${cells.join('')}</svg>`);
    await page.evaluate(() => document.fonts.ready);
    const markup = (): Promise<string> => page.evaluate(() => document.documentElement.outerHTML);
    const before = await markup();
    const shown = await pixelsOf(await page.locator('svg.sheet').screenshot());
    const job = await pressed();
    expect(job).toMatchObject({ state: 'saved', receipt: { output: { format: 'svg' } } });
    // The file's symbols that nobody uses load nothing.
    expect(stage.site.requests.filter(({ path }) => path.includes('never'))).toEqual([]);
    // Toasts stand outside of the body.
    expect(bodyOf(await markup())).toBe(bodyOf(before));
    const path = (await downloadedFiles(stage.browser)).at(-1)?.path ?? '';
    stage.site.answer('drawn.svg', image(await readFile(path), 'image/svg+xml'));
    await go('<img src="drawn.svg" style="display:block">');
    const drawn = await pixelsOf(await page.locator('img').screenshot());
    await page.emulateMedia({ colorScheme: null });
    expect(drawn.info).toEqual(shown.info);
    expect(cellsThatDiffer(shown, drawn)).toEqual([]);
    // And nothing of it is an empty cell on both sides.
    expect(emptyCells(drawn, cells.length)).toEqual([]);
  });

  it('say that no file can hold what a drawing has in it', async () => {
    await go(
      '<svg width=400 height=300><foreignObject width=400 height=300><canvas width=9 height=9></canvas></foreignObject></svg>',
    );
    await press(stage.browser, keys);
    expect(await waitForToast(page, /A file of this drawing would look different/)).toMatchObject({ tone: 'error' });
  });

  it('say that a part of a drawing is no longer to be had, and save no empty one', async () => {
    const header = { headers: { 'cache-control': 'no-store' } };
    stage.site.answer('once.svg', { body: ICON_FILE, contentType: 'image/svg+xml', ...header });
    await go('<svg width=400 height=300><use href="once.svg#half" fill="red"/></svg>');
    await until('the file to be shown', () =>
      page.evaluate(() => (document.querySelector('use')?.getBBox().width ?? 0) > 0),
    );
    stage.site.answer('once.svg', { status: 404, body: '', ...header });
    const known = (await readJobs(stage.browser)).length;
    await press(stage.browser, keys);
    expect(await waitForToast(page, /A part of this drawing is on/)).toMatchObject({ tone: 'error' });
    expect(await readJobs(stage.browser)).toHaveLength(known);
  });
});

const ICON_FILE = `<svg xmlns="http://www.w3.org/2000/svg"><style>.lime{fill:lime}</style>
  <linearGradient id="fade"><stop stop-color="red"/><stop offset="1" stop-color="currentColor"/></linearGradient>
  <symbol id="half" viewBox="0 0 10 10"><rect width="5" height="10" class="lime"/><circle cx="7" cy="5" r="2"/></symbol>
  <symbol id="deep" viewBox="0 0 10 10"><rect width="10" height="5" fill="var(--tone, red)"/><use href="#ball" fill="teal"/>
  <path d="M1 8.5h8" stroke="url(#fade)" stroke-width="2"/><rect y="6" width="5" height="3" fill="url(#fade)"/></symbol><g id="ball"><circle cx="5" cy="5" r="2"/></g>
  <symbol id="pictured" viewBox="0 0 60 60"><image href="green.png" width="40" height="40"/></symbol>
  <symbol id="unused"><image href="never.png"/><use href="never.svg#x"/><foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="never.jpg"/></foreignObject></symbol></svg>`;

/** Sheets hidden in the ways that sites hide them, and styles by which a sprite looks other than where it stands. */
const DRAWING_PARTS = `<style>
  *{transition:all .3s} body{font-family:"DejaVu Serif",serif;line-height:2;color:#321}
  .unseen{visibility:hidden;color:brown;fill:maroon;position:absolute;width:0;height:0}
  #two path{fill:currentColor} #toned rect{fill:var(--tone, black)} #toned circle{fill:black}
  .white{fill:#fff;color:#06c} .tone{--tone:orange;fill:green}
  .box{fill:purple;width:30px;height:30px} .half{opacity:.5} .morph path{d:path("M5 5 L55 5 L30 55 Z")}
  .turned{transform:rotate(20deg);transform-box:fill-box;transform-origin:center}
  .mode{fill:gray} @media (prefers-color-scheme: dark){.mode{fill:rgb(100,120,255)}}
  @font-face{font-family:"Tri";src:url(triangle.ttf)} .tri{font:40px Tri}
  .label{font:700 13px "DejaVu Sans",sans-serif;color:#b00;text-align:center;padding:4px;line-height:1.2;background:#ffd} .label p{margin:0} .label b{color:green}
  .icon{width:60px;height:60px;background:url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'%3E%3Crect width='2' height='1' fill='rgb(0,0,200)'/%3E%3C/svg%3E")}
  </style><svg style="display:none"><symbol id="one" viewBox="0 0 24 24"><path d="M4 4h16v16h-16z"/></symbol></svg>
  <svg class=unseen><symbol id="two" viewBox="0 0 24 24"><path d="M4 4h16v16H4z"/></symbol><symbol id="toned" viewBox="0 0 24 24"><rect width="12" height="24"/><circle cx="18" cy="12" r="5"/></symbol>
  <symbol id="nest" viewBox="0 0 24 24"><use href="#one" x="2" y="2" width="10" height="10" fill="red"/><use href="#two" x="12" y="12" width="10" height="10"/></symbol></svg>
  <svg width=0 height=0 style="position:absolute;color:blue"><linearGradient id="g1"><stop stop-color="gold"/><stop offset="1" stop-color="currentColor"/></linearGradient><linearGradient id="g2" href="#g1" x2="0" y2="1"/>
  <clipPath id="clip"><circle cx="30" cy="30" r="25"/></clipPath><mask id="mask"><rect width="30" height="60" fill="white"/></mask><filter id="blur"><feGaussianBlur stdDeviation="3"/></filter>
  <pattern id="dots" width="10" height="10" patternUnits="userSpaceOnUse"><use href="#dot" fill="navy"/></pattern><circle id="dot" cx="5" cy="5" r="3"/>
  <marker id="tip" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="4" markerHeight="4"><path d="M0 0L10 5L0 10z" fill="context-stroke"/></marker>
  <linearGradient id="same"><stop stop-color="lime"/></linearGradient></svg>`;

const DRAWING_CELLS = [
  '<g class=white><rect width=60 height=60 fill=navy /><use href="#one"/></g>',
  '<g style="color:#0a0"><use xlink:href="#two"/></g>',
  '<g class=tone><use href="#toned"/></g><use href="#toned" x=30 width=30 height=30 fill=red style="--tone:blue"/>',
  '<g fill=green color=red><use href="#nest" x=5 y=5 width=50 height=50 /></g>',
  '<rect width=60 height=60 fill="url(#g2)"/>',
  '<rect width=60 height=60 fill=red clip-path="url(#clip)" mask="url(#mask)"/>',
  '<rect x=15 y=15 width=30 height=30 style="filter:url(#blur)"/>',
  '<g fill=lime><rect width=60 height=60 fill="url(#dots)"/></g>',
  '<path d="M10 10L50 50" stroke=red stroke-width=3 marker-end="url(#tip)"/>',
  '<linearGradient id=same><stop stop-color=red /></linearGradient><rect width=60 height=60 fill="url(#same)"/>',
  '<defs><g id=own><circle cx=15 cy=15 r=10 /><circle cx=15 cy=15 r=5 fill=currentColor /></g></defs><use href="#own" fill=red /><use href="#own" x=30 y=30 fill=blue color=yellow />',
  '<rect width=60 height=60 fill=#246 /><use href="icons.svg#half" class=white />',
  '<use href="icons.svg#deep" style="--tone:rgb(200,100,0)"/>',
  '<g class=half><g class=half><rect class=box /></g></g>',
  '<g class=morph><path d="m1 1h5v5z"/></g>',
  '<path d="m10 10h35v35zm5 5l5-5"/>',
  '<rect class=turned x=15 y=15 width=30 height=20 /><rect width=5 height=5 transform="translate(3 3) rotate(20)"/>',
  '<rect class=mode width=60 height=60 />',
  '<text class=tri x=10 y=50>A</text>',
  '<text x=2 y=35>Te<tspan font-weight=bold>xt</tspan></text>',
  '<foreignObject width=60 height=60><div class=label><p>A <b>label</b></p></div></foreignObject>',
  '<image href="green.png" width=30 height=30 /><image href="green.png" x=30 y=30 width=20 height=20 />',
  '<use href="icons.svg#pictured"/>',
  '<foreignObject width=60 height=60><div class=icon></div></foreignObject>',
  '<a href="//"><rect width=60 height=30 fill=olive /></a><use href="http://[#x"/><rect y=30 width=60 height=30 fill="url(http://[#x) teal"/>',
];

interface Raw {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number };
}

async function pixelsOf(png: Buffer): Promise<Raw> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, info: { width: info.width, height: info.height } };
}

const bodyOf = (html: string): string => html.slice(html.indexOf('<body'), html.indexOf('</body>'));

/** Cells of which more than some pixels of edges differ. */
function cellsThatDiffer(one: Raw, other: Raw): string[] {
  const counts = new Map<number, number>();
  one.data.forEach((value, at) => {
    if (Math.abs(value - (other.data[at] ?? 0)) <= 64) return;
    const cell = cellOf(at, one.info.width);
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  });
  return [...counts].filter(([, count]) => count > 24).map(([cell, count]) => `${DRAWING_CELLS[cell]}: ${count}`);
}

function emptyCells({ data, info }: Raw, count: number): number[] {
  const full = new Set<number>();
  data.forEach((value, at) => value < 200 && full.add(cellOf(at, info.width)));
  return Array.from({ length: count }, (_, cell) => cell).filter((cell) => !full.has(cell));
}

function cellOf(at: number, width: number): number {
  const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
  return Math.floor(y / 60) * 6 + Math.floor(x / 60);
}

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
    const of = await stage.compress(page.locator('#it'));
    expect(await waitForToast(page, null, { of })).toMatchObject({
      tone: 'done',
      title: expect.stringMatching(/small/),
    });
  });

  it('is not waited for while its HTML, or that of a frame in it, does not end', async () => {
    stage.site.answer('never.js', { hang: true });
    const frame = stage.site.page('still', '<p>Still</p><script src="never.js"></script>');
    const html = `<img id=it src="small.jpg"><iframe src="${frame}"></iframe><p>More</p><script src="never.js"></script>`;
    await page.goto(stage.site.page('loading', html), { waitUntil: 'commit' });
    await page.locator('p').waitFor();
    await focusPage(page);
    expect(await saved(await stage.compress(page.locator('#it')))).toBe('320x210');
    expect(await waitForToast(page)).toMatchObject({ tone: 'done' });
    expect(await saved(await pressed())).toBe('320x210');
    expect(await page.evaluate(() => document.readyState)).toBe('loading');
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
