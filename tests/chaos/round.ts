/**
 * One round: a batch of images in a workspace, a right-click in a page, and a kill in the middle. Afterwards each image is
 * looked for: as a right file in Downloads, in a row that says what went wrong, or in a sentence that counts it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { Job } from '../../lib/core/model/job.ts';
import {
  chooseMenuItem,
  downloadedFiles,
  extensionUrl,
  giveFiles,
  inServiceWorker,
  isEnded,
  readJobs,
  until,
  type Browser,
  type Site,
} from '../driver/index.ts';
import { grain } from '../images/pictures.ts';
import { KILLS, type Kill, type KillName } from './kills.ts';

export interface RoundResult {
  readonly kill: KillName;
  readonly images: number;
  /** A right file in Downloads. */
  readonly right: number;
  /** Lost, and a row or a sentence says so. */
  readonly told: number;
  readonly silent: number;
  /** Ended by an error that is none of the image's. */
  readonly internal: number;
  readonly hung: number;
  /** A file that shows another picture, or the same one twice. */
  readonly wrong: number;
  readonly milliseconds: number;
  /** For whoever looks into it. */
  readonly remarks: readonly string[];
}

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

const BATCH = 12;
/** Nothing changes for this long, and it counts as hung; ms. */
const STANDSTILL = 75_000;

/** Each of a width and a colour of its own, so that a result is known by what it shows. @param scale of 1.4 to 1.6 megapixels' sides */
export async function makePictures(scale = 1): Promise<readonly Picture[]> {
  const noise = await grain({ width: 1800, height: 1200 }, 25).png().toBuffer();
  return Promise.all(
    Array.from({ length: BATCH + 1 }, async (_, index) => {
      const [width, height] = [Math.round(scale * (1400 + 16 * index)), Math.round(scale * 1000)];
      const tint = `hsl(${index * 27} 60% 50%)`;
      const bytes = await sharp({ create: { width, height, channels: 3, background: tint } })
        .composite([{ input: await sharp(noise).resize(width, height).toBuffer(), blend: 'soft-light' }])
        .jpeg({ quality: 92 })
        .toBuffer();
      return { name: `image ${index}.jpg`, width, height, bytes };
    }),
  );
}

export interface RoundOptions {
  readonly browser: Browser;
  readonly site: Site;
  readonly pictures: readonly Picture[];
  /** An empty folder for the files that are chosen. */
  readonly folder: string;
  readonly kill: KillName;
  readonly random: () => number;
}

export async function playRound(options: RoundOptions): Promise<RoundResult> {
  const { browser, site, pictures, folder, kill: name, random } = options;
  const kill: Kill = KILLS[name];
  const started = Date.now();
  const remarks: string[] = [];
  const filesBefore = new Set((await downloadedFiles(browser)).map(({ path }) => path));
  const workspace = await openWorkspace(browser);
  await forgetAll(browser, workspace);

  const [clicked, ...chosen] = pictures;
  if (!clicked) throw new Error('there are no pictures');
  await mkdir(folder, { recursive: true });
  const paths = await Promise.all(
    chosen.map(async (picture) => {
      const path = join(folder, picture.name);
      await writeFile(path, picture.bytes);
      return path;
    }),
  );
  const address = site.answer(clicked.name.replace(' ', '-'), { body: clicked.bytes, contentType: 'image/jpeg' });
  const page = await webPage(browser, site.page('chaos', `<title>Chaos</title><img src="${address}" width="700">`));
  await giveFiles(workspace.locator('[data-picks=files]'), paths);
  await page.bringToFront();
  await chooseMenuItem(browser, page.locator('img'), 'Save as WebP');

  const saveAll = async (view: Page): Promise<void> => {
    const ready = (await readJobs(browser)).filter(({ state }) => state === 'ready' || state === 'unsaved');
    await view.evaluate(
      (jobs) =>
        chrome.runtime
          .sendMessage({ id: 0, type: 'saveJobs', data: { jobs }, timestamp: Date.now() })
          .catch(() => undefined),
      ready.map((job) => ({ id: job.id, fileName: `${started}/${job.name}` })),
    );
  };
  if (kill.at === 'saving') {
    await settled(browser, remarks);
    void saveAll(workspace).catch(() => undefined);
    await delay(random() * 400);
  } else {
    await clickIsTaken(workspace);
    await delay(random() * 3_000);
  }
  await kill.strike({ browser, page, workspace, random, remark: (sentence) => remarks.push(sentence) });

  const view = await openWorkspace(browser);
  const hung = await settled(browser, remarks);
  await saveAll(view);
  await settled(browser, remarks);
  const jobs = await readJobs(browser);
  const files = (await downloadedFiles(browser)).filter(({ path }) => !filesBefore.has(path));
  const seen = await Promise.all(files.map(({ path }) => pictureIn(path, pictures)));

  const right = new Set<Picture>();
  let wrong = 0;
  for (const [index, picture] of seen.entries()) {
    if (picture === null || right.has(picture)) {
      wrong++;
      remarks.push(`wrong: ${files[index]?.path ?? ''}`);
    } else right.add(picture);
  }
  let [inRows, internal] = [0, 0];
  for (const job of jobs) {
    if (job.state !== 'failed') continue;
    remarks.push(`${job.name}: ${job.error.code} ${JSON.stringify(job.error.parameters)}`);
    if (job.error.code === 'internal') internal++;
    else inRows++;
  }
  const lost = pictures.length - right.size - inRows - internal - hung;
  const shownByNone = pictures.filter((picture) => !right.has(picture)).map((picture) => picture.name);
  if (lost > 0) remarks.push(`no file shows: ${shownByNone.join(', ')}`);
  const counted = lost > 0 ? await countedInSentences(view, remarks) : 0;
  const told = inRows + Math.min(Math.max(0, lost), counted);
  if (told > 0 && !kill.mayLose) remarks.push(`lost by "${name}", which may lose nothing`);
  return {
    kill: name,
    images: pictures.length,
    right: right.size,
    told,
    silent: Math.max(0, lost - counted),
    internal,
    hung,
    wrong,
    milliseconds: Date.now() - started,
    remarks,
  };
}

