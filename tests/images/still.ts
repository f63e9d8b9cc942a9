/** Small still images, as `sharp` writes them. */
import { encoded, gradient, SIZE, type Size } from './pictures.ts';
import type { Orientation } from '../../lib/core/image/inspection.ts';

export type SharpFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif';

export async function plain(format: SharpFormat, size: Size = SIZE): Promise<Uint8Array> {
  return encoded(gradient(size).toFormat(format));
}

export async function withAlpha(format: 'png' | 'webp' | 'avif' | 'tiff'): Promise<Uint8Array> {
  const image = gradient(SIZE, 4);
  // Its default is JPEG, which has no alpha.
  return encoded(format === 'tiff' ? image.tiff({ compression: 'deflate' }) : image.toFormat(format));
}

export async function withOrientation(
  format: 'jpeg' | 'webp' | 'png' | 'tiff',
  orientation: Orientation,
): Promise<Uint8Array> {
  return encoded(gradient().withMetadata({ orientation }).toFormat(format));
}

export async function png16(): Promise<Uint8Array> {
  return encoded(gradient().toColourspace('rgb16').png());
}

export async function palettePng(): Promise<Uint8Array> {
  return encoded(gradient().png({ palette: true, colours: 16 }));
}

export async function greyJpeg(): Promise<Uint8Array> {
  return encoded(gradient().toColourspace('b-w').jpeg());
}

export async function cmykJpeg(): Promise<Uint8Array> {
  return encoded(gradient().toColourspace('cmyk').jpeg());
}
