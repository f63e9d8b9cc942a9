/**
 * What a right-click costs beside decoding and encoding: from the menu's event to the beginning of the download, less the
 * time of the work itself, which the receipt states. A JPEG of 2 megapixels; the first round warms up.
 *
 *   npm run bench -- click [--rounds 5] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { inServiceWorker } from '../driver/index.ts';
import { image, openStage, photographAs } from '../e2e/stage.ts';
import { median } from './figures/median.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, json: { type: 'string' } } });
const rounds = Number(values.rounds);

const stage = await openStage();
const rows: Record<string, number>[] = [];
try {
  const photo = await photographAs('jpeg', { quality: 92 }, 1732, 1155);
  for (let round = 0; round <= rounds; round++) {
    const shown = await stage.show(stage.site.answer(`photo-${round}.jpg`, image(photo, 'image/jpeg')));
    await inServiceWorker(stage.browser, () => {
      const times = globalThis as { clicked?: number; began?: number; states?: Record<string, number> };
      Object.assign(times, { clicked: undefined, began: undefined, states: {} });
      chrome.storage.session.onChanged.addListener((changes) => {
        for (const [key, { newValue }] of Object.entries(changes)) {
          if (!key.startsWith('job:') || typeof newValue !== 'string') continue;
          const { state } = JSON.parse(newValue) as { state: string };
          if (times.states) times.states[state] ??= performance.now() - (times.clicked ?? 0);
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
    });
    const job = await stage.compress(shown, 'Save as WebP');
    const { clicked, began, states } = await inServiceWorker(stage.browser, () => {
      const times = globalThis as { clicked?: number; began?: number; states?: Record<string, number> };
      return { clicked: times.clicked ?? 0, began: times.began ?? 0, states: times.states ?? {} };
    });
    if (round === 0 || job.state !== 'saved') continue;
    const work = job.receipt.milliseconds;
    rows.push({
      // ms after the click at which the job's record had each state.
      ...Object.fromEntries(Object.entries(states).map(([state, ms]) => [state, Math.round(ms)])),
      download: Math.round(began - clicked),
      work: Math.round(work),
      beside: Math.round(began - clicked - work),
    });
  }
} finally {
  await stage.close();
}
const beside = rows.map((row) => row['beside'] ?? NaN).sort((a, b) => a - b);
console.log(`JPEG of 2 MP to WebP by the image's menu; ${cpus()[0]?.model ?? ''}, ${cpus().length} cores`);
console.table(rows);
console.log(`beside the work: median ${median(beside)} ms, from ${beside[0] ?? NaN} to ${beside.at(-1) ?? NaN} ms`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ cpu: cpus()[0]?.model, rows }, null, 2));
