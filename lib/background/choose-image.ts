/** Which image "the image in view" is. Pure: what each frame saw goes in, one image or a reason comes out. */
import { isIcon, type FrameImages, type ImageCandidate } from '../core/protocol/page-images.ts';

export type FrameCandidates = FrameImages & { readonly frameId: number };

export interface ImageInView {
  readonly kind: 'image';
  readonly image: ImageCandidate;
  readonly frameId: number;
  readonly frameUrl: string;
  readonly chosenAs: 'focused' | 'only' | 'largest';
}

export type Choice =
  | ImageInView
  | { readonly kind: 'none' }
  /** Nothing is seen but a frame that lets no script in until its host is allowed. */
  | { readonly kind: 'closed'; readonly url: string };

/** px²: a smaller frame is a counter or a button, and holds no image that a person means. */
const LEAST_FRAME = 10_000;

/** @param pageUrl of the tab: frames that are written into the page, or shut off from it, go by its host */
export function chooseImageInView(frames: readonly FrameCandidates[], pageUrl = ''): Choice {
  const seen = frames.flatMap(({ images, frameId, url }) =>
    images.map((image) => ({ kind: 'image' as const, image, frameId, frameUrl: url })),
  );
  const focused = largest(seen.filter(({ image }) => image.focused));
  if (focused) return { ...focused, chosenAs: 'focused' };
  const pictures = seen.filter(({ image }) => !isIcon(image));
  if (pictures.length === 0) {
    const url = closedUrl(frames, pageUrl);
    if (url !== null) return { kind: 'closed', url };
  }
  const chosen = largest(pictures.length > 0 ? pictures : seen);
  if (!chosen) return { kind: 'none' };
  const counted = pictures.length > 0 ? frames.filter(({ images }) => images.some((image) => !isIcon(image))) : frames;
  const count = counted.reduce((sum, frame) => sum + frame.count, 0);
  return { ...chosen, chosenAs: count === 1 ? 'only' : 'largest' };
}

/** An address of the host whose permission would open the largest frame that gave no answer. */
function closedUrl(frames: readonly FrameCandidates[], pageUrl: string): string | null {
  const answered = new Set(frames.map(({ url }) => url));
  const closed = frames
    .flatMap((frame) => frame.closed)
    .filter(({ url, visibleArea }) => visibleArea >= LEAST_FRAME && !answered.has(url))
    .sort((a, b) => b.visibleArea - a.visibleArea)[0];
  return closed ? ([closed.url, pageUrl].find((url) => /^https?:/i.test(url)) ?? null) : null;
}

function largest<T extends { readonly image: ImageCandidate }>(seen: readonly T[]): T | undefined {
  return seen.reduce<T | undefined>(
    (best, each) => (best && best.image.visibleArea >= each.image.visibleArea ? best : each),
    undefined,
  );
}
