/** Fitting a set to a format: what it has no place for is moved into XMP, where every format can carry it. */
import { keywordKind } from '../formats/png-text.ts';
import type { InputFormat, MetadataKind } from '../inspection.ts';
import { ifReadable } from '../../bytes/reader.ts';
import type { MetadataSet } from './metadata-set.ts';
import { filterExif } from './exif-filter.ts';
import { resourceKind } from './iptc.ts';
import { iptcTexts, type Target } from './iptc-to-xmp.ts';
import { withoutBulk } from './join-exif.ts';
import { readXmp, writeXmp, xmpProperty, type XmpProperty } from './xmp.ts';
import { XMP_NAMESPACE } from './xmp-kinds.ts';
import { withContact } from './xmp-contact.ts';
import { xmlText } from './xml.ts';
import { entriesOf, withTexts, type Shape } from './xmp-texts.ts';

/** Formats with a place for IPTC and Photoshop's resources, for comments, and for a print size beside EXIF's. */
const HAS = {
  iptc: ['jpeg', 'tiff'],
  comments: ['jpeg', 'png', 'gif'],
  density: ['jpeg', 'png'],
} as const satisfies Record<string, readonly InputFormat[]>;

/** PNG keeps keywords; JPEG and GIF have bare comments, in which a copyright notice would be found by nobody. */
const HAS_KEYWORDS: readonly InputFormat[] = ['png'];

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
  const moving = metadataSet.comments.filter(({ keyword }) => isMoving(keyword, format));
  const found = new Map<string, { target: Target; texts: PlacedText[] }>();
  const add = (target: Target | undefined, given: string, isCut = false): void => {
    // Some fill fields up with NUL, or have a control character in them: no text in XMP may.
    const text = xmlText(given).trim();
    if (!target || !text) return;
    const entry = found.get(target[1]) ?? { target, texts: [] };
    entry.texts.push({ text, isCut });
    found.set(target[1], entry);
  };
  if (metadataSet.iptc && !has('iptc'))
    for (const { target, text, isCut } of iptcTexts(metadataSet.iptc)) add(target, text, isCut);
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

interface PlacedText {
  readonly text: string;
  readonly isCut: boolean;
}

/** What of the set `portableTo` finds no place for, not even in XMP. */
export function withoutPlace({ iptc, resources, comments }: MetadataSet, format: InputFormat): MetadataKind[] {
  const has = (part: keyof typeof HAS): boolean => (HAS[part] as readonly InputFormat[]).includes(format);
  const texts = iptc && !has('iptc') ? iptcTexts(iptc) : [];
  const lost = [
    ...texts.map(({ target, kind }) => (target ? null : kind)),
    ...(has('iptc') ? [] : resources.map(({ id }) => resourceKind(id))),
    ...comments
      .filter(({ keyword }) => isMoving(keyword, format) && !KEYWORD_TO_XMP[keywordKind(keyword)])
      .map(({ keyword }) => keywordKind(keyword)),
  ];
  return [...new Set(lost.filter((kind) => kind !== null))];
}

function isMoving(keyword: string, format: InputFormat): boolean {
  const hasComments = (HAS.comments as readonly InputFormat[]).includes(format);
  return !hasComments || (!HAS_KEYWORDS.includes(format) && keywordKind(keyword) !== 'comment');
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

function withProperties(
  packet: Uint8Array | null,
  added: readonly { target: Target; texts: readonly PlacedText[] }[],
): Uint8Array | null {
  const existing = packet ? ifReadable(() => readXmp(packet), null) : [];
  if (!existing) return packet;
  let properties = existing;
  for (const {
    target: [namespace, name, shape],
    texts,
  } of added) {
    const there = properties.find((property) => property.namespace === namespace && property.name === name);
    // Two dates in one place are none.
    if (there?.value && (name === 'DateCreated' || name === 'CreateDate')) continue;
    const entries = there ? entriesOf(there) : [];
    const whole = texts
      .filter(({ text, isCut }) => !(isCut && entries.some((entry) => entry.startsWith(text))))
      .map(({ text }) => text);
    const property =
      shape === 'contact'
        ? withContact([namespace, name], there, whole)
        : withTexts(there ?? empty(namespace, name, shape), shape, whole);
    if (property === there) continue;
    properties = there ? properties.map((each) => (each === there ? property : each)) : [...properties, property];
  }
  return properties === existing ? packet : writeXmp(properties);
}

function empty(namespace: string, name: string, shape: Shape): XmpProperty {
  return xmpProperty(namespace, name, shape === 'text' ? '' : { as: shape, entries: [] });
}
