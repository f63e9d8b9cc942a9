/**
 * How soon the popup is there with the results of a day, and how long a view is deaf while a batch runs.
 *
 * The popup is the real one at the toolbar button: ms from its navigation to the first frame with rows. Warm: another one was open
 * before. Cold: the service worker sleeps, the engine's page is closed, and with them the extension's process is gone. As many more
 * openings are traced: what the popup's main thread does until then, in processor time, and its longest task while it opens.
 * The longest tasks are those of the main thread of each of the extension's pages, from Chromium's own trace: wall clock, and
 * processor time, which other work on the machine changes less.
 *
 *   npm run bench -- popup [--results 300] [--rounds 5] [--batch 300] [--photographs 12] [--against FOLDER] [--json FILE]
 *
 * The batch has so many photographs of 12 megapixels among small images.
 *
 * With `--against`, another build is opened by turns with this one.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import {
  giveFiles,
  inServiceWorker,
  openPopup,
  press,
  stopServiceWorker,
  until,
  type Browser,
} from '../driver/index.ts';
import { openPanelStage, small, type PanelStage } from '../e2e/panel-stage.ts';
import { photograph } from '../e2e/stage.ts';
import { longestTasks, type LongestTasks } from './figures/longest-tasks.ts';
import { median } from './figures/median.ts';
import { openingCosts, type OpeningCosts } from './figures/opening-costs.ts';

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '5' },
    batch: { type: 'string', default: '300' },
    photographs: { type: 'string', default: '12' },
    against: { type: 'string' },
    json: { type: 'string' },
  },
});
const [results, rounds, batched, photographs] = [values.results, values.rounds, values.batch, values.photographs].map(
  Number,
) as [number, number, number, number];
/** So many are compressed; more have copies of these records, since a popup reads no more of them before it is seen. */
const COMPRESSED = Math.min(results, 300);
/** px of a photograph of 12 megapixels. */
const [WIDTH, HEIGHT] = [4000, 3000];

/** A browser with the build in which so many images are compressed and held. */
async function openWithResults(extension: string | undefined): Promise<PanelStage> {
  const stage = await openPanelStage(extension === undefined ? {} : { extension });
  const paths: string[] = [];
  for (let at = 0; at < COMPRESSED; at++) paths.push(await stage.file(`results/photo ${at}.jpg`, await small(at)));
  const page = await stage.workspace();
  if (COMPRESSED > 0) await giveFiles(page.locator('[data-picks=files]'), paths);
  await allReady(stage, COMPRESSED);
  if (results > COMPRESSED) await inServiceWorker(stage.browser, copyRecords, results);
  await page.goto('about:blank');
  return stage;
}

/** Runs in the service worker. @param count of records that there are to be */
async function copyRecords(count: number): Promise<void> {
  const items = await chrome.storage.session.get<Record<string, unknown>>();
  const records = Object.entries(items).filter(([key]) => key.startsWith('job:'));
  const copies: Record<string, string> = {};
  for (let at = records.length; at < count; at++) {
    const [key, record] = records[at % records.length]!;
    const job = JSON.parse(String(record)) as { readonly id: string };
    copies[`${key}-${at}`] = JSON.stringify({ ...job, id: `${job.id}-${at}` });
  }
  await chrome.storage.session.set(copies);
}

/** A list of failures would be quick to draw, and no figure of anything. */
async function allReady(stage: PanelStage, count: number): Promise<void> {
  const others = (await stage.settled(count)).filter(({ state }) => state !== 'ready');
  if (others.length > 0) throw new Error(`${others.length} of ${count} images are ${others[0]?.state}, not ready`);
}

interface Opening {
  /** ms from the popup's navigation to its first frame with rows: as it begins, and as it is on the screen. */
  readonly shown: number;
  readonly painted: number;
}

async function openOnce(browser: Browser): Promise<Opening> {
  const popup = await openPopup(browser);
  const shown = await until('the rows', async () => (await shownAfter(popup)) ?? null);
  const painted = await until('the paint', async () => (await paintedAfter(popup)) ?? null);
  // What it does once it is there is over, too.
  await delay(1000);
  await press(browser, 'Escape');
  await until('the popup to close', () => popup.isClosed());
  return { shown, painted };
}

