/**
 * Parts of a plan's work that another worker can do at the same time. Such a part is a plan itself. What it gives hangs on it, on the
 * Source and on what it has to be smaller than, and on nothing else: whoever does it, the bytes are the same.
 */
import type { WorthBelow } from '../look/search-look.ts';
import type { Candidate, PipelineContext } from './pipeline-context.ts';
import type { Plan } from './plan.ts';
import { hasNoRival } from './smallest.ts';

/** In the order in which their results are wanted: fewer colours beside the packing without a loss, then the other formats. */
export function partsOf(plan: Plan): readonly Plan[] {
  const fewerColours = plan.route === 'optimise' ? plan.fewerColours : undefined;
  const rivals = hasNoRival(plan.limit, plan) ? [] : (plan.rivals ?? []);
  return [...(fewerColours ? [fewerColours] : []), ...rivals];
}

/** What the part gave where it was done elsewhere; else it is done here. */
export async function elsewhereOr(
  here: () => Promise<Candidate | null>,
  part: Plan,
  { elsewhere }: PipelineContext,
  worthBelow: WorthBelow = () => Infinity,
): Promise<Candidate | null> {
  const done = await elsewhere?.(part, await worthBelow());
  return done ? done.candidate : here();
}
