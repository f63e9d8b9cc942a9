/** AVIF by jSquash's decoder, which is libavif in its strict mode; what that refuses is set right and tried once more. */
import { avifCodec } from '../codecs/avif.ts';
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import type { DeepPixels } from '../colour/deep-pixels.ts';
import { CompressionError } from '../errors.ts';
import { lenientAvif } from './avif-lenient.ts';
import { readDeep } from './deep.ts';

/** @returns stored pixels; neither turned nor cropped. @throws CompressionError `corrupt` */
export function readAvif(bytes: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<Pixels> {
  return leniently(bytes, (file) => avifCodec.decode(file, load));
}

/** The same of 16 bits a channel. */
export function readDeepAvif(bytes: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<DeepPixels> {
  return leniently(bytes, (file) => readDeep('avif', file, load));
}

async function leniently<P>(
  bytes: Uint8Array<ArrayBuffer>,
  read: (file: Uint8Array<ArrayBuffer>) => Promise<P>,
): Promise<P> {
  try {
    return await read(bytes);
  } catch (thrown) {
    const again = thrown instanceof CompressionError ? lenientAvif(bytes) : null;
    if (!again) throw thrown;
    return read(again);
  }
}
