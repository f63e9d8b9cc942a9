/** The statistics as a person sees them: what was saved by format and by month. Pure. */
import type { InputFormat } from '../../core/image/inspection.ts';
import type { Bucket } from './figures.ts';

export interface Sum {
  /** How many images. */
  readonly count: number;
  /** Bytes before and after, of those images whose sizes were counted. */
  readonly before: number;
  readonly after: number;
  /** Bytes saved; negative when they grew. */
  readonly saved: number;
  /** Mean of output by input, or null when none was counted. */
  readonly ratio: number | null;
  /** Mean time of the work, or null when none was counted. */
  readonly milliseconds: number | null;
}

export interface Sums {
  readonly total: Sum;
  /** By the format that was written, most saved first; null is what was counted without formats. */
  readonly byFormat: readonly (Sum & { readonly format: InputFormat | null })[];
  /** In the order of time, `earlier` first; null (last) is what was counted without a month. Months without images are not there. */
  readonly byMonth: readonly (Sum & { readonly month: string | null })[];
}

export function sumsOf(buckets: readonly Bucket[]): Sums {
  return {
    total: sumOf(buckets),
    byFormat: [...grouped(buckets, (bucket) => bucket.formats?.output ?? null)]
      .map(([format, group]) => ({ format, ...sumOf(group) }))
      .sort((a, b) => b.saved - a.saved || b.count - a.count),
    byMonth: [...grouped(buckets, (bucket) => bucket.month ?? null)]
      .map(([month, group]) => ({ month, ...sumOf(group) }))
      .sort((a, b) => (place(a.month) < place(b.month) ? -1 : 1)),
  };
}

function sumOf(buckets: readonly Bucket[]): Sum {
  const total = (figure: (bucket: Bucket) => number | undefined): number =>
    buckets.reduce((sum, bucket) => sum + (figure(bucket) ?? 0), 0);
  const mean = (field: 'ratio' | 'milliseconds'): number | null => {
    const count = total((bucket) => bucket[field]?.count);
    return count === 0 ? null : total((bucket) => bucket[field]?.sum) / count;
  };
  const before = total((bucket) => bucket.sizes?.before);
  const after = total((bucket) => bucket.sizes?.after);
  return {
    count: total((bucket) => bucket.count),
    before,
    after,
    saved: before - after,
    ratio: mean('ratio'),
    milliseconds: mean('milliseconds'),
  };
}

function grouped<Key>(buckets: readonly Bucket[], key: (bucket: Bucket) => Key): Map<Key, Bucket[]> {
  const groups = new Map<Key, Bucket[]>();
  for (const bucket of buckets) groups.set(key(bucket), [...(groups.get(key(bucket)) ?? []), bucket]);
  return groups;
}

/** Digits sort before letters: 'earlier' goes to the front and no month to the end. */
function place(month: string | null): string {
  if (month === null) return 'none';
  return month === 'earlier' ? '' : month;
}
