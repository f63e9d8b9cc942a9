/** Metadata of animations: three policies, in the same file and from each format to WebP; and "Clean metadata only" bit for bit. */
import { beforeAll, describe, expect, it } from 'vitest';
import { METADATA_POLICIES, type MetadataPolicy } from '../../../lib/core/model/recipe.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { codedFrames } from '../../conformance/coded-frames.ts';
import { compress } from '../../conformance/compress.ts';
import { tagsOf, type TagList } from '../../conformance/exiftool.ts';
import { missing } from '../../conformance/programs.ts';
import { MOVIES, type MovieName } from '../../conformance/tagged.ts';
import { openMovie } from '../../../lib/core/animation/open-movie.ts';
import { loadWasm } from '../../node-wasm.ts';
import { watched } from '../core/animation/pictures.ts';

const reason = missing('exiftool');
const NAMES = Object.keys(MOVIES) as MovieName[];
const ROWS = NAMES.flatMap((from) =>
  METADATA_POLICIES.flatMap((policy) => (['untouched', 'webp'] as const).map((to) => ({ from, policy, to }))),
);
const nameOf = ({ from, policy, to }: { from: MovieName; policy: MetadataPolicy; to: string }): string =>
  `${from}-${policy}-${to}.${to === 'untouched' ? from : to}`;

const files: Record<string, Uint8Array> = {};
let tags: Readonly<Record<string, TagList>> = {};

beforeAll(async () => {
  if (reason) return;
  for (const from of NAMES) files[`${from}.${from}`] = await MOVIES[from]();
  for (const row of ROWS) {
    const { from, policy: metadata, to } = row;
    files[nameOf(row)] = (
      await compress(
        files[`${from}.${from}`]!,
        to === 'untouched' ? { metadata, aim: { kind: 'untouched' } } : { metadata, format: to },
      )
    ).bytes;
  }
  tags = await tagsOf(files);
}, 120_000);

const marked = (list: TagList, mark: string): string[] =>
  [
    ...new Set(Object.values(list).flatMap((value) => value.match(new RegExp(`${mark}[ -][\\w -]*`, 'g')) ?? [])),
  ].sort();
const rows = (policy: MetadataPolicy): typeof ROWS => ROWS.filter((row) => row.policy === policy);

/** Private texts anywhere in the file, also where exiftool does not look. */
const privateIn = (bytes: Uint8Array): string[] =>
  ['GONE', 'SN-0042'].filter(
    (text) => Buffer.from(bytes).includes(text) || Buffer.from(bytes).includes(text, 0, 'utf16le'),
  );

describe.skipIf(reason)(`an animation with metadata${reason && `: ${reason}`}`, () => {
  it.each(rows('strip'))('$from in $to: none is left', (row) => {
    // How what is left alone is turned stays, and how often an APNG plays.
    const left = Object.keys(tags[nameOf(row)] ?? { missing: '' }).filter(
      (name) => !(row.to === 'untouched' && name === 'IFD0:Orientation') && !name.startsWith('PNG:Animation'),
    );
    expect(left).toEqual([]);
    expect(privateIn(files[nameOf(row)]!)).toEqual([]);
  });

  it.each(rows('protect'))('$from in $to: whose it is stays, the rest goes', (row) => {
    const [before, after] = [tags[`${row.from}.${row.from}`]!, tags[nameOf(row)]!];
    expect(marked(before, 'KEEP').length).toBeGreaterThan(3);
    expect(marked(before, 'GONE').length).toBeGreaterThan(3);
    expect(marked(after, 'KEEP')).toEqual(marked(before, 'KEEP'));
    expect(privateIn(files[nameOf(row)]!)).toEqual([]);
  });

  it.each(rows('keep'))('$from in $to: all stays', (row) => {
    const [before, after] = [tags[`${row.from}.${row.from}`]!, tags[nameOf(row)]!];
    expect(marked(after, 'KEEP')).toEqual(marked(before, 'KEEP'));
    // XMP has no words for these of PNG and IPTC.
    expect(marked(after, 'GONE')).toEqual(
      marked(before, 'GONE').filter(
        (text) => row.to === 'untouched' || !['GONE png software', 'GONE program', 'GONE writer'].includes(text),
      ),
    );
  });

  it.each(ROWS)('$from in $to ($policy) moves as before', (row) => {
    const [before, after] = [inspect(files[`${row.from}.${row.from}`]!), inspect(files[nameOf(row)]!)];
    expect(after.animation).toMatchObject({
      frames: before.animation?.frames,
      loops: before.animation?.loops,
      milliseconds: before.animation?.milliseconds,
    });
  });

  it.each(ROWS.filter(({ to }) => to === 'untouched'))(
    '$from, only cleaned ($policy): every coded frame is the same, bit for bit, and so is what is seen',
    async (row) => {
      const [before, after] = [files[`${row.from}.${row.from}`]!, files[nameOf(row)]!];
      const coded = codedFrames(before, row.from);
      expect(coded.length).toBeGreaterThan(300);
      expect(codedFrames(after, row.from).equals(coded)).toBe(true);
      expect(await watched(openMovie(after, row.from, loadWasm))).toEqual(
        await watched(openMovie(before, row.from, loadWasm)),
      );
      if (row.policy === 'keep') expect(Buffer.from(after).equals(Buffer.from(before))).toBe(true);
      else expect(after.length).toBeLessThan(before.length);
    },
  );
});
