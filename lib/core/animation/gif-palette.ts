/** The palettes of a GIF: one for all images where that will do, or one for each. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { pixelsOf, Quantiser } from '../pixels/quantise/quantiser.ts';
import { canvasWords } from './canvas.ts';
import type { GifPalette } from './gif-coder.ts';
import type { Movie } from './movie.ts';

/** One index is for "nothing". */
const MOST_COLOURS = 255;

/** So few colours too many are merged with their neighbours; with more, each image gets a palette of its own. */
const FEW_TOO_MANY = 16;

/** Of images with more colours than a palette has: half keeps gradients smooth, and grain that repeats no string costs bytes. */
const DITHERING = 0.5;

/** A frame as a GIF can show it: each pixel opaque, or 0. */
export function gifWords(frame: Pixels): Uint32Array<ArrayBuffer> {
  const words = canvasWords(frame);
  const isSo = words.every((word) => word === 0 || word >>> 24 === 255);
  return isSo ? words : words.map((word) => (word >>> 24 < 128 ? 0 : (word | 0xff000000) >>> 0));
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
    if (!addColours(colours, gifWords(frame), null, most)) return null;
  }
  if (colours.size <= MOST_COLOURS) return paletteOf(colours);
  const words = Uint32Array.from(colours);
  const quantiser = await Quantiser.create(words.length, load);
  quantiser.count({ width: words.length, height: 1, data: new Uint8ClampedArray(words.buffer) });
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
  const changed = wanted.map((word, i) => (word === before[i] ? 0 : word));
  const pixels = { width, height: wanted.length / width, data: new Uint8ClampedArray(changed.buffer) };
  const quantiser = await Quantiser.create(width, load);
  quantiser.count(pixels);
  quantiser.choose(MOST_COLOURS);
  const drawn = new Uint32Array(pixelsOf(quantiser.map(pixels, DITHERING)).data.buffer);
  return {
    palette: paletteOf(new Set(drawn)),
    target: wanted.map((word, i) => (word === before[i] ? word : (drawn[i] ?? word))),
  };
}

function paletteOf(words: Set<number>): GifPalette {
  const colours = Uint32Array.from(words).filter((word) => word !== 0);
  return { colours, transparent: colours.length };
}

/** Adds what is not nothing and not as before; false when there are more than `most`. */
function addColours(colours: Set<number>, words: Uint32Array, before: Uint32Array | null, most: number): boolean {
  let last = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    if (word === last || word === 0 || word === before?.[i]) continue;
    last = word;
    colours.add(word);
    if (colours.size > most) return false;
  }
  return true;
}
