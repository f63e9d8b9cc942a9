/** A report on a page's images for whoever looks after the page: Markdown to read, CSV to reckon with. */
import { numberFormat } from '../../lib/core/texts/number-format.ts';
import type { PixelSize } from '../../lib/core/protocol/page-images.ts';
import type { ViewTexts } from '../view-texts.ts';
import { excessOf, pageWeight, type Measured, type PageEntry } from './page-weight.ts';

export interface ReportInput {
  readonly url: string;
  readonly title: string;
  /** In the order of the report. */
  readonly entries: readonly PageEntry[];
  readonly measured: (entry: PageEntry) => Measured | null;
}

const COLUMNS = ['image', 'format', 'pixels', 'shown', 'excess', 'bytes', 'estimated', 'after', 'measured'] as const;

export function markdownReport({ url, title, entries, measured }: ReportInput, { t, texts }: ViewTexts): string {
  const about = (bytes: number, isGuess: boolean): string =>
    isGuess ? t('page_images.about', [texts.bytesText(bytes)]) : texts.bytesText(bytes);
  const number = numberFormat(t('language_tag'), { maximumFractionDigits: 1 });
  const rows = entries.map((entry) => {
    const real = measured(entry);
    const excess = excessOf(entry);
    return [
      cell(
        entry.url === '' ? entry.name || t(`page_images.kind_${entry.kind.replace('-', '_')}`) : shortUrl(entry.url),
      ),
      entry.format ? texts.formatLabel(entry.format) : '',
      size(entry.pixels),
      size(entry.needed),
      excess === null ? '' : `× ${number.format(excess)}`,
      about(real?.before ?? entry.bytes, !real && entry.estimated),
      about(real?.after ?? entry.bytes - entry.saving, !real),
    ];
  });
  const heads = (['image', 'format', 'pixels', 'shown', 'excess', 'bytes', 'after'] as const).map((name) =>
    t(`page_images.column_${name}`),
  );
  return [
    `# ${t('page_images.report_title', [oneLine(title) || url])}`,
    '',
    `<${url.replace(/[<>\s]/g, encodeURIComponent)}>`,
    '',
    ...summaryLines(entries, measured, { t, texts }).map((line) => `- ${line}`),
    '',
    `| ${heads.join(' | ')} |`,
    `| ${heads.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    t('page_images.report_note'),
    '',
  ].join('\n');
}

/** RFC 4180, with names of columns that do not change with the language; bytes and pixels as plain numbers. */
export function csvReport({ entries, measured }: ReportInput): string {
  const rows = entries.map((entry) => {
    const real = measured(entry);
    const excess = excessOf(entry);
    return [
      entry.url || entry.name || entry.kind,
      entry.format ?? '',
      size(entry.pixels, 'x'),
      size(entry.needed, 'x'),
      excess === null ? '' : excess.toFixed(2),
      String(real?.before ?? entry.bytes),
      String(!real && entry.estimated),
      String(real?.after ?? entry.bytes - entry.saving),
      String(real !== null),
    ];
  });
  return [COLUMNS, ...rows].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

/** The page's weight in sentences, for the view and the report. */
export function summaryLines(
  entries: readonly PageEntry[],
  measured: (entry: PageEntry) => Measured | null,
  { t, texts }: ViewTexts,
): string[] {
  const weight = pageWeight(entries, measured);
  const number = numberFormat(t('language_tag'), { maximumFractionDigits: 1 });
  const about = (bytes: number): string =>
    weight.estimated ? t('page_images.about', [texts.bytesText(bytes)]) : texts.bytesText(bytes);
  return [
    t('page_images.weight', [number.format(weight.images), about(weight.before)], weight.images),
    ...(weight.compressed > 0
      ? [t('page_images.weight_after', [number.format(weight.compressed), about(weight.after)], weight.compressed)]
      : []),
    ...(weight.possible > 0 ? [t('page_images.possible', [texts.bytesText(weight.possible)])] : []),
    ...(weight.oversized > 0
      ? [
          t(
            'page_images.oversized',
            [number.format(weight.oversized), number.format(weight.excessPixels / 1e6)],
            weight.oversized,
          ),
        ]
      : []),
  ];
}

export function size(pixels: PixelSize | null, by = ' × '): string {
  return pixels ? `${pixels.width}${by}${pixels.height}` : '';
}

/** Of a data: URL, what it is. */
export function shortUrl(url: string): string {
  return url.startsWith('data:') ? url.slice(0, url.indexOf(',') + 1).slice(0, 60) + '…' : url;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Nothing in it ends the cell, or is read as markup. */
function cell(text: string): string {
  return oneLine(text).replace(/[\\|`*_[\]<>]/g, '\\$&');
}

/** A cell that begins with one of these would be run as a formula. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
