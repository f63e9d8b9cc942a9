/** Making an image smaller in pixels by the methods of `@jsquash/resize`, in linear light, with alpha taken into account. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { startBindgen } from '../codecs/emscripten.ts';
import type { Recipe, Resize } from '../model/recipe.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size that a resize gives an upright image, which for `fill` has the box's shape already (`shapeOf`); never larger than it is, never under 1 px. Null when nothing changes. */
export function resizedTo(size: Size, resize: Resize | null): Size | null {
  if (!resize) return null;
  const factor = Math.min(1, factorOf(size, resize));
  if (factor === 1) return null;
  // Its shape is the box's but for a rounding.
  if (resize.by === 'fill') return { width: resize.width, height: resize.height };
  const scaled = {
    width: Math.max(1, Math.round(size.width * factor)),
    height: Math.max(1, Math.round(size.height * factor)),
  };
  return scaled.width === size.width && scaled.height === size.height ? null : scaled;
}

function factorOf(size: Size, resize: Resize): number {
  switch (resize.by) {
    case 'longest-side':
      return resize.pixels / Math.max(size.width, size.height);
    case 'width':
      return resize.pixels / size.width;
    case 'height':
      return resize.pixels / size.height;
    case 'percent':
      return resize.percent / 100;
    case 'fit':
      return Math.min(resize.width / size.width, resize.height / size.height);
    case 'fill':
      return Math.max(resize.width / size.width, resize.height / size.height);
  }
}

/** `squoosh_resize`'s own numbers of its filters; 0 is triangle, 1 Catmull-Rom. */
const FILTERS: Readonly<Record<Recipe['resizeMethod'], number>> = { mitchell: 2, lanczos3: 3 };

export async function resizePixels(
  pixels: Pixels,
  size: Size,
  method: Recipe['resizeMethod'],
  load: LoadWasm,
): Promise<Pixels> {
  const bytes = new Uint8Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength);
  const glue = await import('@jsquash/resize/lib/resize/pkg/squoosh_resize.js');
  await startBindgen('resize', glue.default, load);
  const premultiply = true;
  const linearLight = true;
  const data = glue.resize(
    bytes,
    pixels.width,
    pixels.height,
    size.width,
    size.height,
    FILTERS[method],
    premultiply,
    linearLight,
  );
  return { ...size, data: new Uint8ClampedArray(data) };
}
