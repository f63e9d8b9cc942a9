/** What is told of a Source before it is worked on. */
import { lossesAhead } from './losses-ahead.ts';
import { makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';
import type { Recipe } from '../model/recipe.ts';
import { inspect } from '../image/inspect.ts';
import type { Inspection } from '../image/inspection.ts';
import { traitsOf } from '../image/traits.ts';
import type { SourceFacts } from '../model/job.ts';

/** @param plan null where none could be made */
export function sourceFacts(inspection: Inspection, plan: Plan | null): SourceFacts {
  const { format, bytes, width, height } = inspection;
  const traits = traitsOf(inspection);
  const losses = plan ? lossesAhead(plan) : [];
  return { format, bytes, width, height, ...(traits.length > 0 && { traits }), ...(losses.length > 0 && { losses }) };
}

/** The same from the bytes; null for what can't be read or worked on, of which the engine will say why. */
export function factsAhead(bytes: Uint8Array, recipe: Recipe): SourceFacts | null {
  try {
    const inspection = inspect(bytes);
    return sourceFacts(inspection, makePlan(recipe, inspection));
  } catch {
    return null;
  }
}
