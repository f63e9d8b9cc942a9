/** Which items make room for a new one. Pure. */
import type { HeldItem } from './item.ts';

/** 1 GB, the default for all that the vault holds, in bytes of plaintext. */
export const DEFAULT_CAPACITY = 1_000_000_000;

/**
 * The items to purge so that `needed` bytes fit, or null when even that would not do (then nothing is to be purged).
 * Finished results go first, the one without activity for longest before the others; then finished jobs' sources.
 * An item of a job that runs, or whose own reason says so, stays.
 *
 * @param taken bytes in use, those of items and of puts under way
 */
export function itemsToEvict<Item extends HeldItem>(
  items: readonly Item[],
  taken: number,
  needed: number,
  capacity: number,
  running: ReadonlySet<string>,
): readonly Item[] | null {
  let excess = taken + needed - capacity;
  if (excess <= 0) return [];
  const finished = items
    .filter((item) => !running.has(item.jobId) && item.why !== 'working' && item.why !== 'saving')
    .sort((a, b) => rank(a) - rank(b) || a.touched - b.touched);
  const chosen: Item[] = [];
  for (const item of finished) {
    if (excess <= 0) break;
    chosen.push(item);
    excess -= item.bytes;
  }
  return excess <= 0 ? chosen : null;
}

function rank(item: HeldItem): number {
  return item.part === 'result' ? 0 : 1;
}
