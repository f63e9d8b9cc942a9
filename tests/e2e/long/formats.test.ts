/** One file of each kind that only a browser shows whole: right-clicked, saved, and read from the disk by libvips. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';
import { difference } from '../../conformance/difference.ts';
import { fetchedSet } from '../../conformance/fetched.ts';
import { INPUTS, truthOf } from '../../conformance/inputs.ts';
import { PROFILED } from '../../conformance/profiled.ts';
import { seen } from '../../conformance/seen.ts';
import { downloadedFiles } from '../../driver/index.ts';
import { animated } from '../../images/moving.ts';
import { encoded, gradient } from '../../images/pictures.ts';
import { apng } from '../../unit/core/animation/build-apng.ts';
import { decodedBySharp, distance, randomFrames } from '../../unit/core/animation/pictures.ts';
import { image, openStage, type Stage } from '../stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Serves the bytes, right-clicks the image and takes the item; resolves with the file on the disk. */
async function saved(name: string, type: string, bytes: Uint8Array, item: string): Promise<Uint8Array> {
  stage.site.answer(name, image(bytes, type));
  const before = (await downloadedFiles(stage.browser)).length;
  const job = await stage.compress(await stage.show(stage.site.url(name)), item);
  expect(job).toMatchObject({ state: 'saved' });
  const files = await downloadedFiles(stage.browser);
  expect(files).toHaveLength(before + 1);
  return new Uint8Array(await readFile(files.at(-1)?.path ?? ''));
}

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="30" height="40" fill="#3366cc"/><rect x="30" width="30" height="20" fill="#cc6633" fill-opacity="0.5"/></svg>';

/** With a print's profile. */
const cmyk = (): Promise<Uint8Array> =>
  encoded(gradient().withIccProfile('cmyk').jpeg({ quality: 95, chromaSubsampling: '4:4:4' }));

interface Case {
  readonly name: string;
  readonly type: string;
  readonly make: () => Promise<Uint8Array>;
  readonly truth?: () => Promise<Pixels>;
  readonly within?: { readonly mean: number; readonly max: number };
}

const table = (name: string): Pick<Case, 'make'> & { truth: () => Promise<Pixels> } => {
  const input = INPUTS.find((candidate) => candidate.name === name);
  if (!input) throw new Error(`no input ${name}`);
  return { make: input.make, truth: async () => truthOf(input, await input.make()) };
};

const CASES: readonly Case[] = [
  { name: 'photo.heic', type: 'image/heic', ...table('HEIC with alpha'), within: { mean: 0.5, max: 2 } },
  { name: 'scan.tiff', type: 'image/tiff', ...table('TIFF with alpha, tiled') },
  { name: 'favicon.ico', type: 'image/x-icon', ...table('icon of two sizes') },
  { name: 'picture.bmp', type: 'image/bmp', ...table('BMP') },
  { name: 'deep.avif', type: 'image/avif', ...table('AVIF of 10 bits'), within: { mean: 0.6, max: 2 } },
  // Half of a colour is rounded in two ways.
  {
    name: 'drawing.svg',
    type: 'image/svg+xml',
    make: async () => new TextEncoder().encode(SVG),
    within: { mean: 0.5, max: 2 },
  },
];

describe('"Save as PNG"', () => {
  it.each(CASES)(
    'of $name is the picture that libvips knows',
    async ({ name, type, make, truth, within = { mean: 0, max: 0 } }) => {
      const bytes = await make();
      const expected = await (truth?.() ?? seen(bytes));
      const { mean, max, alpha } = difference(expected, await seen(await saved(name, type, bytes, 'Save as PNG')));
      expect({ mean, max, alpha, within: mean <= within.mean && max <= within.max && alpha <= 1 }).toMatchObject({
        within: true,
      });
    },
  );

  it('of a CMYK JPEG is what the page shows of it, and close to what lcms makes of its profile', async () => {
    const bytes = await cmyk();
    const found = await seen(await saved('print.jpg', 'image/jpeg', bytes, 'Save as PNG'));
    const page = await stage.browser.open(stage.site.page('print', '<body style="margin:0"><img src="/print.jpg">'));
    const shown = await seen(new Uint8Array(await page.locator('img').screenshot()));
    await page.close();
    expect(difference(shown, found).max).toBe(0);
    // Print profiles are tables, and colours that paper has not are brought in by each engine in its own way: measured 9.9, and 24 without the profile.
    expect(difference(await seen(bytes), found).mean).toBeLessThan(12);
  });

  it('of a JPEG in Display P3 looks as it did, and would not without its profile', async () => {
    const bytes = (await PROFILED.find(({ name }) => name === 'Display P3 in JPEG')?.make()) ?? new Uint8Array();
    const [truth, ignored] = [await seen(bytes), await seen(bytes, { ignoreProfile: true })];
    const found = await seen(await saved('p3.jpg', 'image/jpeg', bytes, 'Save as PNG'));
    expect(difference(truth, found).mean).toBeLessThan(0.1);
    expect(difference(truth, ignored).mean).toBeGreaterThan(5);
  });
});

describe('an animation', () => {
  it('in GIF still moves as the smallest animated WebP', async () => {
    const bytes = await animated('gif', 0);
    const [before, after] = [
      await decodedBySharp(bytes),
      await decodedBySharp(await saved('moving.gif', 'image/gif', bytes, 'Compress image')),
    ];
    expect([after.frames.length, after.delays, after.loops]).toEqual([
      before.frames.length,
      before.delays,
      before.loops,
    ]);
    for (const [i, frame] of before.frames.entries())
      expect(distance(frame, after.frames[i] ?? new Uint8ClampedArray()).mean).toBeLessThan(14);
  });

  it('in APNG still moves as WebP', async () => {
    const size = { width: 40, height: 30 };
    const frames = randomFrames(11, 4, size, 'opaque').filter(
      (frame, i, all) => i === 0 || !Buffer.from(frame.data).equals(Buffer.from(all[i - 1]!.data)),
    );
    const bytes = apng({ ...size, plays: 2, frames: frames.map(({ data }) => ({ ...size, data, delay: [1, 5] })) });
    const after = await decodedBySharp(await saved('moving.png', 'image/png', bytes, 'Save as WebP'));
    expect([after.frames.length, after.delays, after.loops]).toEqual([frames.length, frames.map(() => 200), 2]);
  });
});

const turbo = fetchedSet('libjpeg-turbo');
const go = fetchedSet('go');

describe("JPEG that only the browser's decoder may read", () => {
  it.skipIf(go.missing)(`CMYK without a profile is a picture${go.missing && `: ${go.missing}`}`, async () => {
    const bytes = go.read('video-001.cmyk.jpeg');
    const found = await sharp(await saved('cmyk.jpg', 'image/jpeg', bytes, 'Save as PNG')).metadata();
    expect([found.width, found.height, found.space]).toEqual([150, 103, 'srgb']);
  });

  it.skipIf(turbo.missing).each([
    ['testimgari.jpg', 'arithmetic coding'],
    ['testorig12.jpg', '12 bits'],
  ])(`%s (%s) is a picture or a clear error${turbo.missing && `: ${turbo.missing}`}`, async (name) => {
    stage.site.answer(name, image(turbo.read(name), 'image/jpeg'));
    const job = await stage.compress(await stage.show(stage.site.url(name)), 'Save as PNG');
    if (job.state === 'saved') expect(job).toMatchObject({ receipt: { output: { width: 227, height: 149 } } });
    else
      expect(job).toMatchObject({
        state: 'failed',
        error: { code: expect.stringMatching(/^(unsupported-variant|unsupported-format|corrupt)$/) },
      });
  });
});
