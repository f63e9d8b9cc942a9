/** The whole trip of one image in Node, with the real codecs. */
import { makePlan } from '../../lib/compress/plan.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../lib/compress/recipe.ts';
import type { NoteCode, Receipt } from '../../lib/compress/receipt.ts';
import { runPlan, type Compressed } from '../../lib/compress/run.ts';
import { inspect } from '../../lib/image/inspect.ts';
import type { OutputFormat } from '../../lib/image/inspection.ts';
import { checkLimits } from '../../lib/image/limits.ts';
import { loadWasm } from '../node-wasm.ts';

/** What differs from the default recipe. Throws what inspection, plan and run throw. */
export async function compress(bytes: Uint8Array, recipe: Partial<Recipe> = {}): Promise<Compressed> {
  const inspection = inspect(bytes);
  checkLimits(inspection);
  return runPlan(makePlan({ ...DEFAULT_RECIPE, ...recipe }, inspection), new Uint8Array(bytes), { load: loadWasm });
}

/** A recipe under which not one pixel may change, but for JPEG, which has no such mode. */
export const exactly = (format: OutputFormat, more: Partial<Recipe> = {}): Partial<Recipe> => ({ format, aim: { kind: 'lossless' }, ...more });

export function notesOf({ notes }: Receipt): readonly NoteCode[] {
  return notes.map(({ code }) => code);
}
