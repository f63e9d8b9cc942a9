/** How one file format carries metadata. */
import type { MetadataBag } from '../bag.ts';

export interface Carrier {
  /** @throws CompressionError `truncated`, `corrupt` when the file's structure is damaged; damaged metadata is left out */
  extract(bytes: Uint8Array): MetadataBag;

  /**
   * A new file with the bag's metadata in place of its own; coded pixels and colour are copied byte for byte. A C2PA
   * manifest goes in any case: it signs the bytes that were.
   *
   * @param rest what the bag has no word for (thumbnails, data of the camera or the program, unknown blocks): `keep` it,
   * or `drop` it. What viewers need to show the picture stays either way: gain maps, motion photos, and the like.
   * @throws CompressionError `unsupported-variant` when the format has no place for something in the bag that must not be lost
   */
  write(bytes: Uint8Array, bag: MetadataBag, rest: 'keep' | 'drop'): Promise<Uint8Array<ArrayBuffer>>;
}
