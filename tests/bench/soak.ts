/**
 * Half an hour of use without a pause: right-clicks on a page, batches of all kinds of files in the workspace, ZIPs, cancelled
 * batches, popups, a service worker that is stopped, and idle minutes. Each file on the disk is decoded, or it is no result. Every so
 * often the heaps after garbage collection, the resident memory of the extension's processes and the time that a round took are noted.
 *
 *   npm run bench -- soak [--minutes 30] [--json FILE]
 *
 * Ends with an error when a file is missing or does not decode, when what should fail does not say so, when records or bytes are held
 * at the end, or when the heaps at the end stand more than 10 % over those after the first five minutes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import {
  chooseMenuItem,
  downloadedFiles,
  giveFiles,
  openPopup,
  press,
  readJobs,
  serve,
  stopServiceWorker,
  until,
  waitForDownloads,
} from '../driver/index.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { image, photograph, photographAs, vaultRecords } from '../e2e/stage.ts';
import { unzipped } from '../unzip.ts';
import { bytesInUse } from './figures/heaps.ts';
import { median } from './figures/median.ts';
import { residentMegabytes } from './figures/resident.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, json: { type: 'string' } } });
const length = Number(values.minutes) * 60_000;
/** ms from one look at the heaps to the next. */
const LOOK_EVERY = Math.min(150_000, length / 6);
/** Share by which the heaps may have grown. */
const MOST_GROWTH = 0.1;

const stage = await openPanelStage();
const site = await serve(null);
const { browser } = stage;
const looks: Record<string, number>[] = [];
const rounds: number[] = [];
const faults: string[] = [];
const counted = {
  rounds: 0,
  clicks: 0,
  images: 0,
  zips: 0,
  cancelled: 0,
  refused: 0,
  'stops of the service worker': 0,
};
let peak = 0;
const began = performance.now();

/** The files in Downloads are looked at, then removed. */
async function downloaded(count: number, lookAt: (path: string) => Promise<unknown>): Promise<void> {
  await waitForDownloads(browser, count);
  for (const { path } of await downloadedFiles(browser)) {
    await lookAt(path);
    await rm(path);
  }
}

/** Whole, by a decoder that is not ours. */
async function decodes(bytes: Uint8Array, what: string): Promise<void> {
  await sharp(bytes, { pages: -1 })
    .raw()
    .toBuffer()
    .catch(() => faults.push(`${what} does not decode`));
}

async function click(round: number): Promise<void> {
  const kinds = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;
  const kind = kinds[round % kinds.length] ?? 'jpeg';
  const items = ['Compress image', 'Save as WebP', 'Save as JPEG'];
  const shown = site.answer(`${round}.${kind}`, image(pictures[kind], `image/${kind}`));
  const page = await browser.open('about:blank');
  await page.goto(
    site.page(`page-${round}`, `<!doctype html><title>${round}</title><img id="it" src="${shown}" width="400">`),
  );
  await chooseMenuItem(browser, page.locator('#it'), items[round % items.length] ?? '');
  await downloaded(1, (path) => decodes(readFileSync(path), `the ${kind} of a page`));
  await page.close();
  counted.clicks++;
}

async function batch(round: number): Promise<void> {
  const page = await stage.workspace();
  await giveFiles(page.locator('[data-picks=files]'), paths);
  if (round % 3 === 2) {
    await until('the first result', async () => (await readJobs(browser)).some(({ state }) => state === 'ready'));
    const stop = page.getByRole('button', { name: 'Cancel all' });
    if (await stop.isVisible()) await stop.click();
    await stage.settled(paths.length);
    counted.cancelled++;
    return;
  }
  const jobs = await stage.settled(paths.length);
  const [ready, failed] = [
    jobs.filter(({ state }) => state === 'ready'),
    jobs.filter(({ state }) => state === 'failed'),
  ];
  if (ready.length !== paths.length - 1) faults.push(`${ready.length} of ${paths.length - 1} images are ready`);
  if (failed.length !== 1) faults.push(`${failed.length} failed where one file is broken`);
  counted.images += ready.length;
  counted.refused += failed.length;
  await page.getByRole('button', { name: 'Save as one ZIP' }).click();
  await downloaded(1, async (path) => {
    const entries = await unzipped(path);
    if (entries.size !== ready.length) faults.push(`${entries.size} of ${ready.length} images are in the ZIP`);
    for (const [name, bytes] of entries) await decodes(bytes, name);
  });
  counted.zips++;
}

