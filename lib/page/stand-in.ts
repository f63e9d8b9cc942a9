/**
 * Images that stand in for others until these are needed: a spacer of one px, a blur of twenty, an empty SVG. What
 * they stand in for is named in attributes that libraries have made customary, since no standard has any.
 */
import { largestOf, parseSrcset } from '../core/protocol/srcset.ts';

/** lazysizes, lozad, vanilla-lazyload, WordPress plugins, Magento, Shopify, Gatsby, Baidu, and what else is customary. */
const SOURCES = [
  'src',
  'original',
  'lazy-src',
  'lazy',
  'lazyload',
  'll-src',
  'hi-res-src',
  'full-src',
  'actualsrc',
  'echo',
  'url',
  'image',
];
const SETS = ['srcset', 'lazy-srcset', 'original-set', 'll-srcset', 'set'];

/** px: a file that is no larger than this is a spacer or a counter, never an image to save. */
const SPACER = 2;
/** px: blurs and average colours are scaled up from at most this. */
const BLUR = 64;

export interface StandIn {
  /** Absolute, or '' where the page does not say. */
  readonly url: string;
}

/** What an image stands in for, or null when it is the image itself. */
export function standInOf(image: HTMLImageElement): StandIn | null {
  const later = laterUrl(image);
  const now = image.currentSrc || image.src;
  if (!image.complete || image.naturalWidth === 0) {
    // One that could not be loaded at all stands for nothing, unless there is something to come.
    if (later !== '' && later !== now) return { url: later };
    return image.loading === 'lazy' && !image.complete && now !== '' ? { url: now } : null;
  }
  const { naturalWidth: width, naturalHeight: height, clientWidth } = image;
  if (Math.min(width, height) <= SPACER) return { url: later === now ? '' : later };
  const blurred = width <= BLUR && height <= BLUR && clientWidth >= 3 * width;
  const another = later !== '' && later !== now;
  if (another && (blurred || /^data:/i.test(now) || clientWidth >= 2 * width || isNamedSo(now))) return { url: later };
  if (!blurred) return null;
  const sharp = sharpBeside(image);
  return sharp === null ? null : { url: sharp };
}

function isNamedSo(url: string): boolean {
  return /(?:placeholder|blank|spacer|pixel|transparent|loading|lazy|1x1|lqip)[^/]*$/i.test(url.split(/[?#]/)[0] ?? '');
}

/** The image that the attributes promise, or ''. */
function laterUrl(image: Element): string {
  const set = [...SETS, 'srcset'].map((name) => image.getAttribute(`data-${name}`)).find(Boolean);
  const single = SOURCES.map((name) => image.getAttribute(`data-${name}`)).find(
    (value) => value && !/^[{[]/.test(value),
  );
  const source = image.closest('picture')?.querySelector('source[data-srcset]')?.getAttribute('data-srcset');
  const named = single ?? largestOf(parseSrcset(set ?? source ?? ''));
  if (named !== '') return absolute(named, image);
  // The copy for readers without scripts has the real one.
  const spare = [image.nextElementSibling, image.previousElementSibling, image.querySelector('noscript')].find(
    (element) => element?.localName === 'noscript',
  );
  const [, quoted = ''] = /<img\b[^>]*?\ssrc\s*=\s*["']([^"']+)/i.exec(spare?.textContent ?? '') ?? [];
  return quoted === '' ? '' : absolute(quoted.replace(/&amp;/g, '&'), image);
}

/** A background that comes once it is needed (lazysizes, lozad, vanilla-lazyload, Elementor); '' for none. */
export function laterBackground(element: Element): string {
  const value = ['bg', 'background', 'background-image', 'bg-src', 'lazy-bg', 'bgset']
    .map((name) => element.getAttribute(`data-${name}`))
    .find((each) => each && !/^[{[]/.test(each));
  if (!value) return '';
  const [, named = value] = /url\(\s*["']?([^"')]+)["']?\s*\)/.exec(value) ?? [];
  // A colour, a state, a number: only what is written as an address is one.
  return /^(?:https?:|\/|\.{1,2}\/)|\.(?:jpe?g|png|gif|webp|avif|jxl|svg|bmp)(?:[?#\s]|$)/i.test(named)
    ? absolute(named.trim().split(/\s/)[0], element)
    : '';
}

/** Over a blur lies the image that fades in: in the same box, larger, perhaps still to be loaded. Null without one. */
function sharpBeside(image: HTMLImageElement): string | null {
  const box = image.parentElement?.localName === 'picture' ? image.parentElement.parentElement : image.parentElement;
  for (const other of (box?.parentElement ?? box)?.querySelectorAll('img') ?? []) {
    if (other === image || !overlap(image, other)) continue;
    const url = laterUrl(other) || other.currentSrc || other.src;
    if (url !== '' && (other.naturalWidth > image.naturalWidth || !other.complete || other.naturalWidth === 0))
      return url;
  }
  return null;
}

function overlap(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

export function absolute(url: string | null | undefined, { baseURI }: Node): string {
  if (!url || url.startsWith('#')) return '';
  return URL.canParse(url, baseURI) ? new URL(url, baseURI).href : '';
}
