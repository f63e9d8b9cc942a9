/**
 * A JPEG of mozjpeg's coefficients in scans of our own: its search for scans is half of its time and more, ours finds as few
 * bytes (docs/PERFORMANCE.md).
 */
import type { LoadWasm, OptionValues, Pixels } from '../codecs/codec.ts';
import { jpegCodec } from '../codecs/jpeg.ts';
import { chooseProgressive } from './choose-scans.ts';
import { readIntoCoder } from './read-jpeg.ts';
import { startScanCoder } from './scan-coder.ts';
import { writeJpeg } from './write-jpeg.ts';

/**
 * @param options of `jpegFormat`
 * @returns the same bytes for the same pixels and options on every machine
 * @throws RangeError when there is no memory for it, and whatever the WASM throws
 */
export async function encodeByMozjpeg(
  pixels: Pixels,
  options: OptionValues,
  load: LoadWasm,
): Promise<Uint8Array<ArrayBuffer>> {
  const sequential = await jpegCodec.encode(pixels, { ...options, progressive: false }, load);
  if (options['progressive'] === false) return sequential;
  const coder = await startScanCoder(load);
  const picture = readIntoCoder(sequential, coder);
  coder.ready();
  return writeJpeg(picture, chooseProgressive(picture.frame, coder), true, coder);
}
