/** Metadata tag by tag, by exiftool: three policies, across formats, when a picture is encoded again and when it is left alone. */
import { beforeAll, describe, expect, it } from 'vitest';
import { METADATA_POLICIES, type MetadataPolicy } from '../../../lib/core/model/recipe.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../../../lib/core/image/inspection.ts';
import { compress, exactly } from '../../conformance/compress.ts';
import { tagsOf, type TagList } from '../../conformance/exiftool.ts';
import { missing } from '../../conformance/programs.ts';
import { TAGGED, type TaggedFormat } from '../../conformance/tagged.ts';

const reason = missing('exiftool', 'cjxl');

interface Row {
  readonly from: TaggedFormat;
  readonly to: OutputFormat | 'untouched';
  readonly policy: MetadataPolicy;
}

const FORMATS = Object.keys(TAGGED) as TaggedFormat[];
const ROWS: readonly Row[] = FORMATS.flatMap((from) =>
  ([...OUTPUT_FORMATS, ...(from === 'tiff' ? [] : (['untouched'] as const))] as const).flatMap((to) =>
    METADATA_POLICIES.map((policy) => ({ from, to, policy })),
  ),
);

const nameOf = ({ from, to, policy }: Row): string => `${from}-${policy}-${to}.${to === 'untouched' ? from : to}`;

let tags: Readonly<Record<string, TagList>> = {};
const files: Record<string, Uint8Array> = {};

beforeAll(async () => {
  if (reason) return;
  for (const from of FORMATS) files[`${from}.${from}`] = (await TAGGED[from]()).tagged;
  for (const row of ROWS) {
    const { from, to, policy: metadata } = row;
    const recipe = to === 'untouched' ? ({ aim: { kind: 'untouched' }, metadata } as const) : exactly(to, { metadata });
    files[nameOf(row)] = (await compress(files[`${from}.${from}`]!, recipe)).bytes;
  }
  tags = await tagsOf(files);
}, 120_000);

/** The marked texts in a list of tags. */
const marked = (list: TagList, mark: 'KEEP' | 'GONE'): string[] =>
  [
    ...new Set(Object.entries(list).flatMap(([, value]) => value.match(new RegExp(`${mark}[ -][\\w -]*`, 'g')) ?? [])),
  ].sort();

const rows = (policy: MetadataPolicy): Row[] => ROWS.filter((row) => row.policy === policy);

/** How to turn what is left alone stays, and so does how its samples lie. */
const OF_THE_PICTURE = /^(IFD0:(Orientation|ResolutionUnit|[XY]Resolution|YCbCrPositioning)|ExifIFD:ExifVersion)$/;

describe.skipIf(reason)(`strip${reason && `: ${reason}`}`, () => {
  it.each(rows('strip'))('nothing of $from is left in $to', (row) => {
    const left = Object.keys(tags[nameOf(row)] ?? { missing: '' }).filter(
      (name) => !(row.to === 'untouched' && name === 'IFD0:Orientation'),
    );
    expect(left).toEqual([]);
    expect(textsIn(files[nameOf(row)]!)).toEqual([]);
  });
});

describe.skipIf(reason)(`protect${reason && `: ${reason}`}`, () => {
  it.each(rows('protect'))(
    '$from in $to says whose it is, and not where, by whom and with what it was taken',
    (row) => {
      const [before, after] = [tags[`${row.from}.${row.from}`]!, tags[nameOf(row)]!];
      expect(marked(after, 'KEEP')).toEqual(marked(before, 'KEEP'));
      expect(JSON.stringify(after)).toContain('trainedAlgorithmicMedia');
      expect(marked(after, 'GONE')).toEqual([]);
      expect(
        Object.keys(after).filter((name) =>
          /GPS|Serial|Thumbnail|Software|MakerNote|CreatorTool|City|Location|Region|Person|Unique|Comment|Make|Model|OwnerName|JUMBF|C2PA/i.test(
            name,
          ),
        ),
      ).toEqual([]);
      // Nor anywhere that exiftool does not look.
      expect(textsIn(files[nameOf(row)]!)).toEqual([]);
      // What both have is the same.
      for (const [name, value] of Object.entries(after)) {
        if (name in before && !OF_THE_PICTURE.test(name) && name !== 'XMP-x:XMPToolkit')
          expect([name, value]).toEqual([name, before[name]]);
      }
    },
  );
});

/** What tells of the coded picture, which is another one now; and where in the file something stands. */
const OF_THE_CODING =
  /^IFD0:(Image(Width|Height)|BitsPerSample|Compression|PhotometricInterpretation|Strip\w+|SamplesPerPixel|RowsPerStrip|PlanarConfiguration|Predictor|SampleFormat|Orientation)$|ThumbnailOffset$|^XMP-x:/;
/** Places that other formats do not have: what is in them is moved into XMP as far as XMP has words for it. */
const OF_ONE_FORMAT = /^(IPTC|Photoshop|File:Comment|PNG)/;

describe.skipIf(reason)(`keep${reason && `: ${reason}`}`, () => {
  it.each(rows('keep'))('$from in $to has every tag', (row) => {
    const [before, after] = [tags[`${row.from}.${row.from}`]!, tags[nameOf(row)]!];
    const same = row.from === row.to || row.to === 'untouched';
    const turned = row.to !== 'untouched' && (before['IFD0:Orientation'] ?? '1') !== '1';
    const expected = Object.entries(before).filter(
      ([name]) =>
        !OF_THE_CODING.test(name) &&
        (same || !OF_ONE_FORMAT.test(name)) &&
        // A thumbnail would lie on its side.
        !(turned && name.startsWith('IFD1')) &&
        !/JUMBF/.test(name),
    );
    expect(Object.fromEntries(expected.map(([name]) => [name, after[name]]))).toEqual(Object.fromEntries(expected));
    expect(marked(after, 'KEEP')).toEqual(marked(before, 'KEEP'));
    if (row.to !== 'untouched') expect(after['IFD0:Orientation'] ?? '1').toBe('1');
    else expect(Buffer.from(files[nameOf(row)]!).equals(Buffer.from(files[`${row.from}.${row.from}`]!))).toBe(true);
  });
});

/** Private texts anywhere in the file, in either of the encodings that EXIF has. */
function textsIn(bytes: Uint8Array): string[] {
  const file = Buffer.from(bytes);
  return ['GONE', 'AcmeNote', 'Charles Babbage', 'SN-0042'].filter(
    (text) => file.includes(text) || file.includes(text, 0, 'utf16le'),
  );
}
