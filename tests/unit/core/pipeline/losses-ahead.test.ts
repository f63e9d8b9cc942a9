/** What will be lost is told before it is, and the receipt says no other. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lossesAhead } from '../../../../lib/core/pipeline/losses-ahead.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { DEFAULT_RECIPE, METADATA_POLICIES, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import { gifContainer } from '../../../../lib/core/image/metadata/containers/gif.ts';
import { embedMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { factsAhead } from '../../../../lib/core/pipeline/source-facts.ts';
import { textsWith } from '../../../../lib/core/texts/texts.ts';
import { compress } from '../../../conformance/compress.ts';
import { c2paSegment, exifSegment, withJpegSegments } from '../../../images/containers.ts';
import { cameraExif } from '../../../images/exif-block.ts';
import { animated } from '../../../images/moving.ts';
import { withGainMap, withVideo } from '../../../images/parts-after.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { cmykJpeg } from '../../../images/still.ts';
import { displayP3 } from '../colour/profiles.ts';
import { profileFor } from '../../../../lib/core/colour/write-profile.ts';
import { english } from '../texts/locale.ts';

const texts = textsWith(english);
const p3 = profileFor(displayP3, 'Display P3');
const size = { width: 160, height: 120 };
const photo = (quality: number): Promise<Uint8Array> => encoded(gradient(size).jpeg({ quality }));
const deepPng = async (): Promise<Uint8Array> =>
  embedMetadata(
    await encoded(
      sharp(
        Uint16Array.from({ length: 61 * 37 * 4 }, (_, i) => (i * 9973) % 65_536),
        { raw: { width: 61, height: 37, channels: 4 } },
      )
        .toColourspace('rgb16')
        .png(),
    ),
    'png',
    { ...EMPTY_METADATA, exif: cameraExif(1) },
  );

interface Row {
  readonly name: string;
  readonly make: () => Promise<Uint8Array>;
  readonly recipe: Partial<Recipe>;
  readonly traits: string;
  /** Before the work, and, in these parts, after it. */
  readonly ahead: readonly string[];
  readonly after: readonly string[];
}

const CAMERA = 'GPS position, camera data, copyright';
const GONE = 'Removed: comments, GPS position, serial numbers';

const ROWS: readonly Row[] = [
  {
    name: 'Ultra HDR as WebP',
    make: async () => withGainMap(await photo(95), await photo(50), exifSegment(cameraExif(1))),
    recipe: { format: 'webp' },
    traits: `${CAMERA}, HDR gain map`,
    ahead: ['The HDR gain map will be lost'],
    after: ['The HDR gain map was lost', GONE, 'Kept: copyright'],
  },
  {
    name: 'Ultra HDR, only cleaned',
    make: async () => withGainMap(await photo(95), await photo(50), exifSegment(cameraExif(1))),
    recipe: { aim: { kind: 'untouched' } },
    traits: `${CAMERA}, HDR gain map`,
    ahead: [],
    after: [GONE, 'Kept: copyright, artist, HDR gain map'],
  },
  {
    name: 'a motion photo',
    make: async () => withVideo(await photo(98)),
    recipe: { aim: { kind: 'quality', quality: 40 } },
    traits: 'camera data, motion photo',
    ahead: ['The video of the motion photo will be lost'],
    after: ['The video of the motion photo was lost'],
  },
  {
    name: 'a signed JPEG',
    make: async () => withJpegSegments(await photo(98), c2paSegment()),
    recipe: { format: 'webp', aim: { kind: 'quality', quality: 30 } },
    traits: 'AI notice, content credentials',
    ahead: ['The content credentials (C2PA) will be removed'],
    after: ['The content credentials (C2PA) were removed', 'Removed: AI notice'],
  },
  {
    name: 'a PNG of 16 bits as JPEG',
    make: deepPng,
    recipe: { format: 'jpeg' },
    traits: `16 bits, transparency, ${CAMERA}`,
    ahead: ['Colour depth will be reduced from 16 to 8 bits', 'Transparent parts will be filled with #ffffff'],
    after: [
      'Colour depth went from 16 to 8 bits',
      'Transparent parts were filled with #ffffff',
      GONE,
      'Kept: copyright',
    ],
  },
  {
    name: 'a moving GIF in P3',
    make: async () => gifContainer.write(await animated('gif', 0), { ...EMPTY_METADATA, icc: p3 }, 'keep'),
    recipe: {},
    traits: 'animated (3 pictures), Display P3, transparency',
    ahead: [],
    after: ['The animation was kept', 'The colour profile was kept'],
  },
  {
    name: 'a moving WebP in P3, without metadata',
    make: async () => embedMetadata(await animated('webp', 0), 'webp', { ...EMPTY_METADATA, icc: p3 }),
    recipe: { metadata: 'strip', aim: { kind: 'quality', quality: 30 } },
    traits: 'animated (3 pictures), Display P3',
    ahead: ['Colours will be converted to sRGB'],
    after: ['The animation was kept', 'Colours were converted to sRGB'],
  },
  {
    name: 'a moving GIF as JPEG',
    make: () => animated('gif', 0),
    recipe: { format: 'jpeg' },
    traits: 'animated (3 pictures), transparency',
    ahead: ['Only the first of 3 pictures will be kept', 'Transparent parts will be filled with #ffffff'],
    after: ['Only the first of 3 pictures was kept'],
  },
];

