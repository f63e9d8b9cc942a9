/** Which image "the image in view" is. Pure: what each frame saw goes in, one image or none comes out. */

/** An image that can be seen at this moment. Lengths are CSS px of its frame. */
export interface ImageCandidate {
  /** Absolute: http(s), data:, blob: or file:. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** px² inside the tab's viewport; what lies in front of it is not considered. */
  readonly visibleArea: number;
  /** It has the keyboard focus, or it is the one image in the link or button that has. */
  readonly focused: boolean;
  /** What the page calls it (alternative text, label, title), or ''. */
  readonly name: string;
}

/** A frame's answer; JSON. */
export interface FrameImages {
  /** The focused one and the largest, by visible area; not all, since a data: URL can be megabytes long. */
  readonly images: readonly ImageCandidate[];
  /** How many can be seen. */
  readonly count: number;
}

export type FrameCandidates = FrameImages & { readonly frameId: number };

export interface ImageInView {
  readonly image: ImageCandidate;
  readonly frameId: number;
  readonly chosenAs: 'focused' | 'only' | 'largest';
}

/** px: what is shorter on a side is an icon, and counts only where there is nothing else. */
const ICON_SIDE = 32;

/** How many of the largest a frame sends. */
const SENT = 3;

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

/** What a frame sends of the images that it found. */
export function answerOf(found: readonly ImageCandidate[]): FrameImages {
  const visible = found.filter(({ visibleArea }) => visibleArea > 0);
  const pictures = visible.filter((image) => !isIcon(image));
  const pool = pictures.length > 0 ? pictures : visible;
  const images = [...pool].sort((a, b) => b.visibleArea - a.visibleArea).slice(0, SENT);
  const focused = visible.find((image) => image.focused);
  return { images: focused && !images.includes(focused) ? [focused, ...images] : images, count: pool.length };
}

function largest<T extends { readonly image: ImageCandidate }>(seen: readonly T[]): T | undefined {
  return seen.reduce<T | undefined>(
    (best, each) => (best && best.image.visibleArea >= each.image.visibleArea ? best : each),
    undefined,
  );
}

function isIcon({ width, height }: ImageCandidate): boolean {
  return Math.min(width, height) < ICON_SIDE;
}
