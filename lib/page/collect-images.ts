/** What one frame answers when it is asked for the image in view. */
import { answerOf, type FrameImages, type ImageCandidate } from '../background/choose-image.ts';
import { findImages, focusedImage, type FoundImage, type ShadowOf } from './find-images.ts';

export interface FrameMeans {
  readonly document: Document;
  readonly shadowOf: ShadowOf;
  /** px² inside the tab's viewport, by element. */
  readonly areasOf: (elements: readonly Element[]) => Promise<ReadonlyMap<Element, number>>;
}

export async function imagesInView({ document, shadowOf, areasOf }: FrameMeans): Promise<FrameImages> {
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
