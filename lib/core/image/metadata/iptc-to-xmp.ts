/** Where XMP says what a dataset of IPTC says: IPTC Photo Metadata Standard, "IIM to XMP". */
import { ifReadable } from '../../bytes/reader.ts';
import type { MetadataKind } from '../inspection.ts';
import { fillsField, iptcKind, iptcText, readIptc, type IptcDataset } from './iptc.ts';
import { XMP_NAMESPACE } from './xmp-kinds.ts';
import type { Shape } from './xmp-texts.ts';

export type Target = readonly [namespace: string, name: string, shape: Shape | 'contact'];

export interface IptcText {
  /** Absent where XMP has no place for it. */
  readonly target: Target | undefined;
  readonly kind: MetadataKind | null;
  readonly text: string;
  /** It fills its field, and may have been longer. */
  readonly isCut: boolean;
}

const XMP = 'http://ns.adobe.com/xap/1.0/';

/** Of the application record. */
const TARGETS: Readonly<Record<number, Target>> = {
  5: [XMP_NAMESPACE.dc, 'title', 'Alt'],
  10: [XMP_NAMESPACE.photoshop, 'Urgency', 'text'],
  12: [XMP_NAMESPACE.iptcCore, 'SubjectCode', 'Bag'],
  15: [XMP_NAMESPACE.photoshop, 'Category', 'text'],
  20: [XMP_NAMESPACE.photoshop, 'SupplementalCategories', 'Bag'],
  25: [XMP_NAMESPACE.dc, 'subject', 'Bag'],
  40: [XMP_NAMESPACE.photoshop, 'Instructions', 'text'],
  80: [XMP_NAMESPACE.dc, 'creator', 'Seq'],
  85: [XMP_NAMESPACE.photoshop, 'AuthorsPosition', 'text'],
  90: [XMP_NAMESPACE.photoshop, 'City', 'text'],
  92: [XMP_NAMESPACE.iptcCore, 'Location', 'text'],
  95: [XMP_NAMESPACE.photoshop, 'State', 'text'],
  100: [XMP_NAMESPACE.iptcCore, 'CountryCode', 'text'],
  101: [XMP_NAMESPACE.photoshop, 'Country', 'text'],
  103: [XMP_NAMESPACE.photoshop, 'TransmissionReference', 'text'],
  105: [XMP_NAMESPACE.photoshop, 'Headline', 'text'],
  110: [XMP_NAMESPACE.photoshop, 'Credit', 'text'],
  115: [XMP_NAMESPACE.photoshop, 'Source', 'text'],
  116: [XMP_NAMESPACE.dc, 'rights', 'Alt'],
  // IIM has one line for whom to ask; XMP has a structure, with a line for what is no town, telephone or the like.
  118: [XMP_NAMESPACE.iptcCore, 'CreatorContactInfo', 'contact'],
  120: [XMP_NAMESPACE.dc, 'description', 'Alt'],
  122: [XMP_NAMESPACE.photoshop, 'CaptionWriter', 'text'],
};

/** Of a date and its time: IIM writes CCYYMMDD and HHMMSS with an offset. */
const DATES = [
  { date: 55, time: 60, target: [XMP_NAMESPACE.photoshop, 'DateCreated', 'text'] },
  { date: 62, time: 63, target: [XMP, 'CreateDate', 'text'] },
] as const satisfies readonly { date: number; time: number; target: Target }[];

/** All that the records say, each with its place. */
export function iptcTexts(iptc: Uint8Array): IptcText[] {
  const datasets = ifReadable(() => readIptc(iptc), []);
  const dates = DATES.flatMap(({ date, time, target }) => {
    const texts = [date, time].map((wanted) => textOf(datasets, wanted));
    const text = dateText(texts[0] ?? '', texts[1] ?? '');
    return text ? [{ target, kind: 'date' as const, text, isCut: false, of: [date, time] }] : [];
  });
  const placed = new Set<number>(dates.flatMap(({ of }) => of));
  const others = datasets
    .filter(({ record, number }) => !(record === 2 && placed.has(number)))
    .map((dataset) => ({
      target: dataset.record === 2 ? TARGETS[dataset.number] : undefined,
      kind: iptcKind(dataset),
      text: iptcText(datasets, dataset),
      isCut: fillsField(dataset),
    }));
  return [...dates, ...others];
}

function textOf(datasets: readonly IptcDataset[], wanted: number): string {
  const dataset = datasets.find(({ record, number }) => record === 2 && number === wanted);
  return dataset ? iptcText(datasets, dataset) : '';
}

/** As XMP has it (ISO 16684-1, 8.2.1.2); '' for what is no date. */
function dateText(date: string, time: string): string {
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(date)?.slice(1).join('-');
  const [, hours, minutes, seconds, sign, zone, part] = /^(\d\d)(\d\d)(\d\d)(?:([+-])(\d\d)(\d\d))?$/.exec(time) ?? [];
  if (!day || (time && !hours)) return '';
  return hours ? `${day}T${hours}:${minutes}:${seconds}${sign ? `${sign}${zone}:${part}` : ''}` : day;
}
