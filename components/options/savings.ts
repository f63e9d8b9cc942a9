/** What was saved, as bars. Pure. */
import { numberFormat } from '../../lib/core/texts/number-format.ts';
import type { Bucket } from '../../lib/storage/statistics/figures.ts';
import { sumsOf, type Sum } from '../../lib/storage/statistics/sums.ts';
import type { ViewTexts } from '../view-texts.ts';
import { monthText } from './month-text.ts';

export interface Bar {
  readonly key: string;
  readonly label: string;
  /** 0 to 1 of the longest bar; 0 where nothing was saved. */
  readonly share: number;
  /** `1.2 MB saved with 5 images` */
  readonly text: string;
  readonly short: string;
}

export interface Savings {
  readonly total: string;
  readonly totalText: string;
  readonly formats: readonly Bar[];
  /** The last twelve with images. */
  readonly months: readonly Bar[];
}

const MONTHS = 12;

/** Null while nothing was counted with its sizes. */
export function savingsOf(buckets: readonly Bucket[], viewTexts: ViewTexts): Savings | null {
  const { total, byFormat, byMonth } = sumsOf(buckets.filter(({ sizes }) => sizes));
  if (total.count === 0) return null;
  const { t, texts } = viewTexts;
  const formats = byFormat.map((sum) => ({
    ...sum,
    key: sum.format ?? '',
    label: sum.format ? texts.formatLabel(sum.format) : t('statistics.no_format'),
  }));
  const months = byMonth
    .slice(-MONTHS)
    .map((sum) => ({
      ...sum,
      key: sum.month ?? '',
      label: sum.month ? monthText(sum.month, t, 'short') : t('statistics.no_month'),
    }));
  return {
    total: texts.bytesText(Math.max(0, total.saved)),
    totalText: t('statistics.chart_total_text', [imagesText(total.count, viewTexts)]),
    formats: bars(formats, viewTexts),
    months: bars(months, viewTexts),
  };
}

function bars(sums: readonly (Sum & { readonly key: string; readonly label: string })[], viewTexts: ViewTexts): Bar[] {
  const { t, texts } = viewTexts;
  const longest = Math.max(1, ...sums.map(({ saved }) => saved));
  return sums.map(({ key, label, saved, count }) => ({
    key,
    label,
    share: Math.max(0, saved) / longest,
    text: t(saved < 0 ? 'statistics.chart_larger' : 'statistics.chart_saved', [
      texts.bytesText(Math.abs(saved)),
      imagesText(count, viewTexts),
    ]),
    short: saved < 0 ? `+${texts.bytesText(-saved)}` : texts.bytesText(saved),
  }));
}

function imagesText(count: number, { t }: ViewTexts): string {
  return t('kept.images_count', [numberFormat(t('language_tag')).format(count)], count);
}