describe('the same words before the work and after it', () => {
  it.each(ROWS)('$name', async ({ make, recipe, traits, ahead, after }) => {
    const bytes = await make();
    const facts = factsAhead(bytes, { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 }, ...recipe });
    expect(texts.traitsText(facts?.traits ?? [])).toBe(traits);
    expect((facts?.losses ?? []).map(texts.aheadText)).toEqual(ahead);
    const { receipt } = await compress(bytes, recipe);
    // The panel, the toast and `--json` have this one object.
    expect(receipt.input.traits).toEqual(facts?.traits);
    const line = texts.notesLine(receipt.notes);
    for (const part of after) expect(line).toContain(part);
  });

  it('a CMYK JPEG, which only a browser reads', async () => {
    const facts = factsAhead(await cmykJpeg(), { ...DEFAULT_RECIPE, format: 'webp' });
    expect(texts.traitsText(facts?.traits ?? [])).toBe('CMYK');
    expect((facts?.losses ?? []).map(texts.aheadText)).toEqual(['Colours will be converted to sRGB']);
  });

  it("nothing is told of what can't be read", () => {
    expect(factsAhead(new Uint8Array(40), DEFAULT_RECIPE)).toBeNull();
  });
});

describe('whatever the recipe', () => {
  const recipes = METADATA_POLICIES.flatMap((metadata) =>
    (['same', 'webp', 'jpeg', 'png'] as const).flatMap((format) =>
      (['quality', 'lossless', 'untouched'] as const).map((kind): Partial<Recipe> => ({
        metadata,
        format,
        aim: kind === 'quality' ? { kind, quality: 60 } : { kind },
      })),
    ),
  );

  it.each(ROWS.map(({ name, make }) => ({ name, make })))(
    '$name loses nothing that was not told before',
    async ({ make }) => {
      const bytes = await make();
      for (const recipe of recipes) {
        const ahead = lossesAhead(
          makePlan({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 }, ...recipe }, inspect(bytes)),
        ).map(({ code }) => code);
        const { receipt } = await compress(bytes, recipe);
        const lost = receipt.notes.filter(({ kind }) => kind === 'lost').map(({ code }) => code);
        expect(
          lost.filter((code) => !ahead.includes(code)),
          JSON.stringify(recipe),
        ).toEqual([]);
        if (receipt.outcome !== 'original' && receipt.codec)
          expect(
            ahead.filter((code) => !lost.includes(code) && code !== 'alpha-flattened' && code !== 'colours-reduced'),
            JSON.stringify(recipe),
          ).toEqual([]);
      }
    },
  );
});
