/** Gathers what kinds of metadata a file holds while its parser walks it. */
import { METADATA_KINDS, type Metadata, type MetadataKind } from '../inspection.ts';
import { ifReadable } from '../reader.ts';
import { readExif, type ExifFacts } from './exif.ts';

export class Findings {
  readonly #kinds = new Set<MetadataKind>();
  #bytes = 0;

  add(...kinds: readonly MetadataKind[]): void {
    for (const kind of kinds) this.#kinds.add(kind);
  }

  /** Bytes of metadata, ICC profile not counted. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** An EXIF block from its TIFF header on. Damaged ones are noted as `exif` and tell nothing else. */
  exif(block: Uint8Array): ExifFacts | null {
    this.add('exif');
    this.count(block.length);
    const facts = ifReadable(() => readExif(block), null);
    if (facts) this.add(...facts.kinds);
    return facts;
  }

  toMetadata(): Metadata {
    return { kinds: METADATA_KINDS.filter((kind) => this.#kinds.has(kind)), bytes: this.#bytes };
  }
}
