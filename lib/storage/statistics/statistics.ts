/**
 * Technical figures of the work, for the person alone. They are off until switched on, lie in `storage.local`, and no
 * code can send them. They are sums, never a row for an image; see `figures.ts` for all that they can hold.
 */
import * as v from 'valibot';
import { coalesced } from '../coalesced.ts';
import { watch } from '../storage-area.ts';
import type { StorageArea } from '../storage-area.ts';
import type { Locks } from '../vault/key.ts';
import { bounded, merged, restricted } from './buckets.ts';
import type { StatisticsChoice } from './choice.ts';
import type { Environment } from './environment.ts';
import { bucketOf, bucketSchema, monthOf } from './figures.ts';
import type { Bucket, CountedReceipt } from './figures.ts';

export interface Statistics {
  /**
   * Counts a finished image, if statistics are on. From a private window nothing is ever counted: nothing is read or
   * written for it either.
   */
  record(receipt: CountedReceipt, from: { readonly privateWindow: boolean }): Promise<void>;
  /** All that is kept, as it lies there: for the table, the chart (`sumsOf`) and the export. Never what the choice excludes. */
  read(): Promise<readonly Bucket[]>;
  /** Removes from what was recorded all that the choice does not let be counted. Call it after each change of the choice. */
  restrict(): Promise<void>;
  /** Deletes all of it. */
  clear(): Promise<void>;
  /** Tells of each change, made in any context. Returns what ends the telling. */
  onChange(listener: () => void): () => void;
}

export interface StatisticsOptions {
  /** `storage.local`. */
  readonly local: StorageArea;
  /** `navigator.locks`. */
  readonly locks: Locks;
  /** The person's choice, asked for each time: `async () => (await settings.load()).statistics`. */
  readonly choice: () => Promise<StatisticsChoice>;
  /** `environmentOf(navigator)`. */
  readonly environment: () => Environment;
  /** ms since the epoch, usually `Date.now`. */
  readonly clock: () => number;
}

const STORAGE_KEY = 'statistics';
/** Buckets that another version wrote are read if they fit the schema, and dropped if not: they are figures, not work. */
const VERSION = 1;

export function createStatistics({ local, locks, choice, environment, clock }: StatisticsOptions): Statistics {
  /** Nothing is kept, as far as this context knows, which alone adds anything: with statistics off, nothing has to be asked of the browser. */
  let isEmpty = false;
  let waiting: { readonly receipt: CountedReceipt; readonly time: number }[] = [];
  const stored = async (): Promise<Bucket[]> => usableBuckets((await local.get(STORAGE_KEY))[STORAGE_KEY]);

  async function change(step: (buckets: Bucket[], chosen: StatisticsChoice) => Bucket[]): Promise<void> {
    await locks.request(STORAGE_KEY, async () => {
      // Within the lock, so that a field which is switched off meanwhile is not written back.
      const chosen = await choice();
      const buckets = restricted(step(await stored(), chosen), chosen);
      if (buckets.length) await local.set({ [STORAGE_KEY]: { version: VERSION, buckets } });
      else await local.remove(STORAGE_KEY);
      isEmpty = buckets.length === 0;
    });
  }

  /** Those of a batch together. */
  const recorded = coalesced(() =>
    change((buckets, chosen) => {
      const counted = waiting;
      waiting = [];
      const added = counted.map(({ receipt, time }) => bucketOf(receipt, environment(), time, chosen));
      return bounded(merged([...buckets, ...added]), monthOf(clock()));
    }),
  );

  return {
    async record(receipt, { privateWindow }) {
      if (privateWindow || (isEmpty && !(await choice()).enabled)) return;
      waiting.push({ receipt, time: clock() });
      await recorded();
    },
    read: async () => restricted(await stored(), await choice()),
    restrict: () => change((buckets) => buckets),
    async clear() {
      waiting = [];
      await locks.request(STORAGE_KEY, () => local.remove(STORAGE_KEY));
    },
    onChange: (listener) => watch(local, STORAGE_KEY, listener),
  };
}

function usableBuckets(value: unknown): Bucket[] {
  const list =
    typeof value === 'object' && value !== null && 'buckets' in value && Array.isArray(value.buckets)
      ? (value.buckets as unknown[])
      : [];
  return list.flatMap((each) => {
    const bucket = v.safeParse(bucketSchema, each);
    return bucket.success ? [bucket.output] : [];
  });
}
