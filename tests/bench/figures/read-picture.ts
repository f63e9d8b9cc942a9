/** A picture file as the benches take it: sRGB, upright as stored, not larger than a side. */
import sharp from 'sharp';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';

/** @param keepsAlpha or else it is taken away. */
export async function readPicture(file: Uint8Array, side: number, keepsAlpha = false): Promise<Pixels> {
  const picture = sharp(file).resize(side, side, { fit: 'inside', withoutEnlargement: true }).toColourspace('srgb');
  const { data, info } = await (keepsAlpha ? picture : picture.removeAlpha())
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}
