/** Whether a picture was compressed as hard before as is asked for now: then another generation only takes away. */
import { uprightSize, type Inspection, type OutputFormat } from '../image/inspection.ts';
import type { ColourPlan } from '../colour/plan-colour.ts';
import type { Recipe } from '../model/recipe.ts';
import { isReframed, shapeOf } from '../pixels/shape.ts';

/**
 * How far the estimate may be above the aim and still count as at it: what it is off by for files of the encoder itself
 * (`tests/unit/core/pipeline/already-small.test.ts`). JPEG states its tables; WebP's quantisers are rounded down and spread
 * over segments.
 */
const TOLERANCE: Readonly<Partial<Record<OutputFormat, number>>> = { jpeg: 0, webp: 2 };

/**
 * The quality that a lossy source was encoded with, on the scale of a recipe's quality; null when it can't be told.
 *
 * JPEG by its quantisation tables: exact for libjpeg, libjpeg-turbo, mozjpeg and this product, by coarseness for the tables of cameras
 * and Photoshop. WebP by the quantisers of its VP8 frame. AVIF and JPEG XL do not tell.
 */
export function estimateSource({ coding, format }: Pick<Inspection, 'coding' | 'format'>): number | null {
  if (format !== 'jpeg' && format !== 'webp') return null;
  return coding.lossless === true ? null : coding.quality;
}

/**
 * When true, the pixels are not encoded again: the result is the smaller of the original and what lossless optimisation
 * makes of it (for JPEG `optimiseJpeg`), with the metadata policy applied to either.
 *
 * Only for the same format, at the same size, with colours as they are: any other wish needs the pixels.
 */
export function isAlreadySmall(
  inspection: Inspection,
  recipe: Recipe,
  output: OutputFormat,
  colour: Pick<ColourPlan, 'action'>,
): boolean {
  const estimate = estimateSource(inspection);
  const tolerance = TOLERANCE[output];
  if (estimate === null || tolerance === undefined || inspection.format !== output) return false;
  const most = mostQuality(recipe.aim);
  if (most === null || colour.action === 'convert') return false;
  if (inspection.animation && recipe.animation === 'first-frame') return false;
  return keepsSamples(inspection, recipe, output) && estimate <= most + tolerance;
}

/** Nothing but the pixels needs another encoding: the blocks of a JPEG can be turned and cropped as they are. */
function keepsSamples(inspection: Inspection, recipe: Recipe, output: OutputFormat): boolean {
  const shape = shapeOf(uprightSize(inspection), recipe);
  return shape.to === null && (output === 'jpeg' || !isReframed(shape));
}

/** The quality at which a Source is surely at the aim; null when the aim is another. */
function mostQuality(aim: Recipe['aim']): number | null {
  if (aim.kind === 'quality') return aim.quality;
  return aim.kind === 'look' ? boundsOf(aim.look).sure : null;
}

/**
 * What quality gives a look depends on the picture: look 70 takes libjpeg's 48 on the easiest photographs and 83 on the hardest
 * (measured by SSIMULACRA 2 at 1024 px). Up to the one a Source is at the look for certain, above the other it is for certain not.
 */
function boundsOf(look: number): { readonly sure: number; readonly possible: number } {
  return { sure: Math.max(1, Math.round(look * 1.3 - 43)), possible: Math.min(97, Math.round(look * 0.6 + 41)) };
}

/** The quality a Source was encoded with, where only a measurement tells whether it is at the look already; else null. */
export function doubtOf(
  inspection: Inspection,
  recipe: Recipe,
  output: OutputFormat,
  colour: Pick<ColourPlan, 'action'>,
): number | null {
  const { aim } = recipe;
  if (aim.kind !== 'look' || inspection.format !== output || inspection.animation) return null;
  if (colour.action === 'convert' || !keepsSamples(inspection, recipe, output)) return null;
  const estimate = estimateSource(inspection);
  if (estimate === null) return null;
  const { sure, possible } = boundsOf(aim.look);
  return estimate > sure && estimate <= possible ? estimate : null;
}

/**
 * AVIF and JPEG XL don't tell how hard they were compressed, and each generation takes detail away: a file of this product's
 * own, encoded again with the same recipe, gets smaller by up to 9 % for photographs and 26 % for smooth drawings.
 */
const WORTH_A_GENERATION = 0.3;

/** The share of the bytes that a result must save, or else the original stays. */
export function leastSaving(
  { format, coding }: Pick<Inspection, 'coding' | 'format'>,
  { aim }: Pick<Recipe, 'aim'>,
): number {
  const tells = (format !== 'avif' && format !== 'jxl') || coding.lossless === true;
  return (aim.kind === 'quality' || aim.kind === 'look') && !tells ? WORTH_A_GENERATION : 0;
}
