/** What a page shows and a second request does not simply get. Each picture has a size of its own, so that a mix-up is seen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../lib/core/model/job.ts';
import { downloadedFiles, serve, until, waitForToast, type Answer, type Reply, type Site } from '../driver/index.ts';
import { openStage, photographAs, readPicture, type Stage } from './stage.ts';

let stage: Stage;
/** Another site, by a name, so that it is no private address. */
let cdn: Site;
let secure: Site;

beforeAll(async () => {
  [stage, cdn, secure] = await Promise.all([
    openStage({ switches: ['--ignore-certificate-errors'] }),
    serve(null, { host: 'cdn.test' }),
    serve(null, { host: 'secure.test', protocol: 'http2' }),
  ]);
});
afterAll(async () => {
  await stage.close();
  await Promise.all([cdn.close(), secure.close()]);
});

interface Picture {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly reply: Reply;
}

const PLACEHOLDER = { width: 99, height: 60 };
const CACHED = { 'cache-control': 'max-age=600' };
let width = 500;

async function picture(format: 'jpeg' | 'webp' = 'jpeg', height = 300): Promise<Picture> {
  const size = { width: (width += 2), height };
  const body = await photographAs(format, { quality: 95 }, size.width, size.height);
  return { path: `picture-${size.width}`, ...size, reply: { body, contentType: `image/${format}` } };
}

async function placeholder(): Promise<Reply> {
  const { width: wide, height } = PLACEHOLDER;
  return { body: await photographAs('jpeg', {}, wide, height), contentType: 'image/jpeg' };
}

/** Compresses what the page shows at `url`, once it is shown. */
async function compress(url: string, site: Site = stage.site): Promise<Job> {
  const shown = await stage.show(url, { site });
  await until('the page to show its image', () =>
    shown.evaluate((element) => element instanceof HTMLImageElement && element.complete),
  );
  return stage.compress(shown);
}

async function expectSaved(job: Job, { width: wide, height }: Pick<Picture, 'width' | 'height'>): Promise<void> {
  expect(job).toMatchObject({ state: 'saved' });
  const file = (await downloadedFiles(stage.browser)).at(-1);
  expect(await readPicture(stage, file?.path ?? '')).toMatchObject({ width: wide, height });
}

const header = (request: Parameters<Extract<Answer, (...args: never[]) => unknown>>[0], name: string): string =>
  String(request.headers[name] ?? '');

describe('an image of the page’s own site', () => {
  it('that is given once comes from the cache, without another request', async () => {
    const one = await picture();
    const url = stage.site.answer(one.path, (_request, before) =>
      before === 0 ? { ...one.reply, headers: CACHED } : { status: 410, body: 'gone' },
    );
    await expectSaved(await compress(url), one);
    expect(stage.site.requests.filter(({ path }) => path === `/${one.path}`)).toHaveLength(1);
  });

  it('that needs a cookie gets it', async () => {
    const one = await picture();
    const url = stage.site.answer(one.path, (request) =>
      header(request, 'cookie').includes('member=1') ? one.reply : { status: 401, body: 'sign in' },
    );
    await stage.show(stage.site.answer('sign-in', { body: '', headers: { 'set-cookie': 'member=1; Path=/' } }));
    await until('the cookie', async () => stage.site.requests.some(({ path }) => path === '/sign-in'));
    await expectSaved(await compress(url), one);
  });

  it('that its service worker makes is had from the service worker', async () => {
    const one = await picture();
    const body = Buffer.from(one.reply.body as Uint8Array).toString('base64');
    stage.site.answer('made/worker.js', {
      contentType: 'text/javascript',
      body: `addEventListener('fetch', (event) => { if (event.request.url.endsWith('/made/picture')) event.respondWith(new Response(
        Uint8Array.from(atob('${body}'), (c) => c.charCodeAt(0)), { headers: { 'content-type': 'image/jpeg' } })); });
        addEventListener('activate', (event) => event.waitUntil(clients.claim()));`,
    });
    const page = await stage.browser.open(
      stage.site.page(
        'made/page',
        `<title>Made</title><script>navigator.serviceWorker.register('worker.js').then(() => navigator.serviceWorker.ready).then(() => {
          const add = () => { const image = new Image(400); image.src = 'picture'; document.body.append(image); };
          navigator.serviceWorker.controller ? add() : navigator.serviceWorker.addEventListener('controllerchange', add); });</script><body>`,
      ),
    );
    await page.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
    await expectSaved(await stage.compress(page.locator('img')), one);
    await page.close();
  });

  it('that comes with 404 is saved as it is shown', async () => {
    const one = await picture();
    await expectSaved(await compress(stage.site.answer(one.path, { ...one.reply, status: 404 })), one);
  });

  it.each<[string, Reply]>([
    ['another format', { headers: { vary: 'accept' } }],
    ['406', { status: 406, body: 'no', contentType: 'text/plain' }],
  ])('that is negotiated is the WebP of the page, where others get %s', async (_what, otherwise) => {
    const [webp, jpeg] = [await picture('webp'), await picture()];
    const url = stage.site.answer(webp.path, (request) =>
      header(request, 'accept').includes('image/webp')
        ? { ...webp.reply, headers: { vary: 'accept' } }
        : { ...jpeg.reply, ...otherwise },
    );
    const job = await compress(url);
    await expectSaved(job, webp);
    expect(job).toMatchObject({ receipt: { input: { format: 'webp' } } });
  });

  it('is asked for again where the connection broke', async () => {
    const one = await picture();
    const url = stage.site.answer(one.path, (_request, before) =>
      before === 1 ? { ...one.reply, breakAfter: 1000 } : one.reply,
    );
    await expectSaved(await compress(url), one);
  });

  it('that is only given to an image element, and never stored, is told as refused', async () => {
    const one = await picture();
    const url = stage.site.answer(one.path, (request) =>
      header(request, 'sec-fetch-dest') === 'image' ? one.reply : { status: 403, body: 'no' },
    );
    const job = await compress(url);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'http-status', parameters: { status: 403 } } });
  });

  it('that comes as another picture the second time is not saved', async () => {
    const [one, small] = [await picture(), await placeholder()];
    const url = stage.site.answer(one.path, (_request, before) => (before === 0 ? one.reply : small));
    const before = (await downloadedFiles(stage.browser)).length;
    const job = await compress(url);
    expect(job).toMatchObject({
      state: 'failed',
      error: {
        code: 'another-picture',
        parameters: { ...PLACEHOLDER, shownWidth: one.width, shownHeight: one.height },
      },
    });
    expect(await downloadedFiles(stage.browser)).toHaveLength(before);
  });

  it('whose srcset has a density is known by its true size', async () => {
    const one = await picture();
    const url = stage.site.answer(one.path, one.reply);
    const page = await stage.browser.open(
      stage.site.page('dense', `<title>Dense</title><img width="400" srcset="${url} 2.5x">`),
    );
    await page.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
    await expectSaved(await stage.compress(page.locator('img')), one);
    await page.close();
  });
});

