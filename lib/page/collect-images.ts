/** What one frame answers when it is asked for its images. */
import type { DocumentSite } from '../core/protocol/document-site.ts';
import {
  answerOf,
  type ClosedFrame,
  type FrameImages,
  type ImageCandidate,
  type PageImage,
  type PageImagesApi,
} from '../core/protocol/page-images.ts';
import { everyElement, focusedImage, isShown, type FindImages, type FoundImage, type ShadowOf } from './find-images.ts';
import { createReferences } from './references.ts';

export interface FrameAccess {
  readonly document: Document;
  /** Whether this document is of the site. */
  readonly isOf: (site: DocumentSite) => boolean;
  readonly shadowOf: ShadowOf;
  readonly findImages: FindImages;
  /** px² inside the tab's viewport, by element. */
  readonly areasOf: (elements: readonly Element[]) => Promise<ReadonlyMap<Element, number>>;
  /** How much of it is seen through what lies in front, to 1. */
  readonly seenShare: (element: Element) => number;
}

/** A URL that is longer is fetched by its reference when it is needed. */
const LONG = 4096;
/** Chromium's menu gives no URL that is longer (`url::kMaxURLChars`). */
const LONGEST_IN_MENU = 2 * 1024 * 1024;

/** Of the largest, so many are looked at for what lies in front of them. */
const LOOKED_AT = 12;

/** Against images of the page's content: a background or a drawing has to be this much larger to be taken before them. */
const DECORATION = 0.1;
const CONTENT: ReadonlySet<string> = new Set(['img', 'input', 'svg-image', 'document', 'object']);

export function createPageImages({
  document,
  isOf,
  shadowOf,
  findImages,
  areasOf,
  seenShare,
}: FrameAccess): PageImagesApi {
  const references = createReferences<{ readonly url: string }>();

  function asked(images: readonly FoundImage[]): PageImage[] {
    return images.map(({ element, url, ...facts }) => {
      const { width, height } = element.getBoundingClientRect();
      return {
        ...facts,
        url: url.length > LONG ? '' : url,
        reference: references.add(element, { url }),
        width: Math.round(width),
        height: Math.round(height),
      };
    });
  }

  function shownImages(): FoundImage[] {
    return findImages().filter(
      ({ element, kind, standIn, url }) =>
        kind !== 'icon' && kind !== 'preview' && !(standIn && url === '') && isShown(element),
    );
  }

  return {
    async inView(): Promise<FrameImages> {
      const images = shownImages();
      const frames = closedFrames(document, shadowOf);
      const focused = focusedImage(document, images, shadowOf);
      const areas = await areasOf([...new Set([...images.map(({ element }) => element), ...frames])]);
      const candidates = asked(images).map((image, at): ImageCandidate => {
        const found = images[at];
        const isContent = CONTENT.has(image.kind) || found?.element.getAttribute('role') === 'img';
        const area = (found && areas.get(found.element)) ?? 0;
        return { ...image, visibleArea: Math.round(area * (isContent ? 1 : DECORATION)), focused: found === focused };
      });
      const largest = candidates
        .map(({ reference, visibleArea }, at) => ({ reference, visibleArea, element: images[at]?.element }))
        .sort((a, b) => b.visibleArea - a.visibleArea)
        .slice(0, LOOKED_AT);
      const seen = new Map(
        largest.map(({ reference, visibleArea, element }) => [
          reference,
          element ? visibleArea * seenShare(element) : 0,
        ]),
      );
      return {
        url: document.URL,
        ...answerOf(
          candidates.map((image) => ({
            ...image,
            visibleArea: Math.round(seen.get(image.reference) ?? image.visibleArea * 0.05),
          })),
        ),
        closed: frames.flatMap((frame): ClosedFrame[] => {
          const visibleArea = Math.round(areas.get(frame) ?? 0);
          return visibleArea > 0
            ? [{ url: frame.hasAttribute('srcdoc') ? 'about:srcdoc' : frame.src, visibleArea }]
            : [];
        }),
      };
    },
    showing(url, site) {
      const images = isOf(site) ? findImages(true) : [];
      return asked(
        url === ''
          ? images.filter((image) => image.url.length > LONGEST_IN_MENU && isShown(image.element))
          : images.filter(
              ({ element, url: own }) => own === url || (element as Partial<HTMLImageElement>).currentSrc === url,
            ),
      );
    },
    found: (reference) => references.find(reference),
  };
}

/** Frames whose documents this one may not see: of another site, or shut off by `sandbox`. */
function closedFrames(document: Document, shadowOf: ShadowOf): HTMLIFrameElement[] {
  return everyElement(document, shadowOf).filter(
    (element): element is HTMLIFrameElement =>
      element.localName === 'iframe' && !(element as HTMLIFrameElement).contentDocument && isShown(element),
  );
}
