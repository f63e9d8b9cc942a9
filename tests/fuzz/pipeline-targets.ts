/**
 * What is fuzzed of a whole trip: a file in, and out comes a result with its receipt or an error with a code, by the real
 * codecs. Each input takes one of the recipes, chosen by its bytes, so that one call is no longer than it must be.
 */
import { createHash } from 'node:crypto';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { embedMetadata } from '../../lib/core/image/metadata/metadata.ts';
import { EMPTY_METADATA } from '../../lib/core/image/metadata/metadata-set.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../lib/core/model/recipe.ts';
import { makePlan } from '../../lib/core/pipeline/make-plan.ts';
import type { Plan } from '../../lib/core/pipeline/plan.ts';
import { runPlan } from '../../lib/core/pipeline/run.ts';
import { inspect } from '../../lib/core/image/inspect.ts';
import { checkLimits } from '../../lib/core/image/limits.ts';
import { editorDrawing } from '../images/editor-drawing.ts';
import { cameraExif } from '../images/exif-block.ts';
import { bytesOf, svg } from '../images/hand-built.ts';
import { oddAvifs } from '../images/odd/avif.ts';
import { oddBmps, oddIcons } from '../images/odd/bmp.ts';
import { oddGifs } from '../images/odd/gif.ts';
import { oddJpegs } from '../images/odd/jpeg.ts';
import type { OddFile } from '../images/odd/odd-file.ts';
import { oddPngs } from '../images/odd/png.ts';
import { oddTiffs } from '../images/odd/tiff.ts';
import { oddWebps } from '../images/odd/webp.ts';
import { recorded } from '../images/recorded.ts';
import { nestedUses } from '../images/svg-bombs.ts';
import { editorXmp } from '../images/xmp-packet.ts';
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
  if (inspection.width * inspection.height * frames > MAX_PIXELS) return;
  const recipe = RECIPES[createHash('sha1').update(bytes).digest()[0]! % RECIPES.length];
  const plan = makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspection);
  const { bytes: result, receipt } = await runPlan(plan, new Uint8Array(bytes), { load: loadWasm }, drawnFor(plan));
  if (result.length !== receipt.output.bytes || result.length === 0) throw new Error('a receipt of another result');
  // What was written anew must be a file that is read again.
  if (receipt.outcome !== 'original' && receipt.codec) inspect(result);
}

/** What a browser would have drawn of an SVG, within its bounds. */
function drawnFor({ size, ...plan }: Plan): Pixels | undefined {
  if (plan.route !== 'transcode' || plan.decoder !== 'document') return undefined;
  return { ...size, data: new Uint8ClampedArray(size.width * size.height * 4).fill(120) };
}

function pipeline(seeds: Target['seeds']): Target {
  return { seeds, run: trip, inputs: 24, milliseconds: 5000 };
}

function ofOdd(files: () => readonly OddFile[] | Promise<readonly OddFile[]>): Target {
  return pipeline(async () => (await files()).map(({ bytes }) => bytes));
}

export const PIPELINE_TARGETS = {
  'pipeline-png': ofOdd(oddPngs),
  'pipeline-gif': ofOdd(oddGifs),
  'pipeline-webp': ofOdd(oddWebps),
  'pipeline-jpeg': ofOdd(oddJpegs),
  'pipeline-avif': ofOdd(oddAvifs),
  'pipeline-bmp': ofOdd(oddBmps),
  'pipeline-ico': ofOdd(oddIcons),
  'pipeline-tiff': ofOdd(oddTiffs),
  'pipeline-heic': pipeline(async () => [
    recorded('plain.heic'),
    await embedMetadata(recorded('plain.heic'), 'avif', { ...EMPTY_METADATA, exif: cameraExif(6), xmp: editorXmp() }),
  ]),
  'pipeline-jxl': pipeline(async () => [
    recorded('lossy-alpha.jxl'),
    recorded('container-16-bit.jxl'),
    recorded('animated.jxl'),
    recorded('profile.jxl'),
    await embedMetadata(recorded('lossy-alpha.jxl'), 'jxl', { ...EMPTY_METADATA, exif: cameraExif(6) }),
  ]),
  'pipeline-svg': pipeline(async () => [
    svg('width="30mm" height="20" viewBox="0 0 1 2"'),
    svg('width="20" height="20"', '<?xml version="1.0"?><!-- x --><!DOCTYPE svg [<!ENTITY a "b">]>'),
    bytesOf(editorDrawing('<rect width="9" height="9"/>')),
    bytesOf(nestedUses(2)),
  ]),
} as const satisfies Record<string, Target>;