/** The workspace that is there, or a new one. */
async function openWorkspace(browser: Browser): Promise<Page> {
  const url = extensionUrl(browser, 'workspace.html');
  return until(
    'a workspace',
    async () => {
      for (const page of browser.context.pages().filter((each) => each.url().startsWith(url))) {
        const alive = await Promise.race([
          page.evaluate(() => document.readyState === 'complete').catch(() => false),
          delay(3_000, false),
        ]);
        if (alive) return page;
        await page.close().catch(() => undefined);
      }
      const page = await browser.context.newPage();
      await page.goto(url).catch(() => undefined);
      return null;
    },
    { timeout: 60_000, interval: 300 },
  );
}

/**
 * Waits until the right-click has reached the extension. One that the browser has not handed over when the service worker
 * ends is known to nobody; asked of a page, since a question to the service worker would wake it.
 */
async function clickIsTaken(workspace: Page): Promise<void> {
  await until(
    'the right-click to reach the extension',
    () =>
      workspace.evaluate(async () => {
        const notes = Object.keys(await chrome.storage.local.get());
        const jobs = Object.values(await chrome.storage.session.get()).map((job) => JSON.stringify(job));
        return (
          notes.some((key) => key.startsWith('unfinished:fetching:')) || jobs.some((job) => job.includes('pageUrl'))
        );
      }),
    { interval: 2 },
  );
}

async function webPage(browser: Browser, url: string): Promise<Page> {
  const page =
    browser.context.pages().find((each) => each.url().startsWith('http')) ?? (await browser.context.newPage());
  await page.goto(url);
  return page;
}

async function forgetAll(browser: Browser, workspace: Page): Promise<void> {
  await workspace.evaluate(() => chrome.runtime.sendMessage({ id: 0, type: 'purgeAll', timestamp: Date.now() }));
  await until('the list to be empty', async () => (await readJobs(browser)).length === 0);
  // Not the settings: without them the extension takes itself for new at the next start, and greets in a tab in front.
  await inServiceWorker(browser, async () => {
    const keys = Object.keys(await chrome.storage.local.get(null));
    await chrome.storage.local.remove(keys.filter((key) => /^(?:intake|unfinished):/.test(key)));
  });
  await workspace.reload();
}

/** Waits until nothing is left to do, for as long as anything changes. @returns how many jobs stood still */
async function settled(browser: Browser, remarks: string[]): Promise<number> {
  let last = '';
  let since = Date.now();
  for (;;) {
    const jobs = await readJobs(browser);
    const pending = await inServiceWorker(browser, async () =>
      Object.entries(await chrome.storage.local.get()).flatMap(([key, ids]) =>
        key.startsWith('intake:') ? (ids as string[]) : [],
      ),
    );
    const known = new Set<string>(jobs.map(({ id }) => id));
    const waits = pending.filter((id) => !known.has(id)).length;
    const open = jobs.filter((job) => !isEnded(job));
    if (open.length === 0 && waits === 0) return 0;
    const now = JSON.stringify(jobs.map(stateOf)) + waits;
    if (now !== last) [last, since] = [now, Date.now()];
    if (Date.now() - since > STANDSTILL) {
      remarks.push(`hung: ${open.map(stateOf).join(', ')}; ${waits} not taken in`);
      return open.length + waits;
    }
    await delay(300);
  }
}

function stateOf(job: Job): string {
  return `${job.name} ${job.state} ${job.attempt}`;
}

/** Which picture a file shows, by another decoder; null for none of them. */
async function pictureIn(path: string, pictures: readonly Picture[]): Promise<Picture | null> {
  try {
    const { info, data } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    const picture = pictures.find(({ width, height }) => width === info.width && height === info.height);
    if (!picture || data.length === 0) return null;
    const [is, was] = await Promise.all([meanOf(path), meanOf(picture.bytes)]);
    return is.every((value, channel) => Math.abs(value - (was[channel] ?? 0)) < 4) ? picture : null;
  } catch {
    return null;
  }
}

async function meanOf(image: string | Buffer): Promise<number[]> {
  return (await sharp(image).removeAlpha().stats()).channels.map(({ mean }) => mean);
}

/** The images that the panel's sentences count. */
async function countedInSentences(view: Page, remarks: string[]): Promise<number> {
  await view.bringToFront();
  const sentences = view.getByText(
    /is gone for good|(?:was|were) not taken in|(?:was|were) not saved|(?:was|were) cut/,
  );
  await until('a sentence', async () => (await sentences.count()) > 0, { timeout: 10_000 }).catch(() => undefined);
  const texts = await sentences.allInnerTexts();
  remarks.push(...texts);
  return texts.reduce((sum, text) => sum + Number(/(\d+) images?/.exec(text)?.[1] ?? 0), 0);
}
