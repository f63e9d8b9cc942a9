/** Gathers what kinds of metadata a file holds while its parser walks it. */
import { METADATA_KINDS, type IccProfile, type Metadata, type MetadataKind } from '../inspection.ts';
import { ifReadable, indexOfText } from '../../bytes/reader.ts';
import { readExif, type ExifFacts } from './exif.ts';
import { readIcc } from './icc.ts';
import { inflate } from '../../bytes/inflate.ts';
import { MAX_METADATA_BYTES } from './policy.ts';
import {
  EXIF_RESOURCE,
  IPTC_RESOURCE,
  XMP_RESOURCE,
  iptcKind,
  readImageResources,
  readIptc,
  resourceKind,
} from './iptc.ts';
import { readXmp, type XmpProperty } from './xmp.ts';
import { kindsOf } from './xmp-kinds.ts';

/** Of one compressed text or profile, and of all in a file together: what real ones need, with room. */
const MAX_INFLATED = 4_000_000;
const MAX_INFLATED_IN_ALL = 8_000_000;

/** Of all blocks of a file that are looked into. In TIFF they can overlap, so that they are together more than the file. */
const MAX_READ = MAX_METADATA_BYTES;

export class Findings {
  readonly #kinds = new Set<MetadataKind>();
  #bytes = 0;
  #inflated = 0;
  #read = 0;

  add(...kinds: readonly MetadataKind[]): void {
    for (const kind of kinds) this.#kinds.add(kind);
  }

  remove(kind: MetadataKind): void {
    this.#kinds.delete(kind);
  }

  has(kind: MetadataKind): boolean {
    return this.#kinds.has(kind);
  }

  /** Bytes of metadata, ICC profile not counted. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** An EXIF block from its TIFF header on. A damaged one is noted as `exif` and tells nothing else. */
  exif(block: Uint8Array): ExifFacts | null {
    this.add('exif');
    this.count(block.length);
    const facts = this.#mayRead(block) ? ifReadable(() => readExif(block), null) : null;
    if (facts) this.add(...facts.kinds);
    return facts;
  }

  /** @returns its properties, [] when it is damaged */
  xmp(packet: Uint8Array): XmpProperty[] {
    this.add('xmp');
    this.count(packet.length);
    const properties = this.#mayRead(packet) ? ifReadable(() => readXmp(packet), []) : [];
    for (const property of properties) this.add(...kindsOf(property));
    return properties;
  }

  /** Photoshop's image resources, IPTC among them. */
  imageResources(bytes: Uint8Array): void {
    this.count(bytes.length);
    if (!this.#mayRead(bytes)) return;
    for (const { id, data } of ifReadable(() => readImageResources(bytes), [])) {
      if (id === IPTC_RESOURCE) this.iptc(data);
      else if (id === EXIF_RESOURCE) this.exif(data);
      else if (id === XMP_RESOURCE) this.xmp(data);
      else this.add(resourceKind(id));
    }
  }

  iptc(bytes: Uint8Array): void {
    this.add('iptc');
    if (!this.#mayRead(bytes)) return;
    for (const dataset of ifReadable(() => readIptc(bytes), [])) {
      const kind = iptcKind(dataset);
      if (kind) this.add(kind);
    }
  }

  /** A C2PA manifest store, or a part of one. Its assertions name the kind of source in plain text (C2PA 2.1, 18.15.4). */
  c2pa(bytes: Uint8Array): void {
    this.add('c2pa');
    this.count(bytes.length);
    if (!this.#mayRead(bytes)) return;
    if (indexOfText(bytes, 'rainedAlgorithmicMedia') >= 0 || indexOfText(bytes, 'algorithmicMedia') >= 0)
      this.add('ai-provenance');
  }

  comment(bytes: number): void {
    this.add('comment');
    this.count(bytes);
  }

  /** What stands after the end of the picture and is no part of it; padding says nothing. */
  trailing(bytes: Uint8Array): void {
    if (bytes.every((byte) => byte === 0 || byte === 0x0a || byte === 0x0d)) return;
    this.add('trailing-data');
    this.count(bytes.length);
  }

  /** Null when it is no profile. */
  icc(profile: Uint8Array): IccProfile | null {
    return ifReadable(() => readIcc(profile), null);
  }

  #mayRead({ length }: Uint8Array): boolean {
    this.#read += length;
    return this.#read <= MAX_READ;
  }

  /** Decompressed zlib data, or null when it is damaged or a bomb. */
  inflated(zlib: Uint8Array): Uint8Array | null {
    const limit = Math.min(MAX_INFLATED, MAX_INFLATED_IN_ALL - this.#inflated);
    const bytes = ifReadable(() => inflate(zlib, limit), null);
    // A bomb has cost as much as it was allowed to.
    this.#inflated += bytes?.length ?? limit;
    return bytes;
  }

  toMetadata(): Metadata {
    return { kinds: METADATA_KINDS.filter((kind) => this.#kinds.has(kind)), bytes: this.#bytes };
  }
}
