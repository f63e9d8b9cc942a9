/** Adding to the sums, taking a field out of them, and keeping them few. Pure. */
import type { StatisticsChoice } from './choice.ts';
import type { Bucket } from './figures.ts';

/** Months older than this many are summed as 'earlier', by formats alone. */
const MONTHS_KEPT = 24;
/** At most this many sums (some 200 kB as JSON); above it the oldest month goes to 'earlier' before its time. */
export const MAX_BUCKETS = 1000;

type Part = 'month' | 'formats' | 'browser' | 'system' | 'cores';

/** All buckets that are alike made one, in the order of first appearance. */
export function merged(buckets: readonly Bucket[]): Bucket[] {
  const sums = new Map<string, Bucket>();
  for (const bucket of buckets) {
    const key = JSON.stringify([
      bucket.month,
      bucket.formats?.input,
      bucket.formats?.output,
      bucket.browser?.name,
      bucket.browser?.version,
      bucket.system,
      bucket.cores,
    ]);
    const sum = sums.get(key);
    sums.set(key, sum ? added(sum, bucket) : bucket);
  }
  return [...sums.values()];
}

/** Without all that the person does not let be counted; nothing when statistics are off. */
export function restricted(buckets: readonly Bucket[], { enabled, fields }: StatisticsChoice): Bucket[] {
  if (!enabled) return [];
  return merged(
    buckets.map(({ month, formats, browser, system, cores, count, sizes, ratio, milliseconds }) => ({
      ...(fields.month && month !== undefined && { month }),
      ...(fields.formats && formats && { formats }),
      ...(fields.browser && browser && { browser }),
      ...(fields.system && system && { system }),
      ...(fields.cores && cores !== undefined && { cores }),
      count,
      ...(fields.sizes && sizes && { sizes }),
      ...(fields.ratio && ratio && { ratio }),
      ...(fields.milliseconds && milliseconds && { milliseconds }),
    })),
  );
}

/** Within the bounds above. @param month the current one, as `2026-11` */
export function bounded(buckets: readonly Bucket[], month: string): Bucket[] {
  const first = monthsBefore(month, MONTHS_KEPT);
  let kept = merged(
    buckets.map((bucket) => (bucket.month !== undefined && bucket.month < first ? folded(bucket) : bucket)),
  );
  while (kept.length > MAX_BUCKETS) {
    const oldest = kept
      .map((bucket) => bucket.month)
      .filter((each) => each !== undefined && each !== EARLIER)
      .sort()[0];
    // When no month is left to fold, what was counted without a month is.
    kept = merged(kept.map((bucket) => (bucket.month === oldest ? folded(bucket) : bucket)));
    if (oldest === undefined) break;
  }
  return kept;
}

const EARLIER = 'earlier';

function folded({ month, formats, count, sizes, ratio, milliseconds }: Bucket): Bucket {
  return {
    ...(month !== undefined && { month: EARLIER }),
    ...(formats && { formats }),
    count,
    ...(sizes && { sizes }),
    ...(ratio && { ratio }),
    ...(milliseconds && { milliseconds }),
  };
}

function added(a: Bucket, b: Bucket): Bucket {
  const same: Pick<Bucket, Part> = a;
  const sizes =
    a.sizes && b.sizes
      ? {
          count: a.sizes.count + b.sizes.count,
          before: a.sizes.before + b.sizes.before,
          after: a.sizes.after + b.sizes.after,
        }
      : (a.sizes ?? b.sizes);
  const ratio = sumOf(a.ratio, b.ratio);
  const milliseconds = sumOf(a.milliseconds, b.milliseconds);
  return {
    ...same,
    count: a.count + b.count,
    ...(sizes && { sizes }),
    ...(ratio && { ratio }),
    ...(milliseconds && { milliseconds }),
  };
}

function sumOf(a: Bucket['ratio'], b: Bucket['ratio']): Bucket['ratio'] {
  return a && b ? { count: a.count + b.count, sum: a.sum + b.sum } : (a ?? b);
}

function monthsBefore(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const total = year * 12 + number - 1 - months;
  return `${String(Math.floor(total / 12)).padStart(4, '0')}-${String((total % 12) + 1).padStart(2, '0')}`;
}
