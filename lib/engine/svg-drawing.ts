/** Drawing an SVG in a document. As an image, so that its scripts never run and nothing outside it is loaded. */
import type { Pixels } from '../core/codecs/codec.ts';
import { CompressionError } from '../core/errors.ts';

/** @throws CompressionError `corrupt` when the browser cannot draw it. */
export async function drawSvg(
  bytes: Uint8Array<ArrayBuffer>,
  size: { width: number; height: number },
): Promise<Pixels> {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'image/svg+xml' }));
  try {
    const image = new Image(size.width, size.height);
    image.src = url;
    await image.decode().catch((thrown: unknown) => {
      throw new CompressionError('corrupt', {}, { cause: thrown });
    });
    const context = new OffscreenCanvas(size.width, size.height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new CompressionError('too-much-memory', { format: 'svg', limit: 0 });
    context.drawImage(image, 0, 0, size.width, size.height);
    const { width, height, data } = context.getImageData(0, 0, size.width, size.height);
    return { width, height, data };
  } finally {
    URL.revokeObjectURL(url);
  }
}
