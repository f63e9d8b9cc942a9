/**
 * What an image costs beside its decoding and encoding: batches of tiny images in the workspace, shown and hidden. ms of
 * wall clock an image, and CPU seconds of each kind of process, which other work on the machine changes less.
 *
 * A last round, which is not timed, counts the calls that an image costs in each of the extension's contexts.
 *
 *   npm run bench -- overhead [--images 120] [--rounds 3] [--photographs] [--against FOLDER] [--json FILE]
 *
 * The images are of one colour each, or, with `--photographs`, parts of a photograph, of which each has its search. With `--against`,
 * another build works by turns with this one.
 */
import { cpus } from 'node:os';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { giveFiles, type Browser } from '../driver/index.ts';
import { openPanelStage, small, type PanelStage } from '../e2e/panel-stage.ts';
import { beginCounting, countedCalls } from './figures/count-calls.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '120' },
    rounds: { type: 'string', default: '3' },
    photographs: { type: 'boolean', default: false },
    against: { type: 'string' },
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

async function tinyImage(at: number): Promise<Buffer> {
  if (values.photographs) return small(at);
  const background = { r: at % 256, g: 120, b: 90 };
  return sharp({ create: { width: 96, height: 72, channels: 3, background } })
    .jpeg({ quality: 92 })
    .toBuffer();
}

const rows: Record<string, number | string>[] = [];
const calls: Record<string, Readonly<Record<string, number>>> = {};

async function roundOf(build: string, stage: PanelStage, paths: string[], isTimed: boolean): Promise<void> {
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
    if (!isTimed) continue;
    rows.push({
      build,
      view,
      'ms an image': Math.round(milliseconds / images),
      ...Object.fromEntries(
        ['browser', 'renderer', 'GPU'].map((type) => [
          `${type} CPU ms`,
          Math.round((((after.get(type) ?? 0) - (before.get(type) ?? 0)) * 1000) / images),
        ]),
      ),
    });
  }
}

const builds = [
  { build: 'this', extension: undefined },
  ...(values.against === undefined ? [] : [{ build: 'against', extension: values.against }]),
];
const stages: { build: string; stage: PanelStage; paths: string[] }[] = [];
try {
  for (const { build, extension } of builds) {
    const stage = await openPanelStage(extension === undefined ? {} : { extension });
    const paths: string[] = [];
    stages.push({ build, stage, paths });
    for (let at = 0; at < images; at++) paths.push(await stage.file(`batch/${at}.jpg`, await tinyImage(at)));
  }
  // The first round warms the browser's caches and the WASM's compilation.
  for (let round = 0; round <= Number(values.rounds); round++)
    for (const { build, stage, paths } of stages) await roundOf(build, stage, paths, round > 0);
  for (const { build, stage, paths } of stages) {
    const page = await stage.workspace();
    await beginCounting(stage.browser);
    await giveFiles(page.locator('[data-picks=files]'), paths);
    await stage.settled(images);
    for (const [context, counts] of Object.entries(await countedCalls(stage.browser)))
      calls[builds.length > 1 ? `${context}, ${build}` : context] = counts;
  }
} finally {
  for (const { stage } of stages) await stage.close();
}
console.log(
  `${images} JPEG images of ${values.photographs ? '120 x 80' : '96 x 72'} px; ${cpus()[0]?.model ?? ''}, ${cpus().length} cores`,
);
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
