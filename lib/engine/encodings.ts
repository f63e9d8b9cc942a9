/** What the scheduler must know of a plan's encodings before they are made. */
import { hasUseForThreads } from '../core/codecs/threads.ts';
import type { InputFormat } from '../core/image/inspection.ts';
import type { Plan } from '../core/pipeline/plan.ts';

/** Of one encoding of the same picture, JPEG's being 1. */
const TIMES: Partial<Record<InputFormat, number>> = { jpeg: 1, webp: 2, png: 2, gif: 3, jxl: 3, avif: 8 };

/** About how long it takes on one thread, a megapixel of JPEG being 1. */
export function costOf(plan: Plan): number {
  const own = (TIMES[plan.output] ?? 1) * ((plan.size.width * plan.size.height) / 1e6);
  return own + (plan.rivals ?? []).reduce((sum, rival) => sum + costOf(rival), 0);
}

/** Whether an encoder of it has use for threads. */
export function usesThreads(plan: Plan): boolean {
  if (plan.rivals?.some(usesThreads)) return true;
  if (plan.route === 'rearrange' || plan.route === 'minify')
    return plan.otherwise !== undefined && usesThreads(plan.otherwise);
  if (plan.route !== 'transcode') return false;
  const { width, height } = plan.resize?.to ?? plan.crop ?? plan.size;
  return hasUseForThreads(plan.output, width * height);
}
