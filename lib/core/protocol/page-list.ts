/** What a script in a page answers when it is asked for all of the page's images, as the plain data that goes to the views. */
import type { PageImage } from './page-images.ts';

export interface ListedImage extends PageImage {
  /** It can be seen, or scrolled to. */
  readonly shown: boolean;
  /** Of its file, where the browser tells the page; null where it does not. */
  readonly bytes: number | null;
}

/** A frame's answer; JSON. */
export interface FrameList {
  /** The frame's own address. */
  readonly url: string;
  /** Device pixels in a CSS px. */
  readonly density: number;
  /** In document order, hidden ones too. */
  readonly images: readonly ListedImage[];
}

/** All frames' answers together. */
export interface PageList {
  readonly url: string;
  readonly title: string;
  readonly frames: readonly (FrameList & { readonly frameId: number })[];
}

/** What names a listed image to the background. */
export interface ListedReference {
  readonly frameId: number;
  readonly frameUrl: string;
  readonly reference: number;
  /** '' for what the page draws, or what is too long for a list. */
  readonly url: string;
  /** The largest file that the page names for it is meant (`srcset`, `image-set()`), not the one that it shows. */
  readonly largest?: boolean | undefined;
}

/** px: a box may be longer (that of a list of a million rows), and is listed as this long. */
export const LONGEST_SIDE = 10_000_000;

/** More images than this of one frame are not listed. */
export const MOST_LISTED = 5_000;

/** The one name that `entrypoints/list-images.ts` sets, in the extension's own world of the page. */
export const PAGE_LIST = 'compressImageList';

/** What stands under that name. A reference means the same image for as long as the document is there. */
export interface PageListApi {
  all(): FrameList;
  /** '' for `url` where `element` has to be drawn; null when it is no longer there. */
  found(reference: number): { readonly url: string; readonly largest: string; readonly element: Element } | null;
}

/** The one name that `entrypoints/draw-image.ts` sets, in the extension's own world of the page. */
export const DRAW_IMAGE = 'compressImageDraw';
/** The names that the scripts before it set there: how elements look, and copies of inline SVGs with all that they show. */
export const DRAWN_STYLE = 'compressImageDrawnStyle';
export const DRAWN_PARTS = 'compressImageDrawnParts';
/** The error codes for what can't be had as a file. */
export type DrawFailure = 'drawing-closed' | 'drawing-incomplete' | 'drawing-unlike';
/** What a page draws itself. */
export interface Drawn {
  /** A data: URL; '' where there is a failure. */
  readonly url: string;
  readonly failure: DrawFailure | null;
  /** Of the part that can't be read; '' where it has none, or nothing is missing. */
  readonly host: string;
}
export type DrawImage = (element: Element) => Promise<Drawn>;

/** The one name that `entrypoints/thumbnail.ts` sets, in the extension's own world of the page. */
export const THUMBNAIL = 'compressImageThumbnail';
/** A small picture of what the page shows, as a data: URL of a WebP; '' where the browser keeps it from scripts. */
export type DrawThumbnail = (element: Element, url: string) => Promise<string>;

/** px of a thumbnail's longer side, for a screen of two px a CSS px. */
export const THUMBNAIL_SIDE = 80;
/** Characters of a thumbnail's data: URL at most. */
export const LONGEST_THUMBNAIL = 30_000;
