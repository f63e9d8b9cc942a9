/** Animations, right-clicked in a real browser: moving AVIF and JPEG XL, whose frames Chromium reads, and what the saved files show, read by libwebp. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../lib/core/model/job.ts';
import { difference } from '../../conformance/difference.ts';
import { seen } from '../../conformance/seen.ts';
import { downloadedFiles, dropFiles, waitForToast } from '../../driver/index.ts';
import { iccpChunk } from '../../images/containers.ts';
import { animated, movingFrames } from '../../images/moving.ts';
import { recorded } from '../../images/recorded.ts';
import { apng, type ApngFrame } from '../../unit/core/animation/build-apng.ts';
import { decodedBySharp, distance } from '../../unit/core/animation/pictures.ts';
import { complaints, missingTools, muxInfo } from '../../unit/core/animation/webp-tools.ts';
import { sharpProfile } from '../../unit/core/colour/pictures.ts';
import { openPanelStage, type PanelStage } from '../panel-stage.ts';
import { image, openStage, type Stage } from '../stage.ts';

const FILES = {
  'flat.avif': { bytes: recorded('animated.avif'), type: 'image/avif', frames: 3, milliseconds: 200, size: '16 x 16' },
  'exact.avif': {
    bytes: recorded('moving-lossless.avif'),
    type: 'image/avif',
    frames: 3,
    milliseconds: 200,
    size: '40 x 30',
  },
  'moving.jxl': { bytes: recorded('animated.jxl'), type: 'image/jxl', frames: 3, milliseconds: null, size: '24 x 16' },
} as const;
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[];

interface Saved {
  readonly job: Job;
  readonly bytes: Uint8Array;
  readonly toast: string;
}

describe('on a page', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  async function saved(name: Name, item: string): Promise<Saved> {
    stage.site.answer(name, image(FILES[name].bytes, FILES[name].type));
    const before = (await downloadedFiles(stage.browser)).length;
    const element = await stage.show(stage.site.url(name));
    const job = await stage.compress(element, item);
    expect(job).toMatchObject({ state: 'saved' });
    const toast = await waitForToast(element.page());
    const files = await downloadedFiles(stage.browser);
    expect(files).toHaveLength(before + 1);
    return { job, bytes: new Uint8Array(await readFile(files.at(-1)?.path ?? '')), toast: toast.detail };
  }

  it.each(NAMES)(
    '%s is not flattened: a smaller moving WebP, or the very file, and the toast says that it still moves',
    async (name) => {
      const { bytes, job, toast } = await saved(name, 'Compress image');
      expect(toast).toContain('The animation was kept');
      expect(bytes.length).toBeLessThanOrEqual(FILES[name].bytes.length);
      if ('receipt' in job && job.receipt.outcome === 'original')
        expect(Buffer.from(bytes).equals(FILES[name].bytes)).toBe(true);
      else expect((await decodedBySharp(bytes)).frames).toHaveLength(FILES[name].frames);
      // What is 104 bytes can't be beaten; the others can.
      expect('receipt' in job && job.receipt.output.format).toBe(name === 'moving.jxl' ? 'jxl' : 'webp');
    },
  );

  it.each(NAMES)('%s as WebP has all its frames, as long as they were', async (name) => {
    const { bytes } = await saved(name, 'Save as WebP');
    const { frames, delays } = await decodedBySharp(bytes);
    expect(frames).toHaveLength(FILES[name].frames);
    expect(delays).toEqual(
      FILES[name].milliseconds === null ? [100, 200, 300] : frames.map(() => FILES[name].milliseconds),
    );
    if (missingTools.length > 0) return;
    expect(complaints(bytes)).toBe('');
    expect(muxInfo(bytes)).toMatchObject({ canvas: FILES[name].size, loops: 0 });
  });

  it('exact.avif as WebP shows what it showed, frame by frame', async () => {
    const { frames } = await decodedBySharp((await saved('exact.avif', 'Save as WebP')).bytes);
    for (const [i, png] of (await movingFrames()).entries()) {
      const { alpha, mean } = distance((await seen(new Uint8Array(png))).data, frames[i] ?? new Uint8ClampedArray());
      expect({ alpha, mean, within: alpha === 0 && mean < 14 }).toMatchObject({ within: true });
    }
  });

  it.each(NAMES.flatMap((name) => (['JPEG', 'PNG'] as const).map((format) => [name, format] as const)))(
    '%s as %s is its first frame, and the toast says so',
    async (name, format) => {
      const { bytes, toast } = await saved(name, `Save as ${format}`);
      expect(toast).toContain('Only the first of 3 pictures was kept');
      expect((await sharp(bytes).metadata()).pages ?? 1).toBe(1);
      if (name !== 'exact.avif') return;
      // Measured 0 and 7.0: 4:2:0 on colours that change from pixel to pixel.
      const { mean } = difference(await seen(new Uint8Array((await movingFrames())[0] ?? [])), await seen(bytes));
      expect(mean).toBeLessThan(format === 'PNG' ? 0.01 : 8);
    },
  );
});

describe('an APNG in Display P3', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  /** What Chromium paints of the first frame, which stays for ten seconds. */
  async function painted(name: string, bytes: Uint8Array, type: string): Promise<number[]> {
    stage.site.answer(name, image(bytes, type));
    const page = await stage.browser.open(
      stage.site.page(`shows-${name}`, `<body style="margin:0"><img src="/${name}">`),
    );
    const shot = await sharp(await page.locator('img').screenshot())
      .removeAlpha()
      .raw()
      .toBuffer();
    await page.close();
    return [...shot.subarray(0, 3)];
  }

  it('looks the same to Chromium as WebP, and would not with its numbers left as they are', async () => {
    const p3 = await sharpProfile('p3');
    const size = { width: 40, height: 30 };
    const of = (last: number): ApngFrame => ({
      ...size,
      delay: [10, 1],
      data: Array.from({ length: 4800 }, (_, i) => (i === 4798 ? last : [180, 90, 60, 255][i % 4]!)),
    });
    const frames = [of(60), of(70)];
    const [tagged, bare] = [apng({ ...size, frames, before: [iccpChunk(p3)] }), apng({ ...size, frames })];
    stage.site.answer('p3.png', image(tagged, 'image/png'));
    expect(await stage.compress(await stage.show(stage.site.url('p3.png')), 'Save as WebP')).toMatchObject({
      state: 'saved',
      receipt: { output: { format: 'webp' } },
    });
    const webp = new Uint8Array(await readFile((await downloadedFiles(stage.browser)).at(-1)?.path ?? ''));
    const [before, after, without] = [
      await painted('before.png', tagged, 'image/png'),
      await painted('after.webp', webp, 'image/webp'),
      await painted('bare.png', bare, 'image/png'),
    ];
    const apart = (one: number[], other: number[]): number =>
      Math.max(...one.map((level, c) => Math.abs(level - (other[c] ?? 0))));
    expect(apart(before, without)).toBeGreaterThan(8);
    expect(apart(before, after)).toBeLessThanOrEqual(3);
  });
});

