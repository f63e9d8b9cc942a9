/** The whole trip of one image in Node, with the real codecs. */
import { makePlan } from '../../lib/core/pipeline/make-plan.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../lib/core/model/recipe.ts';
import type { NoteCode, Receipt } from '../../lib/core/model/receipt.ts';
import { runPlan, type Compressed } from '../../lib/core/pipeline/run.ts';
import { inspect } from '../../lib/core/image/inspect.ts';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { checkLimits } from '../../lib/core/image/limits.ts';
import { loadWasm } from '../node-wasm.ts';

/** What differs from the default recipe. Throws what inspection, plan and run throw. */
export async function compress(bytes: Uint8Array, recipe: Partial<Recipe> = {}): Promise<Compressed> {
  const inspection = inspect(bytes);
  checkLimits(inspection);
  return runPlan(
    makePlan({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 }, ...recipe }, inspection),
    new Uint8Array(bytes),
    { load: loadWasm },
  );
}

/** A recipe under which not one pixel may change, but for JPEG, which has no such mode. */
export const exactly = (format: OutputFormat, more: Partial<Recipe> = {}): Partial<Recipe> => ({
  format,
  aim: { kind: 'lossless' },
  ...more,
});

export function notesOf({ notes }: Receipt): readonly NoteCode[] {
  return notes.map(({ code }) => code);
}
