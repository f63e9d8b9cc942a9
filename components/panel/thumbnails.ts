/**
 * Small pictures for rows, made in the view from what it may read, kept in its memory alone. Few at a time, since the
 * browser decodes the whole image for each that is no JPEG.
 */
import type { JobId } from '../../lib/core/model/job.ts';

const AT_ONCE = 2;
/**
 * Bytes of pixels that are kept, the last ones that were asked for. 300 rows of 72 px take 6 MB, on a screen of twice as
 * many pixels 25 MB; tiles of 144 px there would take 100 MB, and 145 of them are kept: more than a large window shows.
 */
const MOST_BYTES = 48_000_000;
/** px of the longest square, however fine the screen is: twice a tile. */
const LONGEST_SIDE = 288;
/** A larger image would need some 160 MB while it is decoded: for a thumbnail, no. */
export const MAX_THUMBNAIL_PIXELS = 40_000_000;

export interface Thumbnails {
  /**
   * Null when the browser cannot show it, or there is nothing to read. Give up by the signal.
   *
   * @param side px of the square that it is shown in, of the screen's; an image that is smaller stays so
   */
  of(id: JobId, side: number, signal: AbortSignal): Promise<ImageBitmap | null>;
  /** Everything was purged. */
  clear(): void;
}

/** px of the screen for a square of so many CSS px. */
export function sideOnScreen(side: number, density: number): number {
  return Math.min(LONGEST_SIDE, Math.ceil(side * density));
}

interface Kept {
  readonly side: number;
  /** Of whoever asked for it: it is given up when all of them have. */
  readonly askers: AbortSignal[];
  /** Nobody can give it up any more. */
  made: boolean;
  picture: Promise<ImageBitmap | null>;
  bytes: number;
}

/** @param load what may be shown of the image, the best first: the first that the browser can show is */
export function createThumbnails(load: (id: JobId) => AsyncIterable<Blob>): Thumbnails {
  /** Those asked for last are the last. */
  const kept = new Map<JobId, Kept>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let bytes = 0;

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

  async function make(id: JobId, side: number): Promise<ImageBitmap | null> {
    for await (const blob of load(id)) {
      const decoded = (await decodedSmall(blob, side)) ?? (await createImageBitmap(blob).catch(() => null));
      if (decoded) return middleOf(decoded, side);
    }
    return null;
  }

  function drop(id: JobId, one = kept.get(id)): void {
    if (!one || kept.get(id) !== one) return;
    kept.delete(id);
    bytes -= one.bytes;
  }

  function count(id: JobId, one: Kept, made: ImageBitmap | null): void {
    if (kept.get(id) !== one) return;
    // Once there is a result, there may be something that the browser can show.
    if (!made) return drop(id, one);
    one.bytes = made.width * made.height * 4;
    bytes += one.bytes;
    // One that is shown is drawn: it only has to be made anew when it is shown again.
    for (const [oldest] of kept) {
      if (bytes <= MOST_BYTES || oldest === id) return;
      drop(oldest);
    }
  }

  return {
    async of(id, side, signal) {
      // Scrolled past: whoever shows it again asks again.
      if (signal.aborted) return null;
      const known = kept.get(id);
      if (known?.side === side) {
        kept.delete(id);
        kept.set(id, known);
        if (!known.made) known.askers.push(signal);
        return known.picture;
      }
      drop(id);
      const one: Kept = { side, askers: [signal], made: false, bytes: 0, picture: Promise.resolve(null) };
      kept.set(id, one);
      one.picture = inTurn(async () => {
        if (one.askers.every(({ aborted }) => aborted)) {
          drop(id, one);
          return null;
        }
        const made = await make(id, side).catch(() => null);
        one.made = true;
        one.askers.length = 0;
        count(id, one, made);
        return made;
      });
      return one.picture;
    },
    clear() {
      kept.clear();
      bytes = 0;
    },
  };
}

/**
 * A JPEG with half, a quarter or an eighth of its pixels a side, in place of all of them: of 12 megapixels that takes 55 to 90 ms
 * where 150 to 210 were taken, and 0.75 MB where 48 were. Measured in Chromium 156: turned as the whole one, in the same colours.
 * Null where it can't be had so.
 *
 * @param side px that both sides have at least
 */
async function decodedSmall(blob: Blob, side: number): Promise<ImageBitmap | null> {
  if (blob.type !== 'image/jpeg' || typeof ImageDecoder !== 'function') return null;
  let decoder: ImageDecoder | null = null;
  try {
    decoder = new ImageDecoder({ data: blob.stream(), type: blob.type, desiredWidth: side, desiredHeight: side });
    const { image } = await decoder.decode();
    try {
      const small = await createImageBitmap(image);
      // Of an image that is much longer than wide, Chromium gives less than was asked for.
      if (Math.min(small.width, small.height) >= side) return small;
      small.close();
      return null;
    } finally {
      image.close();
    }
  } catch {
    // A file may not be what it says that it is: the whole one is decoded by its bytes.
    return null;
  } finally {
    decoder?.close();
  }
}

/** The square in the middle, no larger than it is shown: a strip of 1 by 10,000 px has no more pixels than any other. */
async function middleOf(decoded: ImageBitmap, shown: number): Promise<ImageBitmap> {
  try {
    const { width, height } = decoded;
    const side = Math.min(width, height);
    const to = Math.min(side, shown);
    return await createImageBitmap(
      decoded,
      Math.floor((width - side) / 2),
      Math.floor((height - side) / 2),
      side,
      side,
      { resizeWidth: to, resizeHeight: to, resizeQuality: 'medium' },
    );
  } finally {
    decoded.close();
  }
}
