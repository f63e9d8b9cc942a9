/** Which formats a result may have. */
import { FORMAT_FACTS, isOutputFormat } from '../image/format-facts.ts';
import type { InputFormat, Inspection, OutputFormat } from '../image/inspection.ts';
import type { Recipe } from '../model/recipe.ts';

/** What "Compress image" writes: the same format, or for one that is only read, the one that shows the same. */
export function sameFormat(format: InputFormat): OutputFormat {
  if (isOutputFormat(format)) return format;
  return format === 'heic' || format === 'tiff' ? 'jpeg' : 'png';
}

/** What shows where: JPEG, PNG and WebP in every browser in use. */
const SHOWN: Readonly<Record<Recipe['audience'], readonly OutputFormat[]>> = {
  everywhere: ['webp', 'jpeg', 'png'],
  modern: ['avif', 'webp', 'jpeg', 'png'],
  newest: ['jxl', 'avif', 'webp', 'jpeg', 'png'],
};

/**
 * The formats that come into question, the Source's own first where it is one of them: then it is a plan that changes no more
 * than it must. What moves stays moving, and what has alpha keeps it. Whether a PNG is worth a try the pixels say (`run`).
 */
export function candidatesOf(recipe: Recipe, inspection: Inspection): ['same' | OutputFormat, ...OutputFormat[]] {
  const { format: input, animation, alpha } = inspection;
  const shown = SHOWN[recipe.audience];
  const isShown = (shown as readonly InputFormat[]).includes(input);
  if (recipe.aim.kind === 'untouched') return ['same'];
  if (animation && recipe.animation === 'keep') return [input === 'webp' || input === 'png' ? 'same' : 'webp'];
  const fitting = shown.filter(
    (format) =>
      (recipe.aim.kind !== 'lossless' || FORMAT_FACTS[format].lossless) && (!alpha || FORMAT_FACTS[format].alpha),
  );
  const others = fitting.filter((format) => format !== input);
  const [first, ...rest] = others;
  if (isShown || !first) return ['same', ...others];
  return [first, ...rest];
}
