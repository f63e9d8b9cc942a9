/** What any plan that encodes pixels again says of them, and the options of a PNG without loss. */
import type { OptionValues } from '../codecs/codec.ts';
import { withoutPalette } from '../codecs/png.ts';
import type { Inspection } from '../image/inspection.ts';
import { encoderOptions } from '../model/encoder-options.ts';
import type { Note } from '../model/receipt.ts';
import type { Recipe } from '../model/recipe.ts';
import type { Shape } from '../pixels/shape.ts';

export function losslessPngOptions({ aim, options }: Recipe): OptionValues {
  return withoutPalette(encoderOptions('png', aim, options));
}

/** What becomes of the pixels wherever they are encoded again, but for their colours. */
export function changesOf(
  { orientation, ignoredOrientation, bitDepth }: Inspection,
  { turn, crop, to }: Shape,
): Note[] {
  const notes: Note[] = [];
  if (turn !== 0) notes.push({ kind: 'info', code: 'turned', parameters: { degrees: turn } });
  if (crop) notes.push({ kind: 'info', code: 'cropped', parameters: { width: crop.width, height: crop.height } });
  if (to) notes.push({ kind: 'info', code: 'resized', parameters: { width: to.width, height: to.height } });
  if (orientation !== 1) notes.push({ kind: 'info', code: 'orientation-applied' });
  if (ignoredOrientation !== undefined) notes.push({ kind: 'info', code: 'orientation-ignored' });
  if (bitDepth > 8) notes.push({ kind: 'lost', code: 'depth-reduced', parameters: { from: bitDepth, to: 8 } });
  return notes;
}
