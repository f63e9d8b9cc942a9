/**
 * What a right-click costs beside decoding and encoding: from the menu's event to the beginning of the download, less the
 * time of the work itself, which the receipt states. A JPEG of 2 megapixels that the browser may keep, as nearly all on the
 * web; with `--no-store` it is asked for anew, so that the site's answer is measured with it. The first round warms up. With
 * `--cold` the service worker is stopped before each click; then the times are those that a page of the extension sees.
 *
 *   npm run bench -- click [--rounds 5] [--cold] [--no-store] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Job } from '../../lib/core/model/job.ts';
import { chooseMenuItem, inServiceWorker, openExtensionPage, stopServiceWorker, until } from '../driver/index.ts';
import { image, openStage, photographAs } from '../e2e/stage.ts';
import { median } from './figures/median.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    cold: { type: 'boolean' },
    'no-store': { type: 'boolean' },
    json: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const headers = { 'cache-control': values['no-store'] ? 'no-store' : 'max-age=3600' };

interface Times {
  clicked?: number | undefined;
  began?: number | undefined;
  /** ms after the click at which the job's record had each state. */
  states?: Record<string, number>;
  saved?: Job | undefined;
}

/** Runs where it is heard of the click. */
function listen(): void {
  const times = globalThis as Times;
  Object.assign(times, { clicked: undefined, began: undefined, states: {}, saved: undefined });
  chrome.storage.session.onChanged.addListener((changes) => {
    for (const [key, { newValue }] of Object.entries(changes)) {
      if (!key.startsWith('job:') || typeof newValue !== 'string' || !times.states) continue;
      const job = JSON.parse(newValue) as Job;
      times.states[job.state] ??= performance.now() - (times.clicked ?? 0);
      if (job.state === 'saved') times.saved = job;
    }
  });
  const clicked = (): void => {
    times.clicked = performance.now();
    chrome.contextMenus.onClicked.removeListener(clicked);
  };
  const began = (): void => {
    times.began = performance.now();
    chrome.downloads.onCreated.removeListener(began);
  };
  chrome.contextMenus.onClicked.addListener(clicked);
  chrome.downloads.onCreated.addListener(began);
}

function heard(): Times {
  const { clicked, began, states, saved } = globalThis as Times;
  return { clicked, began, states: states ?? {}, saved };
}

const stage = await openStage();
const rows: Record<string, number>[] = [];
try {
  const photo = await photographAs('jpeg', { quality: 92 }, 1732, 1155);
  const page = values.cold ? await openExtensionPage(stage.browser, 'welcome.html') : null;
  // The transpiler may wrap named functions in `__name`, which exists only here.
  await page?.evaluate('globalThis.__name = (named) => named');
  const inListener = <R>(work: () => R): Promise<R> => page?.evaluate(work) ?? inServiceWorker(stage.browser, work);
  for (let round = 0; round <= rounds; round++) {
    const shown = await stage.show(stage.site.answer(`photo-${round}.jpg`, image(photo, 'image/jpeg', { headers })));
    await inListener(listen);
    if (page) await stopServiceWorker(stage.browser);
    await chooseMenuItem(stage.browser, shown, 'Save as WebP');
    const times = await until(
      'the image to be saved',
      async () => {
        const now = await inListener(heard);
        return now.saved ? now : null;
      },
      { timeout: 90_000 },
    );
    const { clicked = NaN, began = NaN, states, saved } = times;
    if (round === 0 || saved?.state !== 'saved') continue;
    const work = saved.receipt.milliseconds;
    rows.push({
      ...Object.fromEntries(Object.entries(states ?? {}).map(([state, ms]) => [state, Math.round(ms)])),
      download: Math.round(began - clicked),
      work: Math.round(work),
      beside: Math.round(began - clicked - work),
    });
  }
} finally {
  await stage.close();
}
const beside = rows.map((row) => row['beside'] ?? NaN).sort((a, b) => a - b);
const worker = values.cold ? ', the service worker stopped before' : '';
console.log(`JPEG of 2 MP to WebP by the image's menu${worker}; ${cpus()[0]?.model ?? ''}, ${cpus().length} cores`);
console.table(rows);
console.log(`beside the work: median ${median(beside)} ms, from ${beside[0] ?? NaN} to ${beside.at(-1) ?? NaN} ms`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ cpu: cpus()[0]?.model, rows }, null, 2));
