/**
 * The product's codes and figures in words. Every word is in `locales/`; this file only chooses the text and
 * fills it in, so it runs wherever a function is given that looks texts up.
 */
import { likenessOf } from '../model/looks.ts';
import { saving, type Note, type Receipt, type Rival } from '../model/receipt.ts';
import { ERROR_PARAMETERS, type ErrorCode, type ErrorRecord } from '../errors.ts';
import type { InputFormat } from '../image/inspection.ts';
import type { Trait } from '../image/traits.ts';
import { fieldText, reasonText } from './bad-value-text.ts';
import { numberFormat } from './number-format.ts';
import type { Translate } from './translate.ts';

/** What each note's sentence is filled with, in order. */
export const NOTE_PARAMETERS: Partial<Record<Note['code'], readonly string[]>> = {
  'alpha-flattened': ['colour'],
  turned: ['degrees'],
  cropped: ['width', 'height'],
  resized: ['width', 'height'],
  'resized-to-fit': ['fromWidth', 'fromHeight', 'width', 'height'],
  'share-of-total': ['bytes'],
  'look-measured': ['likeness', 'look'],
  'look-short': ['likeness', 'look', 'aim'],
  'first-frame-only': ['frames'],
  'first-page-only': ['pages'],
  'largest-picture': ['pictures'],
  rasterised: ['width', 'height'],
  'depth-reduced': ['from', 'to'],
  'colours-reduced': ['colours'],
  'metadata-removed': ['kinds'],
  'metadata-kept': ['kinds'],
};

/** Notes that say again what "the original", "larger" and "smaller" say. */
const IN_THE_FIGURES: ReadonlySet<Note['code']> = new Set<Note['code']>([
  'never-larger',
  'grown',
  'lossless',
  'already-small',
]);

/** The same for what is special about an image. */
export const TRAIT_PARAMETERS: Partial<Record<Trait['code'], readonly string[]>> = {
  animated: ['frames'],
  profile: ['name'],
  deep: ['bits'],
};

export interface Texts {
  /** What went wrong and what to do. */
  errorText(error: ErrorRecord): string;
  noteText(note: Note): string;
  /** A loss, before the work. */
  aheadText(note: Note): string;
  /** What was lost, removed and kept, as one line; '' when there is nothing to say. What the figures say already is left out. */
  notesLine(notes: readonly Note[]): string;
  /** `animated (12 pictures), Display P3, 16 bits, transparency, GPS position`; '' for an ordinary image. */
  traitsText(traits: readonly Trait[]): string;
  /** `photo.jpg  1.2 MB to 310 kB, 74 % smaller` */
  receiptLine(name: string, receipt: Figures): string;
  /** The same without the name. */
  receiptFigures(receipt: Figures): string;
  /** `37 images, 84.1 MB to 22.6 MB, 73 % smaller` */
  totalLine(count: number, inputBytes: number, outputBytes: number): string;
  /** `JPEG XL`; what has no label is written as it is. */
  formatLabel(format: string): string;
  /** `310 kB`; a kB has 1000 bytes. */
  bytesText(bytes: number): string;
  /** What a look from 0 to 100 means: `Looks good`. */
  likenessText(look: number): string;
  /** `PNG over 310 kB, JPEG 120 kB` */
  rivalsText(rivals: readonly Rival[]): string;
  /** A share as a whole number of percent without its sign: 0.74 is `74`. */
  percentText(share: number): string;
}

export type Figures = Pick<Receipt, 'outcome'> & {
  readonly input: Pick<Receipt['input'], 'bytes'>;
  readonly output: Pick<Receipt['output'], 'bytes'>;
  readonly notes?: Receipt['notes'];
};

/** The key of a code's text: `error` and `http-status` give `error.http_status`. Chrome allows [A-Za-z0-9_@]. */
export function textKey(group: 'error' | 'note' | 'ahead' | 'trait' | 'metadata_kind', code: string): string {
  return `${group}.${code.replaceAll('-', '_')}`;
}