describe('a redirect of the page’s own site', () => {
  it('to a host that lets everybody read is followed', async () => {
    const one = await picture();
    const target = cdn.answer(one.path, { ...one.reply, cors: true });
    await expectSaved(await compress(stage.site.answer('moved', { redirect: target })), one);
  });

  it('from http to https is followed', async () => {
    const one = await picture();
    const target = secure.answer(one.path, { ...one.reply, cors: true });
    await expectSaved(await compress(stage.site.answer('secured', { redirect: target })), one);
  });

  it('to a host that lets nobody read is told as what it is, without a probe', async () => {
    const one = await picture();
    const target = cdn.answer(one.path, one.reply);
    const url = stage.site.answer('moved-away', { redirect: target });
    expect(await compress(url)).toMatchObject({ state: 'failed', error: { code: 'redirected' } });
  });

  it('in a circle is told as what the page does not show either', async () => {
    const url = stage.site.answer('circle', { redirect: stage.site.url('circle') });
    const shown = await stage.show(url);
    await until('the page to give up', () =>
      shown.evaluate((element) => element instanceof HTMLImageElement && element.complete),
    );
    const job = await stage.compress(shown);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'not-shown' } });
    expect(await waitForToast(shown.page(), /to the page either/, { of: job })).toMatchObject({ tone: 'error' });
  });
});

describe('an image of another site', () => {
  it('that wants the page’s Referer gets it', async () => {
    const one = await picture();
    const url = cdn.answer(one.path, (request) =>
      header(request, 'referer').startsWith(stage.site.origin)
        ? { ...one.reply, cors: true }
        : { status: 403, body: 'no', cors: true },
    );
    await expectSaved(await compress(url), one);
  });

  it('that refuses the Referer of other sites is had where its element sends none', async () => {
    const one = await picture();
    const url = cdn.answer(one.path, (request) =>
      header(request, 'referer') === ''
        ? { ...one.reply, cors: true, headers: { 'cache-control': 'no-store' } }
        : { status: 403, body: 'no', cors: true },
    );
    await expectSaved(await compress(`${url}" referrerpolicy="no-referrer`), one);
  });

  it.each<[string, Record<string, string>]>([
    ['never stored', {}],
    ['stored without a word who may read it', CACHED],
  ])('that lets exactly the page’s origin read it is had, %s', async (_what, headers) => {
    const one = await picture();
    const url = cdn.answer(one.path, (request) => {
      const origin = header(request, 'origin');
      return { ...one.reply, headers, ...(origin === stage.site.origin && { cors: origin }) };
    });
    await expectSaved(await compress(url), one);
  });

  it('that lets exactly the page’s origin read it, with cookies, is had', async () => {
    const one = await picture();
    const url = cdn.answer(one.path, (request) => ({
      ...(header(request, 'cookie').includes('seen=1') || header(request, 'origin') === ''
        ? one.reply
        : { status: 401, body: 'who?' }),
      cors: stage.site.origin,
      headers: { 'access-control-allow-credentials': 'true', 'set-cookie': 'seen=1; Path=/' },
    }));
    // http and another site: Chromium sends no cookie there, so the page is asked as far as it goes and no further.
    const job = await compress(url);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'http-status', parameters: { status: 401 } } });
  });
});

it('no server ever hears that the extension is there', () => {
  for (const site of [stage.site, cdn, secure])
    for (const { headers } of site.requests) expect(JSON.stringify(headers)).not.toContain('chrome-extension');
});