async function popup(): Promise<void> {
  const opened = await openPopup(browser);
  await delay(500);
  await press(browser, 'Escape');
  await until('the popup to close', () => opened.isClosed());
}

async function look(): Promise<void> {
  const each = await bytesInUse(browser);
  const megabytes = (bytes: number): number => Number((bytes / 1e6).toFixed(2));
  looks.push({
    minute: Number(((performance.now() - began) / 60_000).toFixed(1)),
    rounds: counted.rounds,
    heaps: megabytes([...each.values()].reduce((sum, bytes) => sum + bytes, 0)),
    ...Object.fromEntries([...each].map(([name, bytes]) => [name, megabytes(bytes)])),
    resident: Math.round(residentMegabytes(browser)),
  });
  console.log(looks.at(-1));
}

const base = await photograph(900, 600);
const jpeg = (at: number): Promise<Buffer> =>
  base.clone().extract({ left: at, top: 0, width: 880, height: 600 }).jpeg({ quality: 92 }).toBuffer();
const pictures = {
  jpeg: await jpeg(0),
  png: await photographAs('png', { compressionLevel: 1 }, 300, 200),
  webp: await photographAs('webp', { quality: 95 }, 500, 350),
  avif: await photographAs('avif', { quality: 80 }, 300, 200),
  gif: await photographAs('gif', {}, 200, 150),
};
const files: [string, Buffer][] = [
  ...(await Promise.all(
    [1, 2, 3, 4, 5].map(async (at): Promise<[string, Buffer]> => [`photo ${at}.jpg`, await jpeg(at)]),
  )),
  ['large.jpg', await (await photograph(4000, 3000)).jpeg({ quality: 90 }).toBuffer()],
  ['graphic.png', pictures.png],
  ['picture.webp', pictures.webp],
  ['picture.avif', pictures.avif],
  ['moving.gif', pictures.gif],
  ['broken.jpg', pictures.jpeg.subarray(0, 400)],
];
const paths = await Promise.all(files.map(([name, bytes]) => stage.file(`soak/${name}`, bytes)));

const watch = setInterval(() => (peak = Math.max(peak, residentMegabytes(browser))), 500);
try {
  let looked = 0;
  while (performance.now() - began < length) {
    const round = counted.rounds++;
    const started = performance.now();
    await click(round);
    await batch(round);
    await popup();
    // Cancelled batches end early.
    if (round % 3 !== 2) rounds.push((performance.now() - started) / 1000);
    if (round % 4 === 3) {
      await stopServiceWorker(browser);
      counted['stops of the service worker']++;
    }
    // Workers end, and the service worker sleeps.
    if (round % 8 === 7) await delay(40_000);
    if (performance.now() - looked < LOOK_EVERY) continue;
    looked = performance.now();
    // What they leave is looked at, not what they hold.
    await stage.workspace();
    await look();
  }
  await stage.workspace();
  await look();
  const held = await vaultRecords(browser);
  if (held > 0) faults.push(`${held} records are held when all images were removed`);
} finally {
  clearInterval(watch);
  await stage.close();
  await site.close();
}

const tenth = Math.max(1, Math.round(rounds.length / 10));
const warm = looks.find(({ minute = 0 }) => minute * 60_000 >= Math.min(300_000, length / 6)) ?? looks[0];
const growth = (looks.at(-1)?.['heaps'] ?? NaN) / (warm?.['heaps'] ?? NaN) - 1;
if (!(growth <= MOST_GROWTH)) faults.push(`the heaps have grown by ${(growth * 100).toFixed(1)} %`);
const figures = {
  cpu: cpus()[0]?.model,
  minutes: Number(values.minutes),
  ...counted,
  'seconds a round, at the beginning': Number(median(rounds.slice(1, 1 + tenth)).toFixed(1)),
  'seconds a round, at the end': Number(median(rounds.slice(-tenth)).toFixed(1)),
  'growth of the heaps': Number(growth.toFixed(3)),
  'resident peak': Math.round(peak),
  faults,
};
console.table(looks);
console.log(figures);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ ...figures, looks }, null, 2));
if (faults.length > 0) process.exitCode = 1;
