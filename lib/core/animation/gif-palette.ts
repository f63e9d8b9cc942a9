/** The palettes of a GIF: one for all images where that will do, or one for each. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { packedOf, unpacked } from '../pixels/packed.ts';
import { pixelsOf, Quantiser } from '../pixels/quantise/quantiser.ts';
import { packedFrame } from './canvas.ts';
import type { GifPalette } from './gif-coder.ts';
import type { Movie } from './movie.ts';

/** One index is for "nothing". */
const MOST_COLOURS = 255;

/** So few colours too many are merged with their neighbours; with more, each image gets a palette of its own. */
const FEW_TOO_MANY = 16;

/** Of images with more colours than a palette has: half keeps gradients smooth, and grain that repeats no string costs bytes. */
const DITHERING = 0.5;

/** A frame as a GIF can show it: each pixel opaque, or 0. */
export function packedForGif(frame: Pixels): Uint32Array<ArrayBuffer> {
  const packed = packedFrame(frame);
  const isSo = packed.every((colour) => colour === 0 || colour >>> 24 === 255);
  return isSo ? packed : packed.map((colour) => (colour >>> 24 < 128 ? 0 : (colour | 0xff000000) >>> 0));
}

/**
 * One palette for all frames; null when they have too many colours for it.
 *
 * @param mayLose a few colours may become others
 */
export async function sharedPalette(movie: Movie, mayLose: boolean, load: LoadWasm): Promise<GifPalette | null> {
  const colours = new Set<number>();
  const most = MOST_COLOURS + (mayLose ? FEW_TOO_MANY : 0);
  for await (const frame of movie.frames()) {
    if (!addColours(colours, packedForGif(frame), null, most)) return null;
  }
  if (colours.size <= MOST_COLOURS) return paletteOf(colours);
  const packed = Uint32Array.from(colours);
  const quantiser = await Quantiser.create(packed.length, load);
  quantiser.count(unpacked(packed, { width: packed.length, height: 1 }));
  quantiser.choose(MOST_COLOURS);
  return { colours: quantiser.colours, transparent: MOST_COLOURS };
}

export interface LocalPalette {
  readonly palette: GifPalette;
  /** What is to be seen, in colours of the palette where they changed. */
  readonly target: Uint32Array;
}

/**
 * Of what changes in one image.
 *
 * @returns null when it has more colours than can be said, and none may be lost
 */
export async function localPalette(
  wanted: Uint32Array<ArrayBuffer>,
  before: Uint32Array,
  width: number,
  mayLose: boolean,
  load: LoadWasm,
): Promise<LocalPalette | null> {
  const colours = new Set<number>();
  if (addColours(colours, wanted, before, MOST_COLOURS)) return { palette: paletteOf(colours), target: wanted };
  if (!mayLose) {
    // With all of them drawn no index is needed for "nothing".
    const all = new Set<number>();
    if (wanted.includes(0) || !addColours(all, wanted, null, MOST_COLOURS + 1)) return null;
    return { palette: { colours: Uint32Array.from(all), transparent: null }, target: wanted };
  }
  const changed = wanted.map((colour, i) => (colour === before[i] ? 0 : colour));
  const pixels = unpacked(changed, { width, height: wanted.length / width });
  const quantiser = await Quantiser.create(width, load);
  quantiser.count(pixels);
  quantiser.choose(MOST_COLOURS);
  const drawn = packedOf(pixelsOf(quantiser.map(pixels, DITHERING)));
  return {
    palette: paletteOf(new Set(drawn)),
    target: wanted.map((colour, i) => (colour === before[i] ? colour : (drawn[i] ?? colour))),
  };
}

function paletteOf(used: Set<number>): GifPalette {
  const colours = Uint32Array.from(used).filter((colour) => colour !== 0);
  return { colours, transparent: colours.length };
}

/** Adds what is not nothing and not as before; false when there are more than `most`. */
function addColours(colours: Set<number>, packed: Uint32Array, before: Uint32Array | null, most: number): boolean {
  let last = 0;
  for (let i = 0; i < packed.length; i++) {
    const colour = packed[i] ?? 0;
    if (colour === last || colour === 0 || colour === before?.[i]) continue;
    last = colour;
    colours.add(colour);
    if (colours.size > most) return false;
  }
  return true;
}
