/** Fitting a set to a format: what it has no place for is moved into XMP, where every format can carry it. */
import { keywordKind } from '../formats/png-text.ts';
import type { InputFormat } from '../inspection.ts';
import { ifReadable } from '../../bytes/reader.ts';
import type { MetadataSet } from './metadata-set.ts';
import { filterExif } from './exif-filter.ts';
import { iptcText, readIptc } from './iptc.ts';
import { withoutBulk } from './join-exif.ts';
import { readXmp, writeXmp, xmpProperty, type XmpProperty } from './xmp.ts';
import { XMP_NAMESPACE } from './xmp-kinds.ts';
import { withTexts, type Shape } from './xmp-texts.ts';

/** Formats with a place for IPTC and Photoshop's resources, for comments, and for a print size beside EXIF's. */
const HAS = {
  iptc: ['jpeg', 'tiff'],
  comments: ['jpeg', 'png', 'gif'],
  density: ['jpeg', 'png'],
} as const satisfies Record<string, readonly InputFormat[]>;

/** PNG keeps keywords; JPEG and GIF have bare comments, in which a copyright notice would be found by nobody. */
const HAS_KEYWORDS: readonly InputFormat[] = ['png'];

type Target = readonly [namespace: string, name: string, shape: Shape];

/** Of the application record (IPTC Photo Metadata Standard, "IIM to XMP"). */
const IPTC_TO_XMP: Readonly<Record<number, Target>> = {
  5: [XMP_NAMESPACE.dc, 'title', 'Alt'],
  25: [XMP_NAMESPACE.dc, 'subject', 'Bag'],
  40: [XMP_NAMESPACE.photoshop, 'Instructions', 'text'],
  80: [XMP_NAMESPACE.dc, 'creator', 'Seq'],
  85: [XMP_NAMESPACE.photoshop, 'AuthorsPosition', 'text'],
  90: [XMP_NAMESPACE.photoshop, 'City', 'text'],
  95: [XMP_NAMESPACE.photoshop, 'State', 'text'],
  101: [XMP_NAMESPACE.photoshop, 'Country', 'text'],
  105: [XMP_NAMESPACE.photoshop, 'Headline', 'text'],
  110: [XMP_NAMESPACE.photoshop, 'Credit', 'text'],
  115: [XMP_NAMESPACE.photoshop, 'Source', 'text'],
  116: [XMP_NAMESPACE.dc, 'rights', 'Alt'],
  120: [XMP_NAMESPACE.dc, 'description', 'Alt'],
};

const KEYWORD_TO_XMP: Readonly<Record<string, Target>> = {
  copyright: [XMP_NAMESPACE.dc, 'rights', 'Alt'],
  artist: [XMP_NAMESPACE.dc, 'creator', 'Seq'],
  credit: [XMP_NAMESPACE.photoshop, 'Credit', 'text'],
  rights: [XMP_NAMESPACE.rights, 'UsageTerms', 'Alt'],
  'ai-provenance': [XMP_NAMESPACE.aigc, 'AIGC', 'text'],
  comment: [XMP_NAMESPACE.dc, 'description', 'Alt'],
};

/**
 * Where the packet has the property already and says another thing in it, both stay, the packet's own first. A reader
 * that finds the two in their own places chooses one of them (Metadata Working Group, Guidelines for Handling Image
 * Metadata 2.0, 3.3); here one place is left for both, and to choose would be to lose what nobody has looked at.
 */
export function portableTo(metadataSet: MetadataSet, format: InputFormat): MetadataSet {
  const has = (part: keyof typeof HAS): boolean => (HAS[part] as readonly InputFormat[]).includes(format);
  const moving = metadataSet.comments.filter(
    ({ keyword }) => !has('comments') || (!HAS_KEYWORDS.includes(format) && keywordKind(keyword) !== 'comment'),
  );
  const found = new Map<string, { target: Target; texts: string[] }>();
  const add = (target: Target | undefined, text: string): void => {
    if (!target || !text) return;
    const entry = found.get(target[1]) ?? { target, texts: [] };
    entry.texts.push(text);
    found.set(target[1], entry);
  };
  if (metadataSet.iptc && !has('iptc')) for (const [target, text] of iptcTexts(metadataSet.iptc)) add(target, text);
  for (const { keyword, text } of moving) add(KEYWORD_TO_XMP[keywordKind(keyword)], text);
  return {
    ...metadataSet,
    exif: metadataSet.exif && format === 'jpeg' ? fittingExif(metadataSet.exif) : metadataSet.exif,
    xmp: found.size > 0 ? withProperties(metadataSet.xmp, [...found.values()]) : metadataSet.xmp,
    iptc: has('iptc') ? metadataSet.iptc : null,
    resources: has('iptc') ? metadataSet.resources : [],
    comments: metadataSet.comments.filter((comment) => !moving.includes(comment)),
    density: has('density') ? metadataSet.density : null,
  };
}

/** Of a block in its one segment: 65,535 less two bytes of length, the signature and its pad (CIPA DC-008, 4.7.2.1). */
export const MAX_JPEG_EXIF = 65_527;

/** As much of the block as fits: without its thumbnail and the maker's notes, or what a policy protects. */
function fittingExif(exif: Uint8Array): Uint8Array | null {
  if (exif.length <= MAX_JPEG_EXIF) return exif;
  const pixels = { are: 'untouched', format: 'jpeg' } as const;
  for (const smaller of [withoutBulk(exif), filterExif(exif, 'protect', pixels)])
    if (smaller && smaller.length <= MAX_JPEG_EXIF) return smaller;
  return null;
}

function iptcTexts(iptc: Uint8Array): [Target | undefined, string][] {
  const datasets = ifReadable(() => readIptc(iptc), []);
  return datasets
    .filter(({ record }) => record === 2)
    .map((dataset) => [IPTC_TO_XMP[dataset.number], iptcText(datasets, dataset)]);
}

function withProperties(
  packet: Uint8Array | null,
  added: readonly { target: Target; texts: readonly string[] }[],
): Uint8Array | null {
  const existing = packet ? ifReadable(() => readXmp(packet), null) : [];
  if (!existing) return packet;
  let properties = existing;
  for (const {
    target: [namespace, name, shape],
    texts,
  } of added) {
    const there = properties.find((property) => property.namespace === namespace && property.name === name);
    const property = withTexts(there ?? empty(namespace, name, shape), shape, texts);
    if (property === there) continue;
    properties = there ? properties.map((each) => (each === there ? property : each)) : [...properties, property];
  }
  return properties === existing ? packet : writeXmp(properties);
}

function empty(namespace: string, name: string, shape: Shape): XmpProperty {
  return xmpProperty(namespace, name, shape === 'text' ? '' : { as: shape, entries: [] });
}
