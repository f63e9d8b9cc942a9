/** Drawing the visible part of a picture, and of the difference of two, into a canvas of device px. */
import { PIXELATED_ABOVE, visiblePart, type Camera, type Size } from './geometry.ts';
import type { Picture } from './picture.ts';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/**
 * Draws onto what is there. Transparent parts stay as they are.
 * @param image the size that the camera is for; the picture may have another one and stands at the same place.
 */
export function paintPicture(context: Context, picture: Picture, image: Size, camera: Camera): void {
  const level = picture.levelFor(camera.scale * (image.width / picture.width));
  const part = visiblePart(camera, image, level, context.canvas);
  if (!part) return;
  // By the view's scale, not the picture's own: a smaller result is shown as a browser would show it in this place.
  context.imageSmoothingEnabled = camera.scale <= PIXELATED_ABOVE;
  context.imageSmoothingQuality = 'medium';
  const { from, to } = part;
  context.drawImage(level, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
}

/** What transparent parts are shown on in a difference: on black or white a change there could hide. */
const UNDERLAY = '#808080';

/**
 * The absolute difference of the two as they are shown at this scale, a channel at a time, times 2 to the power of
 * `doublings`. Black is no difference.
 * @param layer a second canvas of the same size.
 * @param image the size that the camera is for.
 */
export function paintDifference(
  context: Context,
  layer: Context,
  [before, after]: readonly [Picture, Picture],
  image: Size,
  camera: Camera,
  doublings: number,
): void {
  const { width, height } = context.canvas;
  for (const [target, picture] of [
    [context, before],
    [layer, after],
  ] as const) {
    target.globalCompositeOperation = 'source-over';
    target.fillStyle = UNDERLAY;
    target.fillRect(0, 0, width, height);
    paintPicture(target, picture, image, camera);
  }
  context.globalCompositeOperation = 'difference';
  context.drawImage(layer.canvas, 0, 0);
  // A canvas drawn onto itself by 'lighter' is twice as bright.
  context.globalCompositeOperation = 'lighter';
  for (let done = 0; done < doublings; done++) context.drawImage(context.canvas, 0, 0);
  context.globalCompositeOperation = 'source-over';
}
