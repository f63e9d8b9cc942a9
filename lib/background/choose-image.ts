/** Which image "the image in view" is. Pure: what each frame saw goes in, one image or none comes out. */
import { isIcon, type FrameCandidates, type ImageCandidate } from '../core/protocol/image-in-view.ts';

export interface ImageInView {
  readonly image: ImageCandidate;
  readonly frameId: number;
  readonly chosenAs: 'focused' | 'only' | 'largest';
}

export function chooseImageInView(frames: readonly FrameCandidates[]): ImageInView | null {
  const seen = frames.flatMap(({ images, frameId }) => images.map((image) => ({ image, frameId })));
  const focused = largest(seen.filter(({ image }) => image.focused));
  if (focused) return { ...focused, chosenAs: 'focused' };
  const pictures = seen.filter(({ image }) => !isIcon(image));
  const chosen = largest(pictures.length > 0 ? pictures : seen);
  if (!chosen) return null;
  const counted = pictures.length > 0 ? frames.filter(({ images }) => images.some((image) => !isIcon(image))) : frames;
  const count = counted.reduce((sum, frame) => sum + frame.count, 0);
  return { ...chosen, chosenAs: count === 1 ? 'only' : 'largest' };
}

function largest<T extends { readonly image: ImageCandidate }>(seen: readonly T[]): T | undefined {
  return seen.reduce<T | undefined>(
    (best, each) => (best && best.image.visibleArea >= each.image.visibleArea ? best : each),
    undefined,
  );
}
