/** All images of a frame, with what the browser knows of their files. */
import {
  LONGEST_SIDE,
  MOST_LISTED,
  type FrameList,
  type ListedImage,
  type PageListApi,
} from '../core/protocol/page-list.ts';
import type { PixelSize } from '../core/protocol/page-images.ts';
import { parseSrcset } from '../core/protocol/srcset.ts';
import { createReferences } from './references.ts';
import { isShown, type FindImages, type FoundImage } from './find-images.ts';
import { absolute } from './stand-in.ts';

/** A URL that is longer is fetched by its reference when it is needed. */
const LONG = 4096;

export interface ListAccess {
  readonly document: Document;
  readonly findImages: FindImages;
  /** Bytes by address, of what the document has loaded. */
  readonly sizes: () => ReadonlyMap<string, number>;
}

export function createPageList({ document, findImages, sizes }: ListAccess): PageListApi {
  const references = createReferences<{ readonly url: string; readonly largest: string }>();

  return {
    all(): FrameList {
      const found = findImages()
        .filter(({ standIn, url }) => !(standIn && url === ''))
        .slice(0, MOST_LISTED);
      const loaded = sizes();
      return {
        url: document.URL,
        density: document.defaultView?.devicePixelRatio ?? 1,
        images: found.map((image): ListedImage => {
          const { element, url, largest } = image;
          return listed(image, references.add(element, { url, largest }), loaded);
        }),
      };
    },
    found: (reference) => references.find(reference),
  };
}

function listed(
  { element, url, pixels, ...facts }: FoundImage,
  reference: number,
  loaded: ReadonlyMap<string, number>,
): ListedImage {
  const { width, height } = element.getBoundingClientRect();
  const isUnseen = facts.kind === 'icon' || facts.kind === 'preview';
  return {
    ...facts,
    url: url.length > LONG ? '' : url,
    pixels: pixels ?? ofCandidate(element, url),
    reference,
    width: Math.min(Math.round(width), LONGEST_SIDE),
    height: Math.min(Math.round(height), LONGEST_SIDE),
    shown: !isUnseen && width > 0 && height > 0 && isShown(element),
    bytes: bytesOf(url, loaded),
  };
}

/** What the file has by the descriptor of its candidate: `naturalWidth` of such an image is divided by a density. */
function ofCandidate(element: Element, url: string): PixelSize | null {
  if (element.localName !== 'img') return null;
  const { naturalWidth, naturalHeight } = element as HTMLImageElement;
  const sources =
    element.parentElement?.localName === 'picture' ? element.parentElement.querySelectorAll('source') : [];
  for (const one of [...sources, element]) {
    const set = one.getAttribute('srcset') ?? '';
    const candidate = parseSrcset(set).find((each) => absolute(each.url, element) === url);
    if (!candidate || naturalWidth === 0) continue;
    const width = /\s\d+w(?:\s*,|\s*$)/.test(set) ? candidate.size : naturalWidth * candidate.size;
    return { width: Math.round(width), height: Math.round((width * naturalHeight) / naturalWidth) };
  }
  return null;
}

function bytesOf(url: string, loaded: ReadonlyMap<string, number>): number | null {
  if (!url.startsWith('data:')) return loaded.get(url.replace(/#.*$/s, '')) ?? null;
  const comma = url.indexOf(',') + 1;
  const isBase64 = /;base64\s*$/i.test(url.slice(0, comma - 1));
  return isBase64 ? Math.floor(((url.length - comma) * 3) / 4) : url.length - comma;
}
