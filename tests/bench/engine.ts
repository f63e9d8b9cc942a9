/**
 * The built extension's codec workers in real Chromium, by the engine's own pool: a batch at one to as many workers as there
 * are cores, against sharp at as many threads; one large picture to AVIF and JPEG XL, and AVIF with threads, alone and as many as
 * there are cores; and what a canvas takes to write the same. Wall clock, medians with the least and the most of the rounds.
 *
 *   npm run bench -- engine [--images 8] [--megapixels 4] [--rounds 5] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { inspect } from '../../lib/core/image/inspect.ts';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { makePlan } from '../../lib/core/pipeline/make-plan.ts';
import { openBrowser } from '../driver/index.ts';
import { photograph } from '../e2e/stage.ts';
import { inTurns } from './figures/in-turns.ts';
import { spreadOf, type Spread } from './figures/spread.ts';
import type { PoolInPage, Timed } from './in-page/pool-in-page.ts';
import { openPageWithScript } from '../page-with-script.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '8' },
    megapixels: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const QUALITY = 75;
const tasks = Number(values.images);
const rounds = Number(values.rounds);
const cores = cpus().length;
const width = Math.round(Math.sqrt((Number(values.megapixels) * 1e6 * 3) / 2));
const height = Math.round((width * 2) / 3);
sharp.cache(false);
sharp.concurrency(1);

interface Row extends Spread {
  readonly what: string;
  /** The same by native code in the same run: its median. */
  readonly sharp?: number;
  readonly ratio?: number;
  readonly bytes: number;
}

const photo = await (await photograph(width, height)).jpeg({ quality: 92 }).toBuffer();
const source = photo.toString('base64');
const inspection = inspect(new Uint8Array(photo));

function planFor(format: OutputFormat): ReturnType<typeof makePlan> {
  return makePlan({ ...DEFAULT_RECIPE, format, aim: { kind: 'quality', quality: QUALITY } }, inspection);
}

async function native(atOnce: number, count: number, write: (image: Sharp) => Sharp): Promise<number[]> {
  const all: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    await inTurns(Array.from({ length: count }), atOnce, () => write(sharp(photo)).toBuffer());
    if (round > 0) all.push(performance.now() - began);
  }
  return all;
}

const rows: Row[] = [];
function note(what: string, { milliseconds, bytes }: Timed, theirs?: readonly number[]): void {
  const spread = spreadOf(milliseconds);
  const other = theirs && spreadOf(theirs).median;
  rows.push({
    what,
    ...spread,
    ...(other !== undefined && { sharp: other, ratio: Number((spread.median / other).toFixed(2)) }),
    bytes,
  });
}

const browser = await openBrowser();
try {
  const { page, files } = await openPageWithScript(browser, join(import.meta.dirname, 'in-page/pool-in-page.ts'));
  const run = (format: OutputFormat, count: number, on: number, threaded = false): Promise<Timed> =>
    page.evaluate((runs) => (globalThis as unknown as { poolInPage: PoolInPage }).poolInPage.runPool(runs), {
      ...files,
      plan: planFor(format),
      source,
      tasks: count,
      cores: on,
      threaded,
      rounds,
    });
  for (let workers = 1; workers <= cores; workers++) {
    const theirs = await native(workers, tasks, (image) => image.jpeg({ quality: QUALITY, mozjpeg: true }));
    note(`${tasks} to JPEG, ${workers} at once`, await run('jpeg', tasks, workers), theirs);
  }
  for (const format of ['avif', 'jxl'] as const) {
    note(`one to ${format}`, await run(format, 1, cores));
  }
  if (cores > 1) {
    note(`one to avif, ${cores} threads`, await run('avif', 1, cores, true));
    note(`${cores} to avif at once`, await run('avif', cores, cores));
    note(`${cores} to avif at once, threads`, await run('avif', cores, cores, true));
  }
  for (const type of ['image/jpeg', 'image/webp'])
    note(
      `a canvas to ${type}`,
      await page.evaluate(
        (options) => (globalThis as unknown as { poolInPage: PoolInPage }).poolInPage.runCanvas(options),
        { source, type, quality: QUALITY / 100, rounds },
      ),
    );
} finally {
  await browser.close();
}
console.log(`a JPEG of ${width} x ${height} px, quality ${QUALITY}, ms; ${cpus()[0]?.model ?? ''}, ${cores} cores`);
console.table(rows);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ width, height, cores, rows }, null, 2));
