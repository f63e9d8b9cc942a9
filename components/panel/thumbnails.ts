/**
 * Small pictures for rows, made in the view from what it may read, kept in its memory alone. Few at a time, since the
 * browser decodes the whole image for each.
 */
import type { JobId } from '../../lib/core/model/job.ts';

/** px of the square that is shown: rows show 44 to 72, on fine screens twice that. */
const SIDE = 144;
const AT_ONCE = 2;
const KEPT = 400;
/** A larger image would need some 160 MB while it is decoded: for a thumbnail, no. */
export const MAX_THUMBNAIL_PIXELS = 40_000_000;

export interface Thumbnails {
  /** Null when the browser cannot show it, or there is nothing to read. Give up by the signal. */
  of(id: JobId, signal: AbortSignal): Promise<ImageBitmap | null>;
  forget(id: JobId): void;
}

/** @param load what may be shown of the image, the best first: the first that the browser can show is */
export function createThumbnails(load: (id: JobId) => AsyncIterable<Blob>): Thumbnails {
  const made = new Map<JobId, Promise<ImageBitmap | null>>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function inTurn<T>(step: () => Promise<T>): Promise<T> {
    if (busy >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    busy += 1;
    try {
      return await step();
    } finally {
      busy -= 1;
      waiting.shift()?.();
    }
  }

  async function make(id: JobId): Promise<ImageBitmap | null> {
    for await (const blob of load(id)) {
      const whole = await createImageBitmap(blob).catch(() => null);
      if (whole) return middleOf(whole);
    }
    return null;
  }

  return {
    async of(id, signal) {
      // Scrolled past: whoever shows it again asks again.
      if (signal.aborted) return null;
      const known = made.get(id);
      if (known) return known;
      const picture = inTurn(async () => {
        if (signal.aborted) {
          made.delete(id);
          return null;
        }
        return make(id).catch(() => null);
      });
      made.set(id, picture);
      const [oldest] = made.keys();
      if (made.size > KEPT && oldest !== undefined) made.delete(oldest);
      return picture;
    },
    forget: (id) => void made.delete(id),
  };
}

/** The square in the middle, no larger than it is shown: a strip of 1 by 10,000 px has no more pixels than any other. */
async function middleOf(whole: ImageBitmap): Promise<ImageBitmap> {
  try {
    const { width, height } = whole;
    const side = Math.min(width, height);
    const shown = Math.min(side, SIDE);
    return await createImageBitmap(whole, Math.floor((width - side) / 2), Math.floor((height - side) / 2), side, side, {
      resizeWidth: shown,
      resizeHeight: shown,
      resizeQuality: 'medium',
    });
  } finally {
    whole.close();
  }
}
