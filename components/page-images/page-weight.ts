/**
 * What the images of a page weigh and what could be saved of it. What the browser does not tell, and what nobody has
 * compressed yet, is estimated from pixels and format, and marked so. Pure.
 */
import { formatOfExtension } from '../../lib/core/image/format-facts.ts';
import type { InputFormat } from '../../lib/core/image/inspection.ts';
import type { ImageKind, PixelSize } from '../../lib/core/protocol/page-images.ts';
import type { ListedImage, PageList } from '../../lib/core/protocol/page-list.ts';

export interface PageEntry {
  readonly key: string;
  readonly kind: ImageKind;
  /** '' for what the page draws. */
  readonly url: string;
  readonly frameId: number;
  readonly frameUrl: string;
  readonly reference: number;
  readonly name: string;
  /** The largest file that the page names for it, or '' when that is what it shows. */
  readonly largest: string;
  /** As its address or its kind says. */
  readonly format: InputFormat | null;
  /** The file's own; null where the page does not know. */
  readonly pixels: PixelSize | null;
  /** Device pixels that its largest place on the page has; null for what is not shown. */
  readonly needed: PixelSize | null;
  readonly bytes: number;
  /** Whether `bytes` is a guess. */
  readonly estimated: boolean;
  /** Bytes that compressing may save, guessed. */
  readonly saving: number;
  readonly shown: boolean;
  /** How often the page shows it. */
  readonly times: number;
}

type Frame = PageList['frames'][number];

/** Bytes a pixel: what pages mostly serve, and what a good quality needs (mozjpeg and libwebp near SSIMULACRA 2 of 70 on photographs). */
const DENSITY: Partial<Record<InputFormat, { readonly usual: number; readonly reached: number }>> = {
  jpeg: { usual: 0.25, reached: 0.14 },
  webp: { usual: 0.16, reached: 0.11 },
  avif: { usual: 0.1, reached: 0.08 },
  jxl: { usual: 0.12, reached: 0.09 },
  heic: { usual: 0.12, reached: 0.12 },
  gif: { usual: 0.5, reached: 0.45 },
  png: { usual: 1, reached: 0 },
  bmp: { usual: 3, reached: 0.5 },
  tiff: { usual: 3, reached: 0.5 },
};
const UNKNOWN = { usual: 0.25, reached: 0.14 };

/** A share of the file that can mostly go where pixels say little: drawings by their text, PNG by a palette, icons. */
const SHARE: Partial<Record<InputFormat, number>> = { png: 0.45, svg: 0.25, ico: 0.2 };

/** Bytes of what has no pixels to go by. */
const USUAL_BYTES = 4_000;

/** One entry for each image: the same file in several places is one, and counts once. */
export function entriesOf(frames: readonly Frame[]): PageEntry[] {
  const entries = new Map<string, PageEntry>();
  for (const frame of frames)
    for (const image of frame.images) {
      const entry = entryOf(image, frame);
      const before = entries.get(entry.key);
      entries.set(entry.key, before ? together(before, entry) : entry);
    }
  return [...entries.values()];
}

function entryOf(image: ListedImage, { frameId, url: frameUrl, density }: Frame): PageEntry {
  const { kind, url, reference, name, pixels, shown, largest } = image;
  const format = formatOf(image);
  const needed =
    shown && image.width > 0 && image.height > 0
      ? { width: Math.ceil(image.width * density), height: Math.ceil(image.height * density) }
      : null;
  const area = pixels ?? needed;
  const bytes = image.bytes ?? usualBytes(format, area);
  return {
    // What is drawn, or carried by the page, has no address that names it.
    key: url === '' ? `${frameId}:${reference}` : url,
    ...{ kind, url, frameId, frameUrl, reference, name, format, pixels, needed, shown, largest },
    bytes,
    estimated: image.bytes === null,
    saving: savingOf(format, bytes, pixels),
    times: 1,
  };
}

function together(one: PageEntry, other: PageEntry): PageEntry {
  const areaOf = (entry: PageEntry): number => (entry.needed ? entry.needed.width * entry.needed.height : 0);
  const larger = areaOf(other) > areaOf(one) ? other : one;
  return { ...larger, name: one.name || other.name, shown: one.shown || other.shown, times: one.times + other.times };
}

function formatOf({ kind, url }: Pick<ListedImage, 'kind' | 'url'>): InputFormat | null {
  if (kind === 'svg') return 'svg';
  if (kind === 'canvas' || kind === 'frame') return 'png';
  const carried = /^data:image\/([a-z]+)/i.exec(url)?.[1];
  const [, extension = ''] = /\.([a-z0-9]{3,4})$/i.exec(url.split(/[?#]/)[0] ?? '') ?? [];
  return formatOfExtension((carried ?? extension).toLowerCase());
}

function usualBytes(format: InputFormat | null, area: PixelSize | null): number {
  const usual = (format ? DENSITY[format] : UNKNOWN)?.usual;
  return usual === undefined || !area ? USUAL_BYTES : Math.round(area.width * area.height * usual);
}

function savingOf(format: InputFormat | null, bytes: number, pixels: PixelSize | null): number {
  const share = format ? SHARE[format] : undefined;
  if (share !== undefined) return Math.round(bytes * share);
  const { reached } = (format ? DENSITY[format] : UNKNOWN) ?? UNKNOWN;
  return pixels ? Math.max(0, Math.round(bytes - pixels.width * pixels.height * reached)) : Math.round(bytes * 0.3);
}

/** How many times more pixels the file has than its largest place shows; null where that is not known or not more. */
export function excessOf({ pixels, needed, format }: Pick<PageEntry, 'pixels' | 'needed' | 'format'>): number | null {
  if (!pixels || !needed || format === 'svg') return null;
  const excess = (pixels.width * pixels.height) / (needed.width * needed.height);
  return excess > 1.05 ? excess : null;
}

export interface Measured {
  readonly before: number;
  readonly after: number;
}

export interface PageWeight extends Measured {
  readonly images: number;
  /** Of `before`, whether any is a guess. */
  readonly estimated: boolean;
  /** How many were compressed: for the others `after` is what they weigh now. */
  readonly compressed: number;
  /** What compressing the rest may save, guessed. */
  readonly possible: number;
  /** How many have more pixels than are shown, and how many of their pixels are shown nowhere. */
  readonly oversized: number;
  readonly excessPixels: number;
}

/** @param measured of an entry that was compressed, in bytes */
export function pageWeight(entries: readonly PageEntry[], measured: (entry: PageEntry) => Measured | null): PageWeight {
  let [before, after, compressed, possible, oversized, excessPixels, estimated] = [0, 0, 0, 0, 0, 0, false];
  for (const entry of entries) {
    const real = measured(entry);
    before += real?.before ?? entry.bytes;
    after += real ? Math.min(real.before, real.after) : entry.bytes;
    if (real) compressed += 1;
    else possible += entry.saving;
    estimated ||= !real && entry.estimated;
    if (excessOf(entry) === null || !entry.pixels || !entry.needed) continue;
    oversized += 1;
    excessPixels += entry.pixels.width * entry.pixels.height - entry.needed.width * entry.needed.height;
  }
  return { images: entries.length, before, after, compressed, possible, oversized, excessPixels, estimated };
}
