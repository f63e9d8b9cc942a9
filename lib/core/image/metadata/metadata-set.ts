/** The metadata of one image apart from any file format: what is taken out of one file and put into another. */
import type { MetadataKind } from '../inspection.ts';
import { keywordKind } from '../formats/png-text.ts';
import { Findings } from './findings.ts';
import { writeImageResources } from './iptc.ts';
import type { ImageResource } from './iptc.ts';

export interface MetadataSet {
  /** From the TIFF header on, without any format's prefix. */
  readonly exif: Uint8Array | null;
  /** A packet in UTF-8. JPEG's continuation of it in further segments is not carried. */
  readonly xmp: Uint8Array | null;
  /** IIM datasets, without Photoshop's wrapping. */
  readonly iptc: Uint8Array | null;
  /** Photoshop's image resources but for IPTC. */
  readonly resources: readonly ImageResource[];
  readonly icc: Uint8Array | null;
  readonly comments: readonly Comment[];
  /** Of a print, in dots an inch; null when the file says nothing, or only what a screen has. */
  readonly density: { readonly x: number; readonly y: number } | null;
}

export interface Comment {
  /** As PNG has it, e.g. "Copyright"; what JPEG and GIF have is a "Comment". */
  readonly keyword: string;
  readonly text: string;
}

/** Of one file; more are a way to fill memory. */
export const MAX_COMMENTS = 1000;

export const EMPTY_METADATA: MetadataSet = {
  exif: null,
  xmp: null,
  iptc: null,
  resources: [],
  icc: null,
  comments: [],
  density: null,
};

/** Of what is in the set, in the words of an inspection; the profile is none of them. */
export function kindsOf(metadataSet: MetadataSet): readonly MetadataKind[] {
  const findings = new Findings();
  if (metadataSet.exif) findings.exif(metadataSet.exif);
  if (metadataSet.xmp) findings.xmp(metadataSet.xmp);
  if (metadataSet.iptc) findings.iptc(metadataSet.iptc);
  if (metadataSet.resources.length > 0) findings.imageResources(writeImageResources(metadataSet.resources));
  for (const { keyword } of metadataSet.comments) findings.add(keywordKind(keyword));
  if (metadataSet.density) findings.add('physical-size');
  return findings.toMetadata().kinds;
}
