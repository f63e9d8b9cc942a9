/** The browser's own decoder, in a worker: for what ours cannot read, such as CMYK JPEG. */
import type { Pixels } from '../core/codecs/codec.ts';
import type { InputFormat } from '../core/image/inspection.ts';
import { CompressionError } from '../core/errors.ts';

/**
 * @returns upright pixels (the browser always applies the EXIF orientation), in sRGB.
 * @throws CompressionError `corrupt` when the browser cannot read it either.
 */
export async function decodeInBrowser(bytes: Uint8Array<ArrayBuffer>, input: InputFormat): Promise<Pixels> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes]));
  } catch (thrown) {
    throw new CompressionError('corrupt', {}, { cause: thrown });
  }
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new CompressionError('too-much-memory', { format: input, limit: 0 });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
  // Its pixels would stay until it is collected: 400 MB of 100 megapixels, beside the encoder's.
  canvas.width = canvas.height = 0;
  return { width, height, data };
}
