/** From bytes to pixels, by whichever decoder the plan names. */
import { CompressionError } from '../errors.ts';
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { codecs } from '../codecs/registry.ts';
import { readWebpChunks } from '../image/formats/riff.ts';
import { readAvif, readDeepAvif } from '../decoders/avif.ts';
import { readDeep } from '../decoders/deep.ts';
import type { OpenPlanes } from '../decoders/planes/browser-planes.ts';
import { readByPlanes } from '../decoders/planes/read-planes.ts';
import { hasReader, readers } from '../decoders/readers.ts';
import { firstFrame, isMovieFormat } from '../animation/open-movie.ts';
import type { DeepPixels } from '../colour/deep-pixels.ts';
import { isOutputFormat } from '../image/format-facts.ts';
import type { Plan, Preparation } from './plan.ts';
import type { Note } from '../model/receipt.ts';
import type { SoundSource } from './sound-source.ts';

export interface DecodeContext {
  readonly load: LoadWasm;
  /** The browser's decoder: upright, straight alpha, sRGB. Absent in Node. */
  readonly decodeInBrowser?: (bytes: Uint8Array<ArrayBuffer>, input: Plan['input']) => Promise<Pixels>;
  /** The same up to its planes, where it is faster than WASM. */
  readonly openPlanes?: OpenPlanes;
}

export interface Decoded {
  readonly pixels: Pixels | DeepPixels;
  readonly notes: readonly Note[];
}

/** @throws CompressionError `corrupt`, `unsupported-variant`, `unsupported-format` where a browser would be needed and is not there. */
export async function decode(
  plan: Preparation,
  { bytes: source, notes, rows = null }: SoundSource,
  { load, decodeInBrowser, openPlanes }: DecodeContext,
): Promise<Decoded> {
  const { input, decoder } = plan;
  try {
    switch (decoder) {
      case 'wasm':
        // An animation of one picture is a still one, which the codec does not know.
        if (input === 'webp' && holdsFrames(source)) return plain(await firstFrame(source, input, load));
        if (openPlanes && notes.length === 0) {
          const pixels = await readByPlanes(source, input, openPlanes, load);
          if (pixels) return plain(pixels);
        }
        if (input === 'avif') return plain(cropped(await readAvif(source, load), plan));
        if (isOutputFormat(input)) return plain(withoutRowsBelow(await codecs[input].decode(source, load), rows));
        break;
      case 'deep':
        if (input === 'png') return plain(await readDeep(input, source, load));
        if (input === 'avif') return plain(cropped(await readDeepAvif(source, load), plan));
        break;
      case 'first-frame':
        if (isMovieFormat(input)) return plain(await firstFrame(source, input, load));
        break;
      case 'reader':
        if (hasReader(input)) {
          const { notes: found, ...pixels } = await readers[input].read(source, load);
          return { pixels, notes: found };
        }
        break;
      case 'browser':
        if (decodeInBrowser) return plain(await decodeInBrowser(source, input));
        break;
      case 'document':
        break;
    }
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
  throw new CompressionError('unsupported-format', { format: input });
}

/** The part from the corner that the plan was made for: what a clean aperture leaves. */
function cropped<P extends Pixels | DeepPixels>(pixels: P, { size, turn }: Preparation): P {
  const { width, height } = turn >= 5 ? { width: size.height, height: size.width } : size;
  if (width >= pixels.width && height >= pixels.height) return pixels;
  const data = pixels.data.slice(0, width * height * 4);
  for (let y = 0; y < height; y++)
    data.set(pixels.data.subarray(y * pixels.width * 4, (y * pixels.width + width) * 4), y * width * 4);
  return { width, height, data } as P;
}

/** What a decoder made up where rows did not come is transparent, as in browsers. */
function withoutRowsBelow(pixels: Pixels, rows: number | null): Pixels {
  if (rows !== null) pixels.data.fill(0, rows * pixels.width * 4);
  return pixels;
}

function holdsFrames(webp: Uint8Array): boolean {
  return readWebpChunks(webp).chunks.some(({ type }) => type === 'ANMF');
}

function plain(pixels: Pixels | DeepPixels): Decoded {
  return { pixels, notes: [] };
}
