/**
 * Memory and pace of a long batch of photographs: resident memory of all of the extension's processes, twice a second, and the time
 * from one result to the next. The curve is flat when the last quarter peaks no higher than the first, and the last ten images take no longer.
 *
 *   npm run bench -- memory [--images 60] [--megapixels 12] [--quality 75] [--json FILE]
 *
 * Without `--quality` each image is searched for the default look, which takes most memory and some ten times as long.
 * Ends with an error when an image fails, or the memory goes over `--most` MB (1200).
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../lib/storage/settings/migrations.ts';
import { DEFAULT_SETTINGS } from '../../lib/storage/settings/schema.ts';
import { giveFiles, inServiceWorker, readJobs } from '../driver/index.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { photograph } from '../e2e/stage.ts';
import { median } from './figures/median.ts';
import { residentMegabytes } from './figures/resident.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '60' },
    megapixels: { type: 'string', default: '12' },
    quality: { type: 'string' },
    most: { type: 'string', default: '1200' },
    json: { type: 'string' },
  },
});
const [images, megapixels, most] = [values.images, values.megapixels, values.most].map(Number) as [
  number,
  number,
  number,
];
const width = 4 * Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3) / 4);
const height = Math.round((width * 3) / 4);
/** Files that differ; the batch repeats them. */
const FILES = 6;

interface Sample {
  /** s since the files were given. */
  readonly second: number;
  readonly megabytes: number;
  readonly done: number;
}

const stage = await openPanelStage();
const samples: Sample[] = [];
let failed: number;
try {
  const base = await photograph(width + FILES, height);
  const contents = await Promise.all(
    Array.from({ length: FILES }, (_, at) =>
      base.clone().extract({ left: at, top: 0, width, height }).jpeg({ quality: 90 }).toBuffer(),
    ),
  );
  const paths: string[] = [];
  for (let at = 0; at < images; at++)
    paths.push(await stage.file(`batch/photo ${at}.jpg`, contents[at % FILES] ?? Buffer.alloc(0)));
  const page = await stage.workspace();
  if (values.quality !== undefined) {
    const recipe = { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: Number(values.quality) } };
    const settings = { ...DEFAULT_SETTINGS, version: SETTINGS_VERSION, recipe };
    await inServiceWorker(stage.browser, (value) => chrome.storage.local.set({ settings: value }), settings);
  }
  const began = performance.now();
  let over = false;
  const sample = async (): Promise<void> => {
    const done = (await readJobs(stage.browser)).filter(({ state }) => state === 'ready').length;
    const second = Math.round((performance.now() - began) / 100) / 10;
    samples.push({ second, megabytes: Math.round(residentMegabytes(stage.browser)), done });
    // A long batch says how far it is.
    if (samples.length % 40 === 0) console.log(samples.at(-1));
  };
  const watched = (async () => {
    while (!over) {
      await sample();
      await delay(500);
    }
  })();
  await giveFiles(page.locator('[data-picks=files]'), paths);
  const jobs = await stage.settled(images);
  over = true;
  await watched;
  await sample();
  const failures = jobs.flatMap((job) =>
    job.state === 'failed' ? [`${job.error.code} ${JSON.stringify(job.error.parameters)}`] : [],
  );
  failed = jobs.filter(({ state }) => state !== 'ready').length;
  if (failed > 0) console.log(new Set(failures));
} finally {
  await stage.close();
}

const peakOf = (some: readonly Sample[]): number => Math.max(0, ...some.map(({ megabytes }) => megabytes));
const quarter = (at: number): Sample[] =>
  samples.filter(({ done }) => done >= (images * at) / 4 && done <= (images * (at + 1)) / 4);
/** s from one result to the next, among those from `from` to `to`. */
const pace = (from: number, to: number): number => {
  const at = (done: number): number => samples.find((sample) => sample.done >= done)?.second ?? NaN;
  return (at(to) - at(from)) / (to - from);
};
const tenth = Math.max(2, Math.round(images / 10));
const figures = {
  images,
  megapixels,
  failed,
  peak: peakOf(samples),
  'peaks of the quarters': [0, 1, 2, 3].map((at) => peakOf(quarter(at))),
  'median of the last quarter': median(quarter(3).map(({ megabytes }) => megabytes)),
  'at the end': samples.at(-1)?.megabytes,
  'seconds an image, at the beginning': Number(pace(1, 1 + tenth).toFixed(2)),
  'seconds an image, at the end': Number(pace(images - tenth, images).toFixed(2)),
};
console.log(figures);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ ...figures, samples }, null, 2));
if (failed > 0 || figures.peak > most) process.exitCode = 1;
