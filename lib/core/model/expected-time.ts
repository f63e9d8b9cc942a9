/** How long an image will take, from what others took on this machine. Pure. */
import type { Job } from './job.ts';
import type { JobIn } from './job-transitions.ts';

/** A guess never says that it is done. */
const MOST = 0.95;
/** Before so many there is no guess. */
const FEW = 2;

/** ms, or null while too few of its kind are done: of the same format to make, with the same kind of aim. */
export function expectedTime(job: JobIn<'compressing'>, others: readonly Job[]): number | null {
  const speeds = others.flatMap((other) =>
    'receipt' in other && kindOf(other, other.receipt.input.format) === kindOf(job, job.source.format)
      ? [other.receipt.milliseconds / (other.receipt.input.width * other.receipt.input.height)]
      : [],
  );
  if (speeds.length < FEW) return null;
  const middle = speeds.sort((a, b) => a - b)[Math.floor(speeds.length / 2)] ?? 0;
  return middle * job.source.width * job.source.height;
}

/** From 0 to less than 1. */
export function shareDone(elapsed: number, expected: number): number {
  return expected <= 0 ? MOST : Math.min(MOST, Math.max(0, elapsed / expected));
}

function kindOf({ recipe }: Job, source: string): string {
  return `${recipe.format === 'same' ? source : recipe.format} ${recipe.aim.kind}`;
}
