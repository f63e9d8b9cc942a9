import type { Translate } from '../../lib/core/texts/translate.ts';

/** `2026-11` as `November 2026`, short as `Nov 2026`; `earlier` in words. */
export function monthText(month: string, t: Translate, length: 'long' | 'short' = 'long'): string {
  const [year, number] = month.split('-').map(Number);
  if (year === undefined || number === undefined) return t('statistics.earlier');
  return new Intl.DateTimeFormat(t('language_tag'), { year: 'numeric', month: length }).format(
    new Date(year, number - 1, 1),
  );
}
