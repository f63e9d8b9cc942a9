/**
 * A decoded image for drawing at any scale: the whole, and halves of halves of it, made when first needed. Drawing 50
 * megapixels into a window from a copy of the window's size takes a millisecond; from the whole it takes hundreds.
 */
import type { Size } from './geometry.ts';

export interface Picture extends Size {
  /** The smallest copy that has a pixel for each device px at this scale (device px a pixel of the picture). */
  levelFor(scale: number): ImageBitmap;
  /** Lets go of the memory. What is being made is let go of when it is there. */
  close(): void;
}

/** A copy of at most this many pixels needs no smaller one. */
const SMALL_ENOUGH = 512 * 512;

/**
 * @param whole upright, and from now on the picture's.
 * @param changed a smaller copy is there: drawing again will be faster and smoother.
 */
export function pictureOf(whole: ImageBitmap, changed: () => void): Picture {
  const levels: ImageBitmap[] = [whole];
  let making = false;
  let closed = false;

  async function makeUpTo(count: number): Promise<void> {
    if (making) return;
    making = true;
    try {
      while (!closed && levels.length < count) {
        const above = levels.at(-1) ?? whole;
        const below = await createImageBitmap(above, {
          resizeWidth: Math.ceil(above.width / 2),
          resizeHeight: Math.ceil(above.height / 2),
          resizeQuality: 'medium',
        });
        if (closed) below.close();
        else levels.push(below);
      }
    } catch {
      // No memory for a copy: the one that is there is drawn, only slower.
    } finally {
      making = false;
    }
    if (!closed) changed();
  }

  return {
    width: whole.width,
    height: whole.height,
    levelFor(scale) {
      const wanted = levelIndex(scale, whole);
      if (wanted >= levels.length) void makeUpTo(wanted + 1);
      return levels[Math.min(wanted, levels.length - 1)] ?? whole;
    },
    close() {
      closed = true;
      for (const level of levels.splice(0)) level.close();
    },
  };
}

/** How often a picture may be halved so that it is still no smaller than it is drawn. */
export function levelIndex(scale: number, size: Size): number {
  const wanted = scale >= 1 ? 0 : Math.floor(Math.log2(1 / scale));
  const halvings = Math.max(0, Math.ceil(Math.log2((size.width * size.height) / SMALL_ENOUGH) / 2));
  return Math.min(wanted, halvings);
}
