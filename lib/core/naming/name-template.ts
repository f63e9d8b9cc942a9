/** A person's own pattern for names, and numbers for names that meet. */
import type { InputFormat } from '../image/inspection.ts';
import { extensionOf, splitName } from './extension.ts';
import { MAX_NAME_BYTES, byteLength, safeName, safeStem, shorten } from './safe-name.ts';

/** What `{...}` can stand for. */
export interface TemplateValues {
  /** The original's name without its extension. */
  readonly name: string;
  /** Pixels of the result. */
  readonly width: number;
  readonly height: number;
  readonly format: InputFormat;
  /** Of the codec, or null when there was none (lossless, untouched): its placeholder is then empty. */
  readonly quality: number | null;
  /** Position in the batch, from 1. */
  readonly index: number;
  /** How many the batch has: index is padded with zeros to its digits. */
  readonly count: number;
  readonly date: Date;
}

export const PLACEHOLDERS = ['name', 'width', 'height', 'format', 'quality', 'index', 'date'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/**
 * The file name that `template` makes, e.g. `{name}-{width}x{height}`; the extension is added. A
 * placeholder that is not known stays as it is written, so that a slip can be seen in the example.
 * `{date}` is the local day as 2026-11-23. What comes out empty is named as the original.
 */
export function expandTemplate(template: string, values: TemplateValues): string {
  const extension = extensionOf(values.format);
  const stem = expandedStem(template, withRoom(template, values, extension));
  return safeName(stem, extension) || safeName(values.name, extension) || `image.${extension}`;
}

function expandedStem(template: string, values: TemplateValues): string {
  const texts = placeholderTexts(values);
  const stem = template.replace(/\{(\w+)\}/g, (written, key: string) => (isPlaceholder(key) ? texts[key] : written));
  // A template that names the extension itself does not get it twice.
  const { stem: bare, extension } = splitName(stem);
  return extension !== '' && extensionOf(values.format, extension) === extension ? bare : stem;
}

/** Of a name that would be too long, the original's part gives way: what the template adds tells files apart. */
function withRoom(template: string, values: TemplateValues, extension: string): TemplateValues {
  const times = template.split('{name}').length - 1;
  const excess = byteLength(`${safeStem(expandedStem(template, values))}.${extension}`) - MAX_NAME_BYTES;
  if (excess <= 0 || times === 0) return values;
  const name = safeStem(values.name);
  const room = byteLength(name) - Math.ceil(excess / times);
  return room > 0 ? { ...values, name: shorten(name, room) } : values;
}

/** Placeholders in `template` that are none of ours. */
export function unknownPlaceholders(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key).filter((key) => !isPlaceholder(key));
}

function placeholderTexts(values: TemplateValues): Record<Placeholder, string> {
  return {
    name: values.name,
    width: String(values.width),
    height: String(values.height),
    format: extensionOf(values.format),
    quality: values.quality === null ? '' : String(values.quality),
    index: String(values.index).padStart(String(values.count).length, '0'),
    date: localDay(values.date),
  };
}

function isPlaceholder(key: string): key is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(key);
}

function localDay(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}

/**
 * The same names in the same order, none twice: the second `photo.jpg` is `photo (2).jpg`. Names that
 * differ only in case or in Unicode's normal form are the same file on Windows and macOS. `taken` are
 * names that are in use already.
 */
export function uniqueNames(names: readonly string[], taken: Iterable<string> = []): string[] {
  const used = new Set(Array.from(taken, sameness));
  // A number that is given must not be somebody's own name further down.
  const own = new Set(names.map(sameness));
  const next = new Map<string, number>();
  return names.map((name) => {
    if (!used.has(sameness(name))) {
      used.add(sameness(name));
      return name;
    }
    for (let number = next.get(sameness(name)) ?? 2; ; number++) {
      const candidate = numbered(name, number);
      if (used.has(sameness(candidate)) || own.has(sameness(candidate))) continue;
      used.add(sameness(candidate));
      next.set(sameness(name), number + 1);
      return candidate;
    }
  });
}

function numbered(name: string, number: number): string {
  const { stem, extension } = splitName(name);
  const suffix = ` (${number})${extension === '' ? '' : `.${extension}`}`;
  return shorten(stem, MAX_NAME_BYTES - suffix.length) + suffix;
}

function sameness(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
