/**
 * HEIC by libheif, whose glue and WASM are loaded when the first such file comes. The glue logs and hides errors behind
 * its `HeifDecoder`, so the functions under it are called.
 */
import type { default as Factory, heif_image, heif_image_handle, MainModule } from 'libheif-js/libheif-wasm/libheif';
import type { LoadWasm } from '../codecs/codec.ts';
import { startEmscripten } from '../codecs/emscripten.ts';
import { isDeep } from '../colour/deep-pixels.ts';
import { CompressionError } from '../errors.ts';
import { inspectHeif } from '../image/formats/heif.ts';
import { MAX_PIXELS } from '../image/limits.ts';
import { ifReadable } from '../bytes/reader.ts';
import type { DeepPicture, Picture, PictureReader } from './picture.ts';

/**
 * libheif turns and mirrors by `irot` and `imir`. Primaries and curves stay the file's own. More than 8 bits are given as
 * 16: libheif would cut them off, and curves of high dynamic range need them.
 */
export const heicReader: PictureReader<Picture | DeepPicture> = {
  async read(bytes, load) {
    try {
      return decode(await start(load), bytes);
    } catch (thrown) {
      throw CompressionError.from(thrown, 'corrupt');
    }
  },
};

async function start(load: LoadWasm): Promise<MainModule> {
  const { default: factory } = (await import('libheif-js/libheif-wasm/libheif.js')) as { default: typeof Factory };
  return startEmscripten<MainModule>(
    'heif-decoder',
    (options) => Promise.resolve(factory({ ...options, printErr: () => undefined })),
    load,
  );
}

/** What libheif answers with instead of a handle or an image. */
interface Failure {
  readonly code: object;
  readonly message: string;
}

interface Decoded {
  readonly image: heif_image;
  /** RGBA rows of `stride` bytes, in the WASM memory: gone with the image. More than 8 bits are two bytes, little-endian. */
  readonly channels: readonly {
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly bits_per_pixel: number;
    readonly data: Uint8Array;
  }[];
}

function decode(heif: MainModule, bytes: Uint8Array): Picture | DeepPicture {
  const context = heif.heif_context_alloc();
  try {
    const read = heif.heif_context_read_from_memory(context, bytes);
    if (read.code !== heif.heif_error_code.heif_error_Ok) throw refused(heif, read);
    const handle = checked<heif_image_handle>(heif, heif.heif_js_context_get_primary_image_handle(context));
    try {
      const { width, height } = {
        width: heif.heif_image_handle_get_width(handle),
        height: heif.heif_image_handle_get_height(handle),
      };
      if (width * height > MAX_PIXELS)
        throw new CompressionError('too-many-pixels', { width, height, limit: MAX_PIXELS / 1e6 });
      const chroma =
        ifReadable(() => inspectHeif(bytes, 'heic').bitDepth, 8) > 8
          ? heif.heif_chroma.heif_chroma_interleaved_RRGGBBAA_LE
          : heif.heif_chroma.heif_chroma_interleaved_RGBA;
      const decoded = checked<Decoded>(
        heif,
        heif.heif_js_decode_image2(handle, heif.heif_colorspace.heif_colorspace_RGB, chroma),
      );
      try {
        const picture = copied(decoded);
        if (heif.heif_image_handle_is_premultiplied_alpha(handle))
          divideByAlpha(picture.data, isDeep(picture) ? 65_535 : 255);
        return picture;
      } finally {
        heif.heif_image_release(decoded.image);
      }
    } finally {
      heif.heif_image_handle_release(handle);
    }
  } finally {
    heif.heif_context_free(context);
  }
}

function copied({ channels: [channel] }: Decoded): Picture | DeepPicture {
  if (!channel || channel.bits_per_pixel > 16) throw new CompressionError('corrupt');
  if (channel.bits_per_pixel > 8) return deepCopied(channel);
  const { width, height, stride, data } = channel;
  const rows = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, y * stride + width * 4), y * width * 4);
  return { width, height, data: rows, notes: [] };
}

/** All bits of the file are spread over 16. */
function deepCopied({ width, height, stride, data, bits_per_pixel: bits }: Decoded['channels'][number]): DeepPicture {
  const spread = Uint16Array.from({ length: 2 ** bits }, (_, value) => Math.round((value * 65_535) / (2 ** bits - 1)));
  const rows = new Uint16Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = y * stride; x < width * 4; x++, from += 2)
      rows[to++] = spread[data[from]! | (data[from + 1]! << 8)] ?? 65_535;
  }
  return { width, height, data: rows, notes: [] };
}

/** HEIF, 6.10.1 (`prem`): such colours were multiplied with alpha before they were coded. */
function divideByAlpha(data: Uint8ClampedArray | Uint16Array, full: number): void {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 0 || alpha === full) continue;
    for (let c = 0; c < 3; c++) data[i + c] = Math.min(full, Math.round((data[i + c]! * full) / alpha));
  }
}

/** libheif's JavaScript layer gives an error in place of what was asked for. */
function checked<T>(heif: MainModule, answer: T | Failure | null | undefined): T {
  if (!answer) throw new CompressionError('corrupt');
  if (typeof answer === 'object' && 'code' in answer && 'message' in answer) throw refused(heif, answer);
  return answer as T;
}

function refused(
  heif: MainModule,
  { code, message }: { readonly code: object; readonly message: unknown },
): CompressionError {
  const unsupported =
    code === heif.heif_error_code.heif_error_Unsupported_feature ||
    code === heif.heif_error_code.heif_error_Unsupported_filetype;
  return unsupported
    ? new CompressionError('unsupported-variant', { format: 'HEIC', feature: 'coding' }, { cause: message })
    : new CompressionError('corrupt', {}, { cause: message });
}
