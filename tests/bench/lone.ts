/**
 * One image while nothing else is at work: on one core, and with its parts on all, by turns in one page, by the built extension's
 * workers in real Chromium. The bytes of both must be the same. Wall clock, medians; photographs are given as files, or made.
 *
 *   npm run bench -- lone [--megapixels 0.1,0.25,0.5,1,2,4] [--from jpeg,png] [--rounds 5] [--cold] [--json FILE] [PHOTO...]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { inspect } from '../../lib/core/image/inspect.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../lib/core/model/recipe.ts';
import { makePlan } from '../../lib/core/pipeline/make-plan.ts';
import { openBrowser } from '../driver/index.ts';
import { photograph } from '../e2e/stage.ts';
import { median } from './figures/median.ts';
import type { PoolInPage } from './in-page/pool-in-page.ts';
import { openPageWithScript } from '../page-with-script.ts';

const { values, positionals } = parseArgs({
  options: {
    megapixels: { type: 'string', default: '0.1,0.25,0.5,1,2,4' },
    from: { type: 'string', default: 'jpeg,png' },
    rounds: { type: 'string', default: '5' },
    cold: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
  allowPositionals: true,
});

const TASKS: readonly { what: string; from: 'jpeg' | 'png'; recipe: Partial<Recipe> }[] = [
  { what: 'JPEG, auto', from: 'jpeg', recipe: { format: 'auto' } },
  { what: 'JPEG, auto, 200 kB', from: 'jpeg', recipe: { format: 'auto', aim: { kind: 'size', bytes: 200_000 } } },
  { what: 'PNG', from: 'png', recipe: {} },
  { what: 'PNG, auto', from: 'png', recipe: { format: 'auto' } },
];

const cores = cpus().length;
const rows: unknown[] = [];
const browser = await openBrowser();
try {
  const { page, files } = await openPageWithScript(browser, join(import.meta.dirname, 'in-page/pool-in-page.ts'));
  for (const photo of positionals.length > 0 ? positionals : [null])
    for (const megapixels of values.megapixels.split(',').map(Number))
      for (const { what, from, recipe } of TASKS.filter((task) => values.from.split(',').includes(task.from))) {
        const picture = await ofSize(photo, megapixels);
        const source = await (from === 'jpeg' ? picture.jpeg({ quality: 92 }) : picture.png()).toBuffer();
        const plan = makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspect(new Uint8Array(source)));
        const { alone, helped, bytes } = await page.evaluate(
          (runs) => (globalThis as unknown as { poolInPage: PoolInPage }).poolInPage.runLone(runs),
          {
            ...files,
            plan,
            source: source.toString('base64'),
            cores,
            rounds: Number(values.rounds),
            cold: values.cold,
          },
        );
        const row = {
          photo: photo === null ? 'made' : basename(photo),
          megapixels,
          what,
          'one core, ms': Math.round(median(alone)),
          'all, ms': Math.round(median(helped)),
          ratio: Number((median(helped) / median(alone)).toFixed(2)),
          // On a busy machine the least says most.
          'one core, least': Math.round(Math.min(...alone)),
          'all, least': Math.round(Math.min(...helped)),
          bytes,
        };
        console.log(JSON.stringify(row));
        rows.push(row);
      }
} finally {
  await browser.close();
}
console.table(rows);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ cores, rows }, null, 2));

async function ofSize(photo: string | null, megapixels: number): Promise<Sharp> {
  const width = Math.round(Math.sqrt(megapixels * 1.5e6));
  const height = Math.round(Math.sqrt((megapixels * 1e6) / 1.5));
  return photo === null
    ? photograph(width, height)
    : sharp(readFileSync(photo)).resize(width, height, { fit: 'cover' });
}
