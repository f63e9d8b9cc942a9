/** The fewest colours at which a picture still looks as it is to look, and its smooth areas show no bands. */
import type { LoadWasm, Pixels } from '../../codecs/codec.ts';
import { bandingOf, mostBanding, smoothSquares } from './banding.ts';
import { pixelsOf, Quantiser, type IndexedPixels } from './quantiser.ts';

export interface LookAim {
  /** SSIMULACRA 2: 100 is no difference, 70 is high quality. */
  readonly look: number;
  /** How much pixels of the picture's size look like the picture, on that scale. */
  readonly measure: (pixels: Pixels) => number;
}

export interface FewerColours {
  readonly indexed: IndexedPixels;
  /** What was measured of it. */
  readonly look: number;
}

/** A palette of PNG or GIF has no more. */
const MOST_COLOURS = 256;
const LEAST_COLOURS = 2;
/** A result so much above the aim is near enough, in points of the look. */
const NEAR_ENOUGH = 1.5;
/** Each costs a pass over the pixels and a measurement. */
const MOST_TRIES = 7;
/** What twice the colours gain at most looks, in points: only the first step of the search hangs on it. */
const POINTS_AN_OCTAVE = 8;

/**
 * Searches the number of colours. The look rises with it almost everywhere; where it does not, more colours are taken than
 * would do, never fewer.
 *
 * @param dithering 0 to 1, see `QuantiseOptions`
 * @returns null when even 256 colours don't reach the look, or show bands
 * @throws CompressionError `too-much-memory`
 */
export async function fewestColours(
  pixels: Pixels,
  dithering: number,
  aim: LookAim,
  load: LoadWasm,
): Promise<FewerColours | null> {
  const quantiser = await Quantiser.create(pixels.width, load);
  quantiser.count(pixels);
  const squares = smoothSquares(pixels);

  function attempt(wanted: number): Tried {
    const colours = quantiser.choose(wanted);
    const indexed = quantiser.map(pixels, dithering);
    const reduced = pixelsOf(indexed);
    const look = aim.measure(reduced);
    // Half the colours have about twice the bands.
    const spare = Math.log2(mostBanding(aim.look) / bandingOf(squares, reduced));
    return { colours, indexed, look, worth: Math.min(look, aim.look + POINTS_AN_OCTAVE * spare) };
  }

  let best = attempt(MOST_COLOURS);
  // A picture that has no more colours keeps them all: it was reduced before, or drawn so.
  if (best.indexed.isExact) return { indexed: best.indexed, look: 100 };
  if (best.worth < aim.look) return null;
  let under: Measured | null = null;
  let before: Measured | null = null;
  for (let tries = 1; tries < MOST_TRIES && best.worth > aim.look + NEAR_ENOUGH; tries++) {
    const wanted = between(under, best, under ?? before, aim.look);
    if (wanted === null) break;
    const tried = attempt(wanted);
    if (tried.worth >= aim.look) [before, best] = [best, tried];
    else under = tried;
  }
  return { indexed: best.indexed, look: best.look };
}

interface Measured {
  readonly colours: number;
  /** The look, or less where there are bands: below the look that is wished, it is not good enough. */
  readonly worth: number;
}

interface Tried extends Measured {
  readonly look: number;
  readonly indexed: IndexedPixels;
}

/**
 * The number of colours to try next, by the look that falls with the logarithm of their number; null when none is left.
 *
 * @param other a second point of the look's line, where one is known
 */
function between(under: Measured | null, over: Measured, other: Measured | null, look: number): number | null {
  const least = under ? under.colours + 1 : LEAST_COLOURS;
  const most = over.colours - 1;
  // Steps of a twentieth: what is finer than that saves no byte.
  if (least > most || (under && over.colours / under.colours < 1.05)) return null;
  const aimed = look + NEAR_ENOUGH / 2;
  const slope = other ? (over.worth - other.worth) / Math.log2(over.colours / other.colours) : POINTS_AN_OCTAVE;
  const guess = over.colours * 2 ** ((aimed - over.worth) / Math.max(slope, 0.1));
  // Never so near to one end that the other stays where it was.
  const [low, high] = [Math.log2(under?.colours ?? 1), Math.log2(over.colours)];
  const margin = (high - low) / 8;
  const kept = Math.min(high - margin, Math.max(low + margin, Math.log2(guess)));
  return Math.min(most, Math.max(least, Math.round(2 ** kept)));
}