export function textsWith(translate: Translate): Texts {
  const language = translate('language_tag') || 'en';
  // Made once it is needed: most images have nothing to list.
  let list: Intl.ListFormat | undefined;

  const texts: Texts = {
    errorText: (error) => errorText(error, translate, fill),
    noteText: (note) => noteText('note', note),
    aheadText: (note) => noteText('ahead', note),
    notesLine: (notes) =>
      notes
        .filter(({ code }) => !IN_THE_FIGURES.has(code))
        .map(texts.noteText)
        .join(translate('sentence_separator')),
    traitsText: (traits) =>
      traits
        .map(({ code, parameters = {} }) =>
          translate(
            textKey('trait', code),
            (TRAIT_PARAMETERS[code] ?? []).map((name) => fill(name, parameters[name])),
          ),
        )
        .join(translate('list_separator')),
    receiptLine: (name, receipt) => translate('receipt.line', [name, texts.receiptFigures(receipt)]),
    receiptFigures,
    totalLine: (count, inputBytes, outputBytes) =>
      translate('receipt.total', [numberFormat(language).format(count), sizes(inputBytes, outputBytes)], count),
    formatLabel,
    likenessText,
    rivalsText: (rivals) => rivals.map(rivalText).join(translate('list_separator')),
    bytesText: (bytes) => bytesText(bytes, language),
    percentText: (share) => percentText(share, language),
  };
  return texts;

  function noteText(group: 'note' | 'ahead', { code, parameters = {} }: Note): string {
    return translate(
      textKey(group, code),
      (NOTE_PARAMETERS[code] ?? []).map((name) =>
        name === 'likeness' ? likenessText(Number(parameters['look'])) : fill(name, parameters[name]),
      ),
    );
  }

  function likenessText(look: number): string {
    return translate(`likeness.${likenessOf(look)}`);
  }

  function rivalText({ format, bytes, atLeast }: Rival): string {
    const parts = [formatLabel(format), texts.bytesText(bytes)];
    return atLeast ? translate('receipt.rival_at_least', parts) : parts.join('\u00a0');
  }

  function formatLabel(format: string): string {
    return isLabelled(format) ? translate(`format.${format}`) : format.toUpperCase();
  }

  function receiptFigures({ outcome, input, output, notes = [] }: Figures): string {
    // Nobody asked for fewer bytes.
    if (notes.some(({ code }) => code === 'nothing-to-clean'))
      return translate('receipt.unchanged', [texts.bytesText(output.bytes)]);
    return outcome === 'original'
      ? translate('receipt.original', [texts.bytesText(output.bytes)])
      : sizes(input.bytes, output.bytes);
  }

  function sizes(before: number, after: number): string {
    const [from, to] = [texts.bytesText(before), texts.bytesText(after)];
    const saved = saving({ input: { bytes: before }, output: { bytes: after } } as Receipt);
    if (saved === 0) return translate('receipt.equal', [to]);
    if (saved < 0) return translate('receipt.grown', [from, to, texts.percentText(saved)]);
    return saved < 0.005
      ? translate('receipt.barely', [from, to])
      : translate('receipt.smaller', [from, to, texts.percentText(saved)]);
  }

  /** A parameter as its sentence wants it. */
  function fill(name: string, value: string | number | undefined): string {
    if (name === 'host' && (value === undefined || value === '')) return translate('some_site');
    if (value === undefined) return '?';
    if (name === 'format') return formatLabel(String(value));
    if (name === 'kinds')
      return (list ??= new Intl.ListFormat(language, { type: 'conjunction' })).format(
        String(value)
          .split(',')
          .map((kind) => translate(textKey('metadata_kind', kind))),
      );
    if (name === 'bytes') return bytesText(Number(value), language);
    // A status is a name, not an amount.
    if (typeof value === 'number' && name !== 'status')
      return numberFormat(language, { maximumFractionDigits: 1 }).format(value);
    return String(value);
  }
}

type Fill = (name: string, value: string | number | undefined) => string;

