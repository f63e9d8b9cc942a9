/** PNG and AVIF of more than 8 bits a channel, with all their bits: for exact reduction, and for colour work before it. */
import type { LoadWasm } from '../codecs/codec.ts';
import { startBindgen, startEmscripten } from '../codecs/emscripten.ts';
import type { DeepPixels } from '../colour/deep-pixels.ts';
import { withoutLongTexts } from '../image/formats/png-chunks.ts';
import { CompressionError } from '../errors.ts';

/** jSquash's AVIF decoder, told how many bits to give: 16 are scaled to the full 65 535. */
interface AvifDecoder {
  decode(
    bytes: Uint8Array,
    bitDepth: number,
  ): { readonly width: number; readonly height: number; readonly data: Uint16Array } | null;
}

/**
 * jSquash's 8-bit PNG decoder cuts off the low byte, so that a 16-bit picture gets darker by half a level; its AVIF
 * decoder rounds. Both lose what a conversion of colours needs.
 *
 * @returns stored pixels; the orientation is not applied
 * @throws CompressionError `corrupt`
 */
export async function readDeep(
  format: 'png' | 'avif',
  bytes: Uint8Array<ArrayBuffer>,
  load: LoadWasm,
): Promise<DeepPixels> {
  try {
    return format === 'png' ? await readPng(bytes, load) : await readAvif(bytes, load);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}

async function readPng(bytes: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<DeepPixels> {
  const glue = await import('@jsquash/png/codec/pkg/squoosh_png.js');
  await startBindgen('png-decoder', glue.default, load);
  const image = glue.decode_rgba16(withoutLongTexts(bytes));
  try {
    // A view into the WASM memory: the next call may write over it, or detach it.
    return { width: image.width, height: image.height, data: Uint16Array.from(image.data) };
  } finally {
    image.free();
  }
}

async function readAvif(bytes: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<DeepPixels> {
  const { default: factory } = await import('@jsquash/avif/codec/dec/avif_dec.js');
  const module = await startEmscripten<AvifDecoder>('avif-decoder', factory, load);
  const image = module.decode(bytes, 16);
  if (!image) throw new CompressionError('corrupt');
  return { width: image.width, height: image.height, data: new Uint16Array(image.data) };
}
