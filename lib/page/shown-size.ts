/** What a document shows at an address. */
import type { Shown } from '../core/protocol/page-reader.ts';

/** A picture larger than this is not measured, in px: measuring may decode it. */
const MOST_PIXELS = 100_000_000;

/** The element that shows it, else one that does not (yet), else null. Shadow trees are looked into. */
export function findShown(
  root: Document | ShadowRoot,
  url: string,
  shadowOf: (element: Element) => ShadowRoot | null,
): HTMLImageElement | null {
  let empty: HTMLImageElement | null = null;
  // Mostly it is one of these: to ask each element for its shadow tree takes a while on a large page.
  for (const image of root.querySelectorAll('img')) {
    if ((image.currentSrc || image.src) !== url) continue;
    if (image.naturalWidth > 0) return image;
    empty ??= image;
  }
  for (const element of root.querySelectorAll('*')) {
    const shadow = shadowOf(element);
    const inside = shadow && findShown(shadow, url, shadowOf);
    if (inside && inside.naturalWidth > 0) return inside;
    empty ??= inside;
  }
  return empty;
}

/**
 * The size that the element says, without a look at its pixels. It is divided by a density, which mostly is 1: that of
 * srcset and sizes, or of the file's EXIF (Chromium 156).
 */
export function statedSize(element: HTMLImageElement | null): Shown {
  if (!element) return 'unknown';
  const { naturalWidth: width, naturalHeight: height } = element;
  return width === 0 ? 'broken' : { width, height };
}

/**
 * The size in the picture's own pixels. A bitmap has it, comes without a request, and also of a picture that another host
 * lets nobody read (Chromium 156); but it is decoded for that: 40 ms for 2 megapixels.
 */
export async function shownSize(element: HTMLImageElement | null): Promise<Shown> {
  const stated = statedSize(element);
  if (!element || typeof stated === 'string') return stated;
  if (stated.width * stated.height > MOST_PIXELS) return 'unknown';
  try {
    const bitmap = await createImageBitmap(element);
    const size = { width: bitmap.width, height: bitmap.height };
    bitmap.close();
    return size;
  } catch {
    return 'unknown';
  }
}
