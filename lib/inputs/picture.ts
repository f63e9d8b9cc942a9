/** What a reader of a format that is only read gives. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import type { Note } from '../compress/receipt.ts';

/** RGBA8 as `Pixels`, and what a person should know about how it was read. */
export interface Picture extends Pixels {
  readonly notes: readonly Note[];
}

/**
 * @param bytes a whole file of the reader's format; it is not changed.
 * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant`, `too-many-pixels`; nothing else.
 */
export type ReadPicture = (bytes: Uint8Array<ArrayBuffer>, load: LoadWasm) => Promise<Picture>;

export interface PictureReader {
  readonly read: ReadPicture;
  /** The pixels come upright; otherwise the orientation is still to be applied. */
  readonly appliesOrientation: boolean;
}
