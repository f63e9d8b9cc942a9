/**
 * What a try of the compare view costs at 12 MP, the first and a second one at another quality, against the encoder alone
 * (processor time, as ratios; machines differ). Vault, pool, task and codecs are the real ones; the worker shares this thread.
 *
 *   npx tsx tests/bench/preview.ts
 */
import sharp from 'sharp';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs } from '../../lib/core/codecs/registry.ts';
import { encoderFor } from '../../lib/core/look/trial.ts';
import { inspect } from '../../lib/core/image/inspect.ts';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { newJobId, newViewId, vaultId } from '../../lib/core/model/job.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../lib/core/model/recipe.ts';
import { makePlan } from '../../lib/core/pipeline/make-plan.ts';
import { createPool } from '../../lib/engine/pool.ts';
import { createPreviews } from '../../lib/engine/previews.ts';
import { runTask } from '../../lib/engine/run-task.ts';
import { serveTasks } from '../../lib/engine/serve-tasks.ts';
import { createMemoryVault } from '../../lib/storage/vault/vault.ts';
import { loadWasm } from '../node-wasm.ts';
import { ChannelWorker } from '../unit/engine/channel-worker.ts';

const [width, height] = [4000, 3000];

/** A smooth picture with a little noise, as a photograph has. */
function picture(): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < data.length; i += 4) {
    const [x, y, noise] = [(i / 4) % width, Math.floor(i / 4 / width), Math.imul(i, 2_654_435_761) >>> 29];
    data.set([(x * 255) / width + noise, (y * 255) / height + noise, 128 + 100 * Math.sin(x / 200) + noise, 255], i);
  }
  return { width, height, data };
}

async function time<T>(work: () => Promise<T>): Promise<{ readonly milliseconds: number; readonly answer: T }> {
  const began = process.cpuUsage();
  const answer = await work();
  const { user, system } = process.cpuUsage(began);
  return { milliseconds: (user + system) / 1000, answer };
}

const source = new Uint8Array(
  await sharp(picture().data, { raw: { width, height, channels: 4 } })
    .jpeg({ quality: 92 })
    .toBuffer(),
);
const inspection = inspect(source);
const pixels = await codecs.jpeg.decode(source.slice(), loadWasm);

const pool = createPool({
  size: 1,
  load: loadWasm,
  startWorker: () =>
    new ChannelWorker((endpoint) =>
      serveTasks((task, onStep, _load, onPixels) => runTask(task, onStep, loadWasm, onPixels), endpoint),
    ) as unknown as Worker,
});
const id = newJobId();
const vault = createMemoryVault({ clock: Date.now });
await vault.put({ id: vaultId(id, 'source'), jobId: id, part: 'source', why: 'held' }, source.slice());

/** In ms of the processor's time: the encoder alone, a view's first try, and its second. */
async function round(format: OutputFormat, quality: number): Promise<readonly [number, number, number]> {
  const recipe = (of: number): Recipe => ({ ...DEFAULT_RECIPE, format, aim: { kind: 'quality', quality: of } });
  const previews = createPreviews({ vault, pool, lockFree: () => new Promise(() => undefined) });
  const view = newViewId();
  const attempt = async (of: number): Promise<number> => {
    const { milliseconds, answer } = await time(() => previews.preview({ id, view, recipe: recipe(of) }));
    if (!answer.ok) throw new Error(answer.error.code);
    return milliseconds;
  };
  const first = await attempt(quality + 1);
  const second = await attempt(quality);
  const { options } = makePlan(recipe(quality), inspection);
  const { milliseconds } = await time(() => encoderFor(format, options)(pixels, options, loadWasm));
  return [milliseconds, first, second];
}

console.log('a try at 12 MP, as a multiple of the encoder’s own time (the least of four)');
for (const format of ['jpeg', 'webp'] as const) {
  const rounds: (readonly [number, number, number])[] = [];
  for (const quality of [70, 72, 74, 76]) rounds.push(await round(format, quality));
  const [encoder, first, second] = [0, 1, 2].map((at) => Math.min(...rounds.map((each) => each[at] ?? NaN)));
  const of = (milliseconds = NaN): string => (milliseconds / (encoder ?? NaN)).toFixed(2);
  console.log(
    format.padEnd(6),
    'first',
    of(first),
    ' second',
    of(second),
    ` (encoder: ${encoder?.toFixed(0)} ms here)`,
  );
}
pool.close();
