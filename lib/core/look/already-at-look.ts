/** Whether a lossy Source is at a look already: what its quality costs a picture like it is tried on itself. */
import type { LoadWasm, OptionValues, Pixels } from '../codecs/codec.ts';
import { codecs, formats } from '../codecs/registry.ts';
import type { OutputFormat } from '../image/inspection.ts';
import { takeReference } from './metric.ts';
import { takeSample } from './sample.ts';

const SHARE = 0.3;
const MOST = 800_000;
/** Off the Source's own grid of blocks, on which a second encoding at the same quality would lose next to nothing. */
const SHIFT = 4;

/**
 * @param quality that the Source states to have been encoded with.
 * @returns the look of the Source after one more generation at that quality: about what the first one cost it.
 */
export async function lookWhenEncodedAgain(
  pixels: Pixels,
  format: OutputFormat,
  quality: number,
  load: LoadWasm,
): Promise<number> {
  const skipped = Math.min(pixels.width, pixels.height) > 4 * SHIFT ? SHIFT : 0;
  const sample = takeSample(pixels, SHARE, MOST, skipped);
  const reference = await takeReference(sample.pixels, load);
  const file = await codecs[format].encode(sample.pixels, plainOptions(format, quality), load);
  return reference.compare(await codecs[format].decode(file, load));
}

/** As most programs write it: JPEG with the tables of the standard (Annex K), which the stated quality is on the scale of. */
function plainOptions(format: OutputFormat, quality: number): OptionValues {
  const options = formats[format].optionsFor({ quality });
  return format === 'jpeg' ? { ...options, quant_table: 0 } : options;
}
