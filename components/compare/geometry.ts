/**
 * Where an image stands in a view. All lengths of the view are device px (a canvas's own), all of the image its upright
 * pixels, so at a scale of 1 each pixel of the image is one of the screen.
 */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Camera {
  /** Device px a pixel of the image. */
  readonly scale: number;
  /** The image's left upper corner in the view. */
  readonly x: number;
  readonly y: number;
}

export interface Box extends Size, Point {}

/** Above this, pixels are shown as squares. */
export const PIXELATED_ABOVE = 2;
const LARGEST_SCALE = 32;
/** A button or a key: two presses double. */
const STEP = Math.SQRT2;

/** The whole image in the middle, as large as the view but never above `largest`: enlarged, it would look worse than it is. */
export function fit(image: Size, view: Size, largest = 1): Camera {
  return centred(image, view, Math.min(largest, view.width / image.width, view.height / image.height));
}

export function centred(image: Size, view: Size, scale: number): Camera {
  return { scale, x: (view.width - image.width * scale) / 2, y: (view.height - image.height * scale) / 2 };
}

/** Another scale with the image's pixel under `at` staying there. */
export function zoomAt(camera: Camera, at: Point, scale: number): Camera {
  const factor = scale / camera.scale;
  return { scale, x: at.x - (at.x - camera.x) * factor, y: at.y - (at.y - camera.y) * factor };
}

export function panBy(camera: Camera, by: Point): Camera {
  return { ...camera, x: camera.x + by.x, y: camera.y + by.y };
}

/**
 * Held so that the image can't be lost: an axis on which it fits stays in the middle; one on which it does not may be
 * moved until the image's edge is in the middle of the view, so that each corner can come to the divider.
 */
export function clamped(camera: Camera, image: Size, view: Size): Camera {
  return {
    scale: camera.scale,
    x: clampedAxis(camera.x, image.width * camera.scale, view.width),
    y: clampedAxis(camera.y, image.height * camera.scale, view.height),
  };
}

function clampedAxis(start: number, length: number, view: number): number {
  // Grows from nothing as the image outgrows the view: no jump on the way in.
  const slack = Math.min(view / 2, Math.max(0, length - view) / 2);
  const middle = (view - length) / 2;
  return length <= view ? middle : Math.min(slack, Math.max(view - length - slack, start));
}

/** The scales that zooming stays within: half of what fits, and squares of 32 device px. */
function scaleRange(image: Size, view: Size): { readonly min: number; readonly max: number } {
  return { min: Math.min(1, fit(image, view).scale / 2), max: LARGEST_SCALE };
}

export function limitedScale(scale: number, image: Size, view: Size): number {
  const { min, max } = scaleRange(image, view);
  return Math.min(max, Math.max(min, scale));
}

/** The next scale of a press; one that passes 100 % stops there. */
export function steppedScale(scale: number, direction: 1 | -1): number {
  const next = direction > 0 ? scale * STEP : scale / STEP;
  const passes = direction > 0 ? scale < 0.999 && next > 1.001 : scale > 1.001 && next < 0.999;
  return passes ? 1 : next;
}

/** The camera for a view of another size: what was in the middle stays there. */
export function resized(camera: Camera, before: Size, after: Size): Camera {
  return panBy(camera, { x: (after.width - before.width) / 2, y: (after.height - before.height) / 2 });
}

/**
 * What of a picture is to be drawn where: whole pixels of the picture, a little more than is seen, and their place in the view.
 * The picture may have other dimensions than the image that the camera is for (a smaller result, a smaller copy): both
 * stand at the same place. Null when nothing is seen.
 */
export function visiblePart(
  camera: Camera,
  image: Size,
  picture: Size,
  view: Size,
): { readonly from: Box; readonly to: Box } | null {
  const across = axisPart(snapped(camera.x), image.width * camera.scale, picture.width, view.width);
  const down = axisPart(snapped(camera.y), image.height * camera.scale, picture.height, view.height);
  if (!across || !down) return null;
  return {
    from: { x: across.from, y: down.from, width: across.count, height: down.count },
    to: { x: across.to, y: down.to, width: across.length, height: down.length },
  };
}

/** At a whole scale the image's pixels then fall onto the screen's. */
function snapped(start: number): number {
  return Math.round(start);
}

function axisPart(
  start: number,
  length: number,
  pixels: number,
  view: number,
): { from: number; count: number; to: number; length: number } | null {
  const size = length / pixels;
  const from = Math.max(0, Math.floor(-start / size) - 1);
  const end = Math.min(pixels, Math.ceil((view - start) / size) + 1);
  return end > from ? { from, count: end - from, to: start + from * size, length: (end - from) * size } : null;
}

/** The divider's place within a view, as a share from its start. */
export function sharedAt(at: number, length: number): number {
  return length <= 0 ? 0.5 : Math.min(1, Math.max(0, at / length));
}
