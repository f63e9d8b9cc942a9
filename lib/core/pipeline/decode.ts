/** From bytes to pixels, by whichever decoder the plan names. */
import { CompressionError } from '../errors.ts';
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { codecs } from '../codecs/registry.ts';
import { readDeep } from '../decoders/deep.ts';
import { readers } from '../decoders/readers.ts';
import { firstFrame, isMovieFormat } from '../animation/open-movie.ts';
import type { DeepPixels } from '../colour/deep-pixels.ts';
import { isOutputFormat } from '../image/format-facts.ts';
import { type Plan, type Transcode } from './plan.ts';
import type { Note } from '../model/receipt.ts';

export interface DecodeContext {
  readonly load: LoadWasm;
  /** The browser's decoder: upright, straight alpha, sRGB. Absent in Node. */
  readonly decodeInBrowser?: (bytes: Uint8Array<ArrayBuffer>, input: Plan['input']) => Promise<Pixels>;
}

export interface Decoded {
  readonly pixels: Pixels | DeepPixels;
  readonly notes: readonly Note[];
}

/** @throws CompressionError `corrupt`, `unsupported-variant`, `unsupported-format` where a browser would be needed and is not there. */
export async function decode(
  plan: Plan & Transcode,
  source: Uint8Array<ArrayBuffer>,
  { load, decodeInBrowser }: DecodeContext,
): Promise<Decoded> {
  const { input, decoder } = plan;
  try {
    switch (decoder) {
      case 'wasm':
        if (isOutputFormat(input)) return plain(await codecs[input].decode(source, load));
        break;
      case 'deep':
        if (input === 'png' || input === 'avif') return plain(await readDeep(input, source, load));
        break;
      case 'first-frame':
        if (isMovieFormat(input)) return plain(await firstFrame(source, input, load));
        break;
      case 'reader': {
        const { notes, ...pixels } = await readers[input as keyof typeof readers].read(source, load);
        return { pixels, notes };
      }
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

function plain(pixels: Pixels | DeepPixels): Decoded {
  return { pixels, notes: [] };
}
