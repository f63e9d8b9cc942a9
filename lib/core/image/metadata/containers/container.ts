/** How one file format carries metadata. */
import type { MetadataSet } from '../metadata-set.ts';

export interface MetadataContainer {
  /** @throws CompressionError `truncated`, `corrupt` when the file's structure is damaged; damaged metadata is left out */
  extract(bytes: Uint8Array): MetadataSet;

  /**
   * A new file with the set's metadata in place of its own; coded pixels and colour are copied byte for byte. A C2PA
   * manifest goes in any case: it signs the bytes that were.
   *
   * @param rest what the set has no word for (thumbnails, data of the camera or the program, unknown blocks): `keep` it,
   * or `drop` it. What viewers need to show the picture stays either way: gain maps, motion photos, and the like.
   * @throws CompressionError `unsupported-variant` when the format has no place for something in the set that must not be lost
   */
  write(bytes: Uint8Array, metadataSet: MetadataSet, rest: 'keep' | 'drop'): Promise<Uint8Array<ArrayBuffer>>;
}