const shownAfter = (page: Page): Promise<number | undefined> =>
  page.evaluate(() => performance.getEntriesByName('panel-shown')[0]?.startTime);

const paintedAfter = (page: Page): Promise<number | undefined> =>
  page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);

async function endExtensionProcess(browser: Browser): Promise<void> {
  await inServiceWorker(browser, () => chrome.offscreen.closeDocument().catch(() => undefined));
  await stopServiceWorker(browser);
  // Its process goes a moment after its last page.
  await delay(2500);
}

const stages = [
  { build: 'this', stage: await openWithResults(undefined) },
  ...(values.against === undefined ? [] : [{ build: 'against', stage: await openWithResults(values.against) }]),
].map((each) => ({ ...each, warm: [] as Opening[], cold: [] as Opening[], costs: [] as OpeningCosts[] }));
try {
  for (let round = 0; round <= rounds; round++) {
    for (const { stage, warm, cold, costs } of round % 2 === 0 ? stages : stages.toReversed()) {
      const { browser } = stage;
      await endExtensionProcess(browser);
      const figures = [await openOnce(browser), await openOnce(browser)] as const;
      // The first round fills the browser's caches.
      if (round === 0) continue;
      cold.push(figures[0]);
      warm.push(figures[1]);
      costs.push(await openingCosts(browser, async () => void (await openOnce(browser))));
    }
  }
  const opening = stages.map(({ build, warm, cold }) => ({ build, ...spread('cold', cold), ...spread('warm', warm) }));
  console.log(`the popup with ${results} results, ms from its navigation to the first frame with rows`);
  console.table(opening);
  const costs = stages.map(({ build, costs: all }) => ({ build, ...medians(all) }));
  console.log('what the main thread does until then, warm and traced, ms of the processor');
  console.table(costs);

  const tasks = batched === 0 ? [] : await batch(stages[0]!.stage);
  if (tasks.length > 0) {
    console.log(
      `a batch of ${batched}, ${photographs} of 12 megapixels, beside ${results} results: the longest tasks of each page`,
    );
    for (const { worst, ...figures } of tasks) {
      console.table([figures]);
      console.log(worst.join('\n'));
    }
  }
  if (values.json !== undefined)
    writeFileSync(values.json, JSON.stringify({ results, opening, costs, tasks }, null, 2));
} finally {
  for (const { stage } of stages) await stage.close();
}

function spread(name: string, openings: readonly Opening[]): Record<string, number | string> {
  const shown = openings.map((each) => Math.round(each.shown));
  return {
    [name]: Math.round(median(shown)),
    [`${name}, from to`]: `${Math.min(...shown)} to ${Math.max(...shown)}`,
    [`${name}, painted`]: Math.round(median(openings.map(({ painted }) => painted))),
  };
}

function medians(all: readonly OpeningCosts[]): Record<string, number> {
  const names = Object.keys(all[0] ?? {}) as (keyof OpeningCosts)[];
  return Object.fromEntries(names.map((name) => [name, Math.round(median(all.map((each) => each[name])) * 10) / 10]));
}

async function batch(stage: PanelStage): Promise<LongestTasks[]> {
  const base = await photograph(WIDTH + photographs, HEIGHT);
  const paths: string[] = [];
  for (let at = 0; at < photographs; at++) {
    const picture = base.clone().extract({ left: at, top: 0, width: WIDTH, height: HEIGHT });
    paths.push(await stage.file(`photographs/${at}.jpg`, await picture.jpeg({ quality: 90 }).toBuffer()));
  }
  // Here and there among them.
  for (let at = photographs; at < batched; at++)
    paths.splice(Math.floor((at * 7919) % paths.length), 0, await stage.file(`batch/small ${at}.jpg`, await small(at)));
  const { browser } = stage;
  const page = await browser.open(`chrome-extension://${browser.extensionId}/workspace.html`);
  await until('the rows', () => shownAfter(page));
  return longestTasks(browser, async () => {
    await giveFiles(page.locator('[data-picks=files]'), paths);
    await allReady(stage, results + batched);
    // A view that is opened and scrolled meanwhile would be as deaf: the list is gone through once with all of it.
    await page.evaluate(async () => {
      const box = document.querySelector('.box');
      for (let step = 0; box && step < 60; step++) {
        box.scrollTop += 400;
        await new Promise(requestAnimationFrame);
      }
    });
  });
}
