/**
 * A part of a picture that stands for the whole: tiles of it side by side. Searching on a fifth of the pixels costs a fifth.
 * Tiles are taken evenly from the flattest to the busiest, so that all kinds of content have their share.
 */
import type { Pixels } from '../codecs/codec.ts';
import { cropPixels } from '../pixels/turn-and-flatten.ts';

/** A multiple of every codec's blocks (JPEG 16, WebP 16, AV1 64). */
const TILE = 128;
/** Pixels up to which a picture is its own sample. */
export const WHOLE = 200_000;

export interface Sample {
  /** Of the picture it was chosen for. */
  readonly pixels: Pixels;
  /** Pixels of the whole to one of the sample. */
  readonly scale: number;
  /** The same tiles of a picture of the same size. */
  of(picture: Pixels): Pixels;
}

/**
 * @param share of the pixels, 0 to 1
 * @param most pixels of the sample
 * @param skipped columns at the left and rows at the top that are left out, as if the picture had none
 */
export function takeSample(picture: Pixels, share: number, most: number, skipped = 0): Sample {
  const [width, height] = [picture.width - skipped, picture.height - skipped];
  const wanted = Math.min(most, Math.max(WHOLE * 0.75, width * height * share));
  const columns = Math.floor(width / TILE);
  const rows = Math.floor(height / TILE);
  const count = Math.round(wanted / TILE ** 2);
  if (width * height <= WHOLE || count >= columns * rows) {
    const whole = (other: Pixels): Pixels =>
      skipped === 0 ? other : cropPixels(other, { left: skipped, top: skipped, width, height });
    return { pixels: whole(picture), scale: 1, of: whole };
  }
  const tiles = spread(tilesOf(picture, columns, rows, skipped), count);
  const across = Math.ceil(Math.sqrt(tiles.length));
  // Whole rows of tiles only: a sample has no corner that is nobody's.
  const down = Math.max(1, Math.floor(tiles.length / across));
  const used = tiles.slice(0, across * down);
  const size = { width: across * TILE, height: down * TILE };
  const of = (other: Pixels): Pixels => joined(other, used, across, size);
  return { pixels: of(picture), scale: (width * height) / (size.width * size.height), of };
}

interface Tile {
  readonly x: number;
  readonly y: number;
  readonly activity: number;
}

/** The grid lies in the middle, at a multiple of 16 from what is skipped. */
function tilesOf(picture: Pixels, columns: number, rows: number, skipped: number): Tile[] {
  const left = skipped + ((picture.width - skipped - columns * TILE) >> 5) * 16;
  const top = skipped + ((picture.height - skipped - rows * TILE) >> 5) * 16;
  const tiles: Tile[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [left + column * TILE, top + row * TILE];
      tiles.push({ x, y, activity: activityOf(picture, x, y) });
    }
  }
  return tiles;
}

/** The sum of green's differences to the right and below, on every other pixel. */
function activityOf({ data, width }: Pixels, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + TILE - 1; y += 2) {
    for (let x = left; x < left + TILE - 1; x += 2) {
      const at = (y * width + x) * 4 + 1;
      const here = data[at] ?? 0;
      sum += Math.abs((data[at + 4] ?? 0) - here) + Math.abs((data[at + width * 4] ?? 0) - here);
    }
  }
  return sum;
}

/** `count` of them, evenly by activity, then in the picture's order. */
function spread(tiles: Tile[], count: number): Tile[] {
  const sorted = tiles.toSorted((one, other) => one.activity - other.activity || one.y - other.y || one.x - other.x);
  const chosen = Array.from(
    { length: count },
    (_, index) => sorted[Math.floor(((index + 0.5) * tiles.length) / count)],
  );
  return chosen.filter((tile) => tile !== undefined).sort((one, other) => one.y - other.y || one.x - other.x);
}

function joined(
  picture: Pixels,
  tiles: readonly Tile[],
  across: number,
  { width, height }: Omit<Pixels, 'data'>,
): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (const [index, { x, y }] of tiles.entries()) {
    const to = { x: (index % across) * TILE, y: Math.floor(index / across) * TILE };
    for (let row = 0; row < TILE; row++) {
      const from = ((y + row) * picture.width + x) * 4;
      data.set(picture.data.subarray(from, from + TILE * 4), ((to.y + row) * width + to.x) * 4);
    }
  }
  return { width, height, data };
}
