/** Fitting a bag to a format: what it has no place for is moved into XMP, where every format can carry it. */
import { keywordKind } from '../formats/png-text.ts';
import type { InputFormat } from '../inspection.ts';
import { ifReadable } from '../reader.ts';
import type { MetadataBag } from './bag.ts';
import { iptcText, readIptc } from './iptc.ts';
import { readXmp, writeXmp, xmpProperty, type XmpProperty } from './xmp.ts';
import { XMP_NAMESPACE } from './xmp-kinds.ts';

/** Formats with a place for IPTC and Photoshop's resources, for comments, and for a print size beside EXIF's. */
const HAS = {
  iptc: ['jpeg'],
  comments: ['jpeg', 'png', 'gif'],
  density: ['jpeg', 'png'],
} as const satisfies Record<string, readonly InputFormat[]>;

/** PNG keeps keywords; JPEG and GIF have bare comments, in which a copyright notice would be found by nobody. */
const HAS_KEYWORDS: readonly InputFormat[] = ['png'];

type Shape = 'text' | 'Bag' | 'Seq' | 'Alt';
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

/** A property that the packet has already is left as it is: it is the richer of the two. */
export function portableTo(bag: MetadataBag, format: InputFormat): MetadataBag {
  const has = (part: keyof typeof HAS): boolean => (HAS[part] as readonly InputFormat[]).includes(format);
  const moving = bag.comments.filter(({ keyword }) => !has('comments') || (!HAS_KEYWORDS.includes(format) && keywordKind(keyword) !== 'comment'));
  const found = new Map<string, { target: Target; texts: string[] }>();
  const add = (target: Target | undefined, text: string): void => {
    if (!target || !text) return;
    const entry = found.get(target[1]) ?? { target, texts: [] };
    entry.texts.push(text);
    found.set(target[1], entry);
  };
  if (bag.iptc && !has('iptc')) for (const [target, text] of iptcTexts(bag.iptc)) add(target, text);
  for (const { keyword, text } of moving) add(KEYWORD_TO_XMP[keywordKind(keyword)], text);
  return {
    ...bag,
    xmp: found.size > 0 ? withProperties(bag.xmp, [...found.values()]) : bag.xmp,
    iptc: has('iptc') ? bag.iptc : null,
    resources: has('iptc') ? bag.resources : [],
    comments: bag.comments.filter((comment) => !moving.includes(comment)),
    density: has('density') ? bag.density : null,
  };
}

function iptcTexts(iptc: Uint8Array): [Target | undefined, string][] {
  const datasets = ifReadable(() => readIptc(iptc), []);
  return datasets.filter(({ record }) => record === 2).map((dataset) => [IPTC_TO_XMP[dataset.number], iptcText(datasets, dataset)]);
}

function withProperties(packet: Uint8Array | null, added: readonly { target: Target; texts: readonly string[] }[]): Uint8Array | null {
  const existing = packet ? ifReadable(() => readXmp(packet), null) : [];
  if (!existing) return packet;
  const missing: XmpProperty[] = [];
  for (const { target: [namespace, name, shape], texts } of added) {
    if (existing.some((property) => property.namespace === namespace && property.name === name)) continue;
    const value = shape === 'text' ? texts[0]! : { as: shape, entries: shape === 'Alt' ? texts.slice(0, 1) : texts };
    missing.push(xmpProperty(namespace, name, value));
  }
  return missing.length > 0 ? writeXmp([...existing, ...missing]) : packet;
}
