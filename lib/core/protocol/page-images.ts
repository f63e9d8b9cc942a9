/** What a script in a page answers about its images, as the plain data that goes to the background. */
import type { DocumentSite } from './document-site.ts';

/**
 * What shows it. background: also a mask, a `content` or a border image of CSS. frame: a video at this moment.
 * document: the image is all that the tab or frame shows.
 */
export const IMAGE_KINDS = [
  'img',
  'input',
  'svg-image',
  'svg',
  'canvas',
  'frame',
  'poster',
  'background',
  'object',
  'icon',
  'preview',
  'document',
] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** One image of one frame. */
export interface PageImage {
  readonly kind: ImageKind;
  /** Absolute: http(s), data:, blob: or file:. '' for what the page draws itself, and for a URL that is long: see `takeImage`. */
  readonly url: string;
  /** The number that `takeImage` knows it by, until the frame is asked the next time. */
  readonly reference: number;
  /** CSS px in its frame. */
  readonly width: number;
  readonly height: number;
  /** What the file itself has, where the page knows it. */
  readonly pixels: PixelSize | null;
  /** The largest file that the page names for the same image (`srcset`), or '' when that is `url`. */
  readonly largest: string;
  /**
   * The page shows a stand-in (a spacer, a blur) until the image is needed. `url` is then the image that it says will
   * come, or '' when it does not say.
   */
  readonly standIn: boolean;
  /** What the page calls it (alternative text, label, title), or ''. */
  readonly name: string;
}

/** An image that can be seen at this moment. */
export interface ImageCandidate extends PageImage {
  /** px² inside the tab's viewport, less where something lies in front, and far less where it is decoration. */
  readonly visibleArea: number;
  /** It has the keyboard focus, or it is the one image in the link or button that has. */
  readonly focused: boolean;
}

/** A frame whose document a script of its parent may not see. */
export interface ClosedFrame {
  /** What it was asked to show. */
  readonly url: string;
  readonly visibleArea: number;
}

/** A frame's answer; JSON. */
export interface FrameImages {
  /** The frame's own address. */
  readonly url: string;
  /** The focused one and the largest, by visible area; not all, since there may be thousands. */
  readonly images: readonly ImageCandidate[];
  /** How many can be seen. */
  readonly count: number;
  readonly closed: readonly ClosedFrame[];
}

/** px: what is shorter on a side is an icon, and counts only where there is nothing else. */
const ICON_SIDE = 32;

/** How many of the largest a frame sends. */
const SENT = 3;

export function isIcon({ width, height }: Pick<PageImage, 'width' | 'height'>): boolean {
  return Math.min(width, height) < ICON_SIDE;
}

/** What a frame sends of the images that it found. */
export function answerOf(found: readonly ImageCandidate[]): Pick<FrameImages, 'images' | 'count'> {
  const visible = found.filter(({ visibleArea }) => visibleArea > 0);
  const pictures = visible.filter((image) => !isIcon(image));
  const pool = pictures.length > 0 ? pictures : visible;
  const images = [...pool].sort((a, b) => b.visibleArea - a.visibleArea).slice(0, SENT);
  const focused = visible.find((image) => image.focused);
  return { images: focused && !images.includes(focused) ? [focused, ...images] : images, count: pool.length };
}

/** The one name that `entrypoints/find-images.ts` sets, for the scripts that are put into the page with it. */
export const IMAGE_FINDER = 'compressImageFind';

/** The one name that `entrypoints/page-images.ts` sets, in the extension's own world of the page. */
export const PAGE_IMAGES = 'compressImagePage';

/** What stands under that name. A reference means the same image for as long as the document is there. */
export interface PageImagesApi {
  inView(): Promise<FrameImages>;
  /**
   * What shows this URL, as the browser's menu names it; with '', the images whose data: URL is too long for a menu. Nothing in
   * a document of another site than the one that was clicked in.
   */
  showing(url: string, site: DocumentSite): readonly PageImage[];
  /** A referenced image: '' for `url` where `element` has to be drawn; null when it is no longer there. */
  found(reference: number): { readonly url: string; readonly element: Element } | null;
}
