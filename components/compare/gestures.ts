/** What wheels, trackpads and fingers mean for a camera. Pure: events in, what to do out. */
import type { Point } from './geometry.ts';

export interface WheelInput {
  readonly deltaX: number;
  readonly deltaY: number;
  /** 0 px, 1 lines, 2 pages (UI Events, DOM_DELTA_*). */
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  /** ms. */
  readonly timeStamp: number;
}

export type WheelMeaning =
  { readonly kind: 'zoom'; readonly factor: number } | { readonly kind: 'pan'; readonly by: Point };

const LINE = 16;
const PAGE = 400;
/** Events nearer than this are one movement of the hand, ms. */
const SAME_MOVEMENT = 180;
/** px; a notch of a wheel gives more, a finger on a trackpad begins with less. */
const NOTCH = 50;

/**
 * A wheel zooms and two fingers on a trackpad pan; browsers give both as `wheel`. A trackpad shows itself by moving sideways
 * or by beginning in small steps, and what a movement began as, it stays. A pinch comes as a wheel with ctrl.
 */
export function wheelReader(): (input: WheelInput) => WheelMeaning {
  let last = { kind: 'zoom' as WheelMeaning['kind'], time: -Infinity };
  return (input) => {
    const unit = input.deltaMode === 1 ? LINE : input.deltaMode === 2 ? PAGE : 1;
    const by = { x: -input.deltaX * unit, y: -input.deltaY * unit };
    if (input.ctrlKey || input.metaKey)
      return { kind: 'zoom', factor: zoomFactor(-by.y, Math.abs(by.y) < NOTCH ? 100 : 300) };
    if (input.shiftKey) return { kind: 'pan', by: by.x === 0 ? { x: by.y, y: 0 } : by };
    const goesOn = input.timeStamp - last.time < SAME_MOVEMENT;
    const trackpad = input.deltaMode === 0 && (input.deltaX !== 0 || Math.abs(input.deltaY) < NOTCH);
    last = { kind: goesOn ? last.kind : trackpad ? 'pan' : 'zoom', time: input.timeStamp };
    return last.kind === 'pan' ? { kind: 'pan', by } : { kind: 'zoom', factor: zoomFactor(-by.y, 300) };
  };
}

/** A notch of 100 px with a divisor of 300 is 1.4. One event is never more than a doubling. */
function zoomFactor(delta: number, divisor: number): number {
  return Math.min(2, Math.max(0.5, Math.exp(-delta / divisor)));
}

export interface Pinch {
  readonly factor: number;
  /** Between the fingers, as they now are. */
  readonly at: Point;
  readonly by: Point;
}

/** What two fingers did, from where they were and where they are. */
export function pinchOf(before: readonly [Point, Point], after: readonly [Point, Point]): Pinch {
  const [was, is] = [middle(before), middle(after)];
  const spread = distance(before);
  return { factor: spread === 0 ? 1 : distance(after) / spread, at: is, by: { x: is.x - was.x, y: is.y - was.y } };
}

function middle([a, b]: readonly [Point, Point]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance([a, b]: readonly [Point, Point]): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