function errorText({ code, parameters }: ErrorRecord, translate: Translate, fill: Fill): string {
  if (code === 'bad-recipe')
    return translate('error.bad_recipe', [
      fieldText(String(parameters['field'] ?? ''), translate),
      reasonText({ parameters }, translate),
    ]);
  const detail = detailFor(code, parameters);
  const names: readonly string[] = detail?.names ?? shownParameters(code);
  return translate(
    detail?.key ?? textKey('error', code),
    names.map((name) => fill(name, parameters[name])),
  );
}

/** What the figures are for whoever looks into it, or choose another sentence: words of a browser or of an exception reach nobody. */
const NOT_SHOWN: { readonly [C in ErrorCode]?: readonly string[] } = {
  'download-failed': ['reason'],
  internal: ['detail'],
};

/** What the sentence of a code is filled with, in order. */
export function shownParameters(code: ErrorCode): readonly string[] {
  return ERROR_PARAMETERS[code].filter((name) => !NOT_SHOWN[code]?.includes(name));
}

/** A better sentence than the code's own, where the figures tell more. */
function detailFor(
  code: ErrorCode,
  parameters: ErrorRecord['parameters'],
): { key: string; names: readonly string[] } | null {
  if (code === 'http-status') {
    const names = ['host', 'status'];
    switch (Number(parameters['status'])) {
      case 401:
      case 403:
      case 407:
      case 451:
        return { key: 'error_detail.http_refused', names };
      case 404:
      case 410:
        return { key: 'error_detail.http_missing', names };
      case 429:
      case 503:
      case 509:
        return { key: 'error_detail.http_busy', names };
    }
  }
  if (code === 'unsupported-variant' && parameters['feature'] === 'animation')
    return { key: 'error_detail.animation', names: ['format'] };
  if (code === 'unsupported-variant' && parameters['feature'] === 'frames')
    return { key: 'error_detail.frames', names: ['format'] };
  if (code === 'too-much-memory' && parameters['limit'] === 0) return { key: 'error_detail.memory', names: ['format'] };
  // Others are to go only where there are others.
  if (code === 'vault-full' && parameters['others'] === 0)
    return { key: 'error_detail.nothing_held', names: ['megabytes'] };
  if (code === 'download-failed') {
    // chrome.downloads.InterruptReason
    if (parameters['reason'] === 'FILE_NO_SPACE') return { key: 'error_detail.disk_full', names: [] };
    if (parameters['reason'] === 'FILE_ACCESS_DENIED') return { key: 'error_detail.no_access', names: [] };
  }
  return null;
}

const LABELLED = {
  jpeg: true,
  png: true,
  webp: true,
  avif: true,
  jxl: true,
  gif: true,
  bmp: true,
  ico: true,
  svg: true,
  heic: true,
  tiff: true,
} satisfies Record<InputFormat, true>;

function isLabelled(format: string): format is InputFormat {
  return format in LABELLED;
}

/** Three digits at most: `12 bytes`, `4.5 kB`, `310 kB`, `1.2 MB`, `84.1 MB`, `200 MB`. */
function bytesText(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let [amount, unit] = [bytes, 0];
  // 999.6 kB would be written as 1000 kB.
  while (unit < units.length - 1 && Math.round(amount) >= 1000) [amount, unit] = [amount / 1000, unit + 1];
  const digits = unit === 0 || amount >= (unit === 1 ? 10 : 100) ? 0 : 1;
  return numberFormat(language, {
    style: 'unit',
    unit: units[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(amount);
}

/** Nothing is 100 % smaller: from 99.5 % up a tenth is shown, rounded down. */
function percentText(share: number, language: string): string {
  const percent = Math.abs(share) * 100;
  const nearlyAll = share > 0.995;
  return numberFormat(language, { maximumFractionDigits: nearlyAll ? 1 : 0 }).format(
    nearlyAll ? Math.min(Math.floor(percent * 10) / 10, 99.9) : percent,
  );
}
