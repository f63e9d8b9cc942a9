/** What a plan still has to search for, and whether the Source is there already. */
import type { ColourPlan } from '../colour/plan-colour.ts';
import type { Inspection, OutputFormat } from '../image/inspection.ts';
import type { Recipe } from '../model/recipe.ts';
import type { Size } from '../pixels/resize.ts';
import { doubtOf } from './already-small.ts';
import type { Goal } from './plan.ts';

export function goalOf(
  recipe: Recipe,
  output: OutputFormat,
  inspection: Inspection,
  colourPlan: Pick<ColourPlan, 'action'>,
): Goal | null {
  const set = recipe.options?.[output] ?? {};
  switch (recipe.aim.kind) {
    case 'look':
      return { kind: 'look', look: recipe.aim.look, set, doubt: doubtOf(inspection, recipe, output, colourPlan) };
    case 'size':
      return { kind: 'size', bytes: recipe.aim.bytes, set };
    default:
      return null;
  }
}

export function isOver(goal: Goal | null, { bytes }: Inspection): boolean {
  return goal?.kind === 'size' && bytes > goal.bytes;
}

/** Nothing has better quality than what came, and it fits. */
export function isFitting(
  goal: Goal | null,
  inspection: Inspection,
  output: OutputFormat,
  to: Size | null,
  { action }: Pick<ColourPlan, 'action'>,
): boolean {
  return (
    goal?.kind === 'size' && !isOver(goal, inspection) && inspection.format === output && !to && action !== 'convert'
  );
}
