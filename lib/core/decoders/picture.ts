/** What a reader of a format that is only read gives. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import type { DeepPixels } from '../colour/deep-pixels.ts';
import type { Note } from '../model/receipt.ts';

/** RGBA8 as `Pixels`, and what a person should know about how it was read. */
export interface Picture extends Pixels {
  readonly notes: readonly Note[];
}

/** The same of 16 bits, where the file has more than 8. */
export interface DeepPicture extends DeepPixels {
  readonly notes: readonly Note[];
}

export interface PictureReader<P extends Picture | DeepPicture = Picture> {
  /**
   * @param bytes a whole file of the reader's format; it is not changed.
   * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant`, `too-many-pixels`; nothing else.
   */
  read(bytes: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<P>;
}
