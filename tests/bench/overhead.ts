/**
 * What an image costs beside its decoding and encoding: batches of tiny images in the workspace, shown and hidden. ms of
 * wall clock an image, and CPU seconds of each kind of process, which other work on the machine changes less.
 *
 * A last round, which is not timed, counts the calls that an image costs in each of the extension's contexts.
 *
 *   npm run bench -- overhead [--images 120] [--rounds 3] [--json FILE]
 */
import { cpus } from 'node:os';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { giveFiles, type Browser } from '../driver/index.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { beginCounting, countedCalls } from './figures/count-calls.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '120' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const images = Number(values.images);

/** CPU seconds so far: those of processes that have ended are gone, and a batch ends none. */
async function processSeconds(browser: Browser): Promise<Map<string, number>> {
  const { processInfo } = await browser.withProtocol((session) => session.send('SystemInfo.getProcessInfo'));
  const sums = new Map<string, number>();
  for (const { type, cpuTime } of processInfo) sums.set(type, (sums.get(type) ?? 0) + cpuTime);
  return sums;
}

const stage = await openPanelStage();
const rows: Record<string, number | string>[] = [];
const calls: Record<string, Readonly<Record<string, number>>> = {};
try {
  const paths = await Promise.all(
    Array.from({ length: images }, async (_, at) => {
      const picture = sharp({
        create: { width: 96, height: 72, channels: 3, background: { r: at % 256, g: 120, b: 90 } },
      });
      return stage.file(`batch/${at}.jpg`, await picture.jpeg({ quality: 92 }).toBuffer());
    }),
  );
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const view of ['shown', 'hidden'] as const) {
      const page = await stage.workspace();
      const before = await processSeconds(stage.browser);
      const started = performance.now();
      await giveFiles(page.locator('[data-picks=files]'), paths);
      const other = view === 'hidden' ? await stage.browser.open('about:blank') : null;
      await stage.settled(images);
      const milliseconds = performance.now() - started;
      const after = await processSeconds(stage.browser);
      await other?.close();
      // The first round warms the browser's caches and the WASM's compilation.
      if (round === 0) continue;
      rows.push({
        view,
        'ms an image': Math.round(milliseconds / images),
        ...Object.fromEntries(
          [...after].map(([type, seconds]) => [
            `${type} CPU ms`,
            Math.round(((seconds - (before.get(type) ?? 0)) * 1000) / images),
          ]),
        ),
      });
    }
  }
  const page = await stage.workspace();
  await beginCounting(stage.browser);
  await giveFiles(page.locator('[data-picks=files]'), paths);
  await stage.settled(images);
  Object.assign(calls, await countedCalls(stage.browser));
} finally {
  await stage.close();
}
console.log(`${images} JPEG images of 96 x 72 px; ${cpus()[0]?.model ?? ''}, ${cpus().length} cores`);
console.table(rows);
for (const [context, counts] of Object.entries(calls)) {
  console.log(`calls an image, ${context}`);
  console.table(
    Object.entries(counts)
      .map(([call, count]) => ({ call, 'an image': Number((count / images).toFixed(2)) }))
      .sort((a, b) => b['an image'] - a['an image']),
  );
}
if (values.json !== undefined)
  writeFileSync(values.json, JSON.stringify({ images, cpu: cpus()[0]?.model, rows, calls }, null, 2));
