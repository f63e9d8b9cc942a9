/**
 * What is fuzzed of a whole trip: a file in, and out comes a result with its receipt or an error with a code, by the real
 * codecs. Each input takes one of the recipes, chosen by its bytes, so that one call is no longer than it must be.
 */
import { createHash } from 'node:crypto';
import { DEFAULT_RECIPE, type Recipe } from '../../lib/core/model/recipe.ts';
import { makePlan } from '../../lib/core/pipeline/plan.ts';
import { runPlan } from '../../lib/core/pipeline/run.ts';
import { inspect } from '../../lib/core/image/inspect.ts';
import { checkLimits } from '../../lib/core/image/limits.ts';
import { oddAvifs } from '../images/odd/avif.ts';
import { oddBmps, oddIcons } from '../images/odd/bmp.ts';
import { oddGifs } from '../images/odd/gif.ts';
import { oddJpegs } from '../images/odd/jpeg.ts';
import type { OddFile } from '../images/odd/odd-file.ts';
import { oddPngs } from '../images/odd/png.ts';
import { oddTiffs } from '../images/odd/tiff.ts';
import { oddWebps } from '../images/odd/webp.ts';
import { loadWasm } from '../node-wasm.ts';
import type { Target } from './target.ts';

const RECIPES: readonly Partial<Recipe>[] = [
  {},
  { aim: { kind: 'lossless' } },
  { aim: { kind: 'untouched' }, metadata: 'strip' },
  { format: 'png', metadata: 'keep' },
  { format: 'webp', animation: 'first-frame' },
  { format: 'jpeg', aim: { kind: 'quality', quality: 40 } },
];

/** What the encoders do with large pictures is no parser's matter, and takes long. */
const MAX_PIXELS = 20_000;

async function trip(bytes: Uint8Array): Promise<void> {
  const inspection = inspect(bytes);
  checkLimits(inspection);
  const frames = inspection.animation?.frames ?? 1;
  if (inspection.format === 'svg' || inspection.width * inspection.height * frames > MAX_PIXELS) return;
  const recipe = RECIPES[createHash('sha1').update(bytes).digest()[0]! % RECIPES.length];
  const plan = makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspection);
  const { bytes: result, receipt } = await runPlan(plan, new Uint8Array(bytes), { load: loadWasm });
  if (result.length !== receipt.output.bytes || result.length === 0) throw new Error('a receipt of another result');
  // What was written anew must be a file that is read again.
  if (receipt.outcome !== 'original' && receipt.codec) inspect(result);
}

function pipeline(files: () => readonly OddFile[] | Promise<readonly OddFile[]>): Target {
  return { seeds: async () => (await files()).map(({ bytes }) => bytes), run: trip, inputs: 24, milliseconds: 5000 };
}

export const PIPELINE_TARGETS = {
  'pipeline-png': pipeline(oddPngs),
  'pipeline-gif': pipeline(oddGifs),
  'pipeline-webp': pipeline(oddWebps),
  'pipeline-jpeg': pipeline(oddJpegs),
  'pipeline-avif': pipeline(oddAvifs),
  'pipeline-bmp': pipeline(oddBmps),
  'pipeline-ico': pipeline(oddIcons),
  'pipeline-tiff': pipeline(oddTiffs),
} as const satisfies Record<string, Target>;
