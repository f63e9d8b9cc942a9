/** What a frame answers when it is asked for the image in view. */

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

/** px: what is shorter on a side is an icon, and counts only where there is nothing else. */
const ICON_SIDE = 32;

/** @returns whether it counts only where there is nothing else */
export function isIcon({ width, height }: ImageCandidate): boolean {
  return Math.min(width, height) < ICON_SIDE;
}
