/**
 * A batch of photographs in the workspace against sharp (mozjpeg, as many threads as cores) in the same run: wall clock,
 * as a ratio round by round. Both make JPEG at quality 75 of the same files.
 *
 *   npm run bench -- batch [--images 12] [--megapixels 4] [--rounds 3] [--hidden] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { giveFiles, inServiceWorker } from '../driver/index.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { photograph } from '../e2e/stage.ts';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../lib/storage/settings/migrations.ts';
import { DEFAULT_SETTINGS } from '../../lib/storage/settings/schema.ts';
import { inTurns } from './figures/in-turns.ts';
import { median } from './figures/median.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '12' },
    megapixels: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    hidden: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const AIM = { kind: 'quality', quality: 75 } as const;
const images = Number(values.images);
const width = Math.round(Math.sqrt((Number(values.megapixels) * 1e6 * 3) / 2));
const height = Math.round((width * 2) / 3);

/** Runs in the service worker: when a record was last written, ms since the epoch. */
function noteLastChange(): void {
  const noted = globalThis as { lastChange?: number };
  if (noted.lastChange === undefined)
    chrome.storage.session.onChanged.addListener(() => {
      noted.lastChange = Date.now();
    });
  noted.lastChange = 0;
}

const stage = await openPanelStage();
const rows: { ours: number; sharp: number; ratio: number; bytes: number }[] = [];
try {
  const base = await photograph(width + images, height);
  const paths = await Promise.all(
    Array.from({ length: images }, async (_, at) =>
      stage.file(
        `batch/${at}.jpg`,
        await base.clone().extract({ left: at, top: 0, width, height }).jpeg({ quality: 92 }).toBuffer(),
      ),
    ),
  );
  for (let round = 0; round <= Number(values.rounds); round++) {
    const page = await stage.workspace();
    const settings = { ...DEFAULT_SETTINGS, version: SETTINGS_VERSION, recipe: { ...DEFAULT_RECIPE, aim: AIM } };
    await inServiceWorker(stage.browser, (value) => chrome.storage.local.set({ settings: value }), settings);
    await inServiceWorker(stage.browser, noteLastChange);
    const started = Date.now();
    await giveFiles(page.locator('[data-picks=files]'), paths);
    const other = values.hidden ? await stage.browser.open('about:blank') : null;
    const jobs = await stage.settled(images);
    // It is looked for now and then, which is no time of the batch.
    const ended = await inServiceWorker(stage.browser, () => (globalThis as { lastChange?: number }).lastChange ?? NaN);
    const ours = (ended - started) / 1000;
    await other?.close();
    const ourBytes = jobs.reduce((sum, job) => sum + (job.state === 'ready' ? job.receipt.output.bytes : 0), 0);
    const begun = performance.now();
    const theirs = await inTurns(
      paths,
      cpus().length,
      async (path) =>
        (
          await sharp(await readFile(path))
            .jpeg({ quality: 75, mozjpeg: true })
            .toBuffer()
        ).length,
    );
    const native = (performance.now() - begun) / 1000;
    if (round === 0) continue;
    rows.push({
      ours: Number(ours.toFixed(2)),
      sharp: Number(native.toFixed(2)),
      ratio: Number((ours / native).toFixed(2)),
      bytes: Number((ourBytes / theirs.reduce((sum, bytes) => sum + bytes, 0)).toFixed(3)),
    });
  }
} finally {
  await stage.close();
}
console.log(
  `${images} JPEG photographs of ${width} x ${height} px, quality 75, seconds; ${cpus()[0]?.model ?? ''}, ${cpus().length} cores`,
);
console.table(rows);
console.log(`median of the ratios: ${median(rows.map(({ ratio }) => ratio))}`);
if (values.json !== undefined)
  writeFileSync(values.json, JSON.stringify({ images, width, height, cpu: cpus()[0]?.model, rows }, null, 2));
