/** What one frame answers when it is asked for the image in view. */
import { isIcon, type FrameImages, type ImageCandidate } from '../core/protocol/image-in-view.ts';
import { findImages, focusedImage, type FoundImage, type ShadowOf } from './find-images.ts';

export interface FrameContext {
  readonly document: Document;
  readonly shadowOf: ShadowOf;
  /** px² inside the tab's viewport, by element. */
  readonly areasOf: (elements: readonly Element[]) => Promise<ReadonlyMap<Element, number>>;
}

export async function imagesInView({ document, shadowOf, areasOf }: FrameContext): Promise<FrameImages> {
  const found = findImages(document, shadowOf);
  const focused = focusedImage(document, found, shadowOf);
  const areas = await areasOf(found.map(({ element }) => element));
  return answerOf(found.map((image) => candidate(image, areas.get(image.element) ?? 0, image === focused)));
}

function candidate({ element, url, name }: FoundImage, visibleArea: number, focused: boolean): ImageCandidate {
  const { width, height } = element.getBoundingClientRect();
  return {
    url,
    width: Math.round(width),
    height: Math.round(height),
    visibleArea: Math.round(visibleArea),
    focused,
    name,
  };
}

/** How many of the largest a frame sends. */
const SENT = 3;

/** What a frame sends of the images that it found. */
export function answerOf(found: readonly ImageCandidate[]): FrameImages {
  const visible = found.filter(({ visibleArea }) => visibleArea > 0);
  const pictures = visible.filter((image) => !isIcon(image));
  const pool = pictures.length > 0 ? pictures : visible;
  const images = [...pool].sort((a, b) => b.visibleArea - a.visibleArea).slice(0, SENT);
  const focused = visible.find((image) => image.focused);
  return { images: focused && !images.includes(focused) ? [focused, ...images] : images, count: pool.length };
}
