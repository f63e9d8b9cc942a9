/** A PNG with a palette in place of true colours: where that looks well enough, it is a third of the bytes. */
import type { LoadWasm, OptionValues, Pixels } from '../../codecs/codec.ts';
import { optimisePng } from '../../codecs/png.ts';
import { packedOf } from '../packed.ts';
import { fewestColours, type LookAim } from './fewer-colours.ts';
import { indexedPng } from './indexed-png.ts';
import { pixelsOf, quantise, type IndexedPixels } from './quantiser.ts';

export interface PalettePng {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly colours: number;
  /** As measured; null when the number of colours was given. */
  readonly look: number | null;
  /** Nothing changed but colours under full transparency. */
  readonly isExact: boolean;
  /** What of the encoder's options was set here. */
  readonly options: OptionValues;
}

/** oxipng's, by pixels: 6 saves 0 to 2 % over 3, and takes two to three times as long: 10 to 18 s for a screenshot of 4 megapixels. */
const levelFor = ({ width, height }: Pixels): number => (width * height > 500_000 ? 3 : 6);

/**
 * @param aim a look, for which the fewest colours are searched; or how many there may be at most, 2 to 256
 * @param options of the PNG encoder; `dithering` is 0 to 1
 * @returns null when the look can't be reached with 256 colours, or not one colour would go
 * @throws CompressionError `too-much-memory`
 */
export async function encodePalettePng(
  pixels: Pixels,
  aim: LookAim | { readonly colours: number },
  options: OptionValues,
  load: LoadWasm,
): Promise<PalettePng | null> {
  const dithering = Number(options['dithering'] ?? 1);
  let indexed: IndexedPixels;
  let look: number | null = null;
  if ('colours' in aim) indexed = await quantise(pixels, { colours: aim.colours, dithering }, load);
  else {
    const fewer = await fewestColours(pixels, dithering, aim, load);
    if (!fewer) return null;
    ({ indexed, look } = fewer);
  }
  // oxipng finds such a palette by itself, without a loss.
  if (indexed.isExact && isSame(pixelsOf(indexed), pixels)) return null;
  const level = levelFor(pixels);
  const bytes = await optimisePng(await indexedPng(indexed), { ...options, level }, load);
  const colours = indexed.palette.length / 4;
  return { bytes, colours, look, isExact: indexed.isExact, options: { level, colours } };
}

function isSame(a: Pixels, b: Pixels): boolean {
  const [ones, others] = [packedOf(a), packedOf(b)];
  for (let i = 0; i < ones.length; i++) if (ones[i] !== others[i]) return false;
  return ones.length === others.length;
}