describe('dropped on the panel', () => {
  let stage: PanelStage;
  beforeAll(async () => {
    stage = await openPanelStage();
    for (const name of NAMES) await stage.file(name, FILES[name].bytes);
    await stage.file('moving.gif', await animated('gif', 0));
  });
  afterAll(() => stage.close());

  it('none is flattened', async () => {
    const page = await stage.workspace();
    await dropFiles(
      page.getByRole('heading', { name: 'Drop images here' }),
      NAMES.map((name) => stage.path(name)),
    );
    for (const job of await stage.settled(NAMES.length)) {
      expect(job).toMatchObject({
        state: 'ready',
        receipt: { notes: expect.arrayContaining([expect.objectContaining({ code: 'animation-kept' })]) },
      });
    }
  });

  it('each is resized by the recipe, still moving', async () => {
    const page = await stage.workspace();
    await page.getByLabel('Size', { exact: true }).selectOption('Percent');
    await dropFiles(
      page.getByRole('heading', { name: 'Drop images here' }),
      [...NAMES, 'moving.gif'].map((name) => stage.path(name)),
    );
    const jobs = await stage.settled(NAMES.length + 1);
    for (const job of jobs) {
      expect(job).toMatchObject({
        state: 'ready',
        receipt: {
          output: { format: 'webp' },
          notes: expect.arrayContaining([
            expect.objectContaining({ code: 'animation-kept' }),
            expect.objectContaining({ code: 'resized' }),
          ]),
        },
      });
      if ('receipt' in job) expect(job.receipt.output.width).toBe(job.receipt.input.width / 2);
    }
  });
});
