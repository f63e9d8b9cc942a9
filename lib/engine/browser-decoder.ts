/** The browser's own decoder, in a worker: for the formats that are only read, and for CMYK JPEG. */
import type { Pixels } from '../codecs/codec.ts';
import type { Plan } from '../compress/plan.ts';
import { CompressionError } from '../errors.ts';

/**
 * @returns upright pixels (the browser always applies the EXIF orientation), in sRGB.
 * @throws CompressionError `corrupt` when the browser cannot read it either.
 */
export async function decodeInBrowser(bytes: Uint8Array<ArrayBuffer>, plan: Plan): Promise<Pixels> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: MIME[plan.input] ?? '' }));
  } catch (thrown) {
    throw new CompressionError('corrupt', {}, { cause: thrown });
  }
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new CompressionError('too-much-memory', { format: plan.input, limit: 0 });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { width, height, data };
}

/** The browser sniffs as well; the type only helps where a format has no magic number. */
const MIME: Partial<Record<Plan['input'], string>> = {
  gif: 'image/gif', bmp: 'image/bmp', ico: 'image/x-icon', jpeg: 'image/jpeg',
};
