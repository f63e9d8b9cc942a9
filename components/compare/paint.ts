/** Drawing the visible part of a picture, and of the difference of two, into a canvas of device px. */
import type { Crop } from '../../lib/core/model/recipe.ts';
import type { PlacedPicture } from './compare-session.svelte.ts';
import { PIXELATED_ABOVE, visiblePart, type Camera } from './geometry.ts';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/**
 * Draws onto what is there. Transparent parts stay as they are.
 * @param shown the part of the original that the camera is for: what of the picture lies beside it is not drawn.
 */
export function paintPicture(context: Context, { picture, part }: PlacedPicture, shown: Crop, camera: Camera): void {
  if (part.left === shown.left && part.top === shown.top && part.width === shown.width && part.height === shown.height)
    return paintAt(context, picture, part, camera);
  const { scale } = camera;
  const [x, y] = [Math.round(camera.x), Math.round(camera.y)];
  context.save();
  context.beginPath();
  context.rect(x, y, Math.round(shown.width * scale), Math.round(shown.height * scale));
  context.clip();
  const at = { scale, x: camera.x + (part.left - shown.left) * scale, y: camera.y + (part.top - shown.top) * scale };
  paintAt(context, picture, part, at);
  context.restore();
}

/** @param image the size that the camera is for; the picture may have another one and stands at the same place. */
function paintAt(context: Context, picture: PlacedPicture['picture'], image: Crop, camera: Camera): void {
  const level = picture.levelFor(camera.scale * (image.width / picture.width));
  const visible = visiblePart(camera, image, level, context.canvas);
  if (!visible) return;
  // By the view's scale, not the picture's own: a smaller result is shown as a browser would show it in this place.
  context.imageSmoothingEnabled = camera.scale <= PIXELATED_ABOVE;
  context.imageSmoothingQuality = 'medium';
  const { from, to } = visible;
  context.drawImage(level, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
}

/** What transparent parts are shown on in a difference: on black or white a change there could hide. */
const UNDERLAY = '#808080';

/**
 * The absolute difference of the two as they are shown at this scale, a channel at a time, times 2 to the power of
 * `doublings`. Black is no difference.
 * @param layer a second canvas of the same size.
 * @param shown the part of the original that the camera is for.
 */
export function paintDifference(
  context: Context,
  layer: Context,
  [before, after]: readonly [PlacedPicture, PlacedPicture],
  shown: Crop,
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
    paintPicture(target, picture, shown, camera);
  }
  context.globalCompositeOperation = 'difference';
  context.drawImage(layer.canvas, 0, 0);
  // A canvas drawn onto itself by 'lighter' is twice as bright.
  context.globalCompositeOperation = 'lighter';
  for (let done = 0; done < doublings; done++) context.drawImage(context.canvas, 0, 0);
  context.globalCompositeOperation = 'source-over';
}
