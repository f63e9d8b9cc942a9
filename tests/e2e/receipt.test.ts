/** The receipt: what an image is and what it will lose, before the work; what became of it, after. One object in the panel, the toast and `--json`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compressByMenu } from '../../scripts/main-job.ts';
import type { Job } from '../../lib/core/model/job.ts';
import { dropFiles, readJobs, readToasts, textsAsBuilt, until, waitForToast } from '../driver/index.ts';
import { exifSegment, withJpegSegments } from '../images/containers.ts';
import { cameraExif } from '../images/exif-block.ts';
import { animated } from '../images/moving.ts';
import { withGainMap, withVideo } from '../images/parts-after.ts';
import { cmykJpeg } from '../images/still.ts';
import { openPanelStage, rowOf, type PanelStage } from './panel-stage.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

/** Large enough for its work to be seen. */
const photo = async (width = 1200, height = 800): Promise<Uint8Array> =>
  new Uint8Array(await photographAs('jpeg', { quality: 96 }, width, height));
const ultraHdr = async (): Promise<Uint8Array> =>
  withGainMap(await photo(), new Uint8Array(await photographAs('jpeg', {}, 60, 40)), exifSegment(cameraExif(1)));

describe('on a page', () => {
  let stage: Stage;
  let folder: string;
  beforeAll(async () => {
    [stage, folder] = await Promise.all([openStage(), mkdtemp(join(tmpdir(), 'compressimage-receipt-'))]);
  });
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true });
  });

  it('the toast says that the gain map will be lost, and then that it was', async () => {
    stage.site.answer('hdr.jpg', image(await ultraHdr(), 'image/jpeg'));
    const element = await stage.show(stage.site.url('hdr.jpg'));
    const [before, job] = await Promise.all([
      until(
        'the toast of the work',
        async () =>
          (await readToasts(element.page())).find(
            ({ tone, detail }) => tone === 'busy' && detail.includes('The HDR gain map will be lost'),
          ),
        { interval: 20, timeout: 60_000 },
      ),
      stage.compress(element, 'Save as WebP'),
    ]);
    expect(before.title).toBe('hdr.jpg');
    const { detail } = await waitForToast(element.page(), null, { of: job });
    expect(detail).toContain('The HDR gain map was lost. Removed: comments, GPS position, serial numbers');
    expect(
      'receipt' in job && detail.endsWith(textsAsBuilt(stage.browser.extension).notesLine(job.receipt.notes)),
    ).toBe(true);
  });

  it.each([
    ['cmyk.jpg', cmykJpeg, 'Save as WebP', { code: 'cmyk' }, 'Colours were converted to sRGB'],
    [
      'gps.jpg',
      async () => withJpegSegments(await photo(300, 200), exifSegment(cameraExif(1))),
      'Compress image',
      { code: 'gps' },
      'Removed: comments, GPS position',
    ],
    [
      'moving.gif',
      () => animated('gif', 0),
      'Compress image',
      { code: 'animated', parameters: { frames: 3 } },
      'The animation was kept',
    ],
  ] as const)('%s: `--json` has the object that the toast was made of', async (name, make, title, trait, sentence) => {
    const file = join(folder, name);
    await writeFile(file, await make());
    const page = await stage.browser.open('about:blank');
    const report = await compressByMenu(stage.browser, page, stage.site, {
      file,
      folder: name.replace('.', '-'),
      title,
    });
    const toast = await waitForToast(page);
    await page.close();
    const texts = textsAsBuilt(stage.browser.extension);
    const { words, cameAs, ...receipt } = report.receipt ?? { words: [], cameAs: '' };
    const job = (await readJobs(stage.browser)).find((each) => each.name === name);
    expect(receipt).toEqual(job && 'receipt' in job ? job.receipt : null);
    expect(report.receipt?.input.traits).toContainEqual(trait);
    expect(cameAs).toBe(texts.traitsText(report.receipt?.input.traits ?? []));
    expect(words.join('. ')).toContain(sentence);
    expect(toast.detail).toContain(sentence);
    expect(toast.detail).toContain(texts.notesLine(report.receipt?.notes ?? []));
  });
});

describe('in the panel', () => {
  const WAITING = ['wait-0.jpg', 'wait-1.jpg', 'wait-2.jpg', 'wait-3.jpg'];
  let stage: PanelStage;
  beforeAll(async () => {
    stage = await openPanelStage();
    const hdr = await ultraHdr();
    for (const name of ['hdr.jpg', ...WAITING]) await stage.file(name, hdr);
    await stage.file('motion.jpg', withVideo(await photo()));
  });
  afterAll(() => stage.close());

  /** All that a row said until its result was there; its name has another ending then. */
  async function heard(row: Locator): Promise<string> {
    const texts: string[] = [];
    await until(
      "the end of the row's work",
      async () => {
        const text = await row.innerText({ timeout: 1000 }).catch(() => '');
        texts.push(text);
        return /[−+]\d+ %|Original/.test(text);
      },
      { timeout: 120_000, interval: 30 },
    );
    return texts.join('\n');
  }

  it('a row that works, or waits for its turn, says what kind of image it is and what it will lose; then what became of it', async () => {
    const page = await stage.workspace();
    const names = ['hdr.jpg', 'motion.jpg', ...WAITING];
    await page.getByRole('radio', { name: 'WebP' }).check({ force: true });
    await dropFiles(
      page.getByRole('heading', { name: 'Drop images here' }),
      names.map((name) => stage.path(name)),
    );
    const waiting = until(
      'a row that waits and says so',
      async () =>
        (await readJobs(stage.browser)).find(
          (job): job is Job & { state: 'queued' } =>
            job.state === 'queued' && job.source?.losses?.some(({ code }) => code === 'gain-map-lost') === true,
        ),
      { interval: 30, timeout: 120_000 },
    );
    const [queued, hdr, motion] = await Promise.all([
      waiting,
      heard(rowOf(page, 'hdr.')),
      heard(rowOf(page, 'motion.')),
    ]);
    expect(queued.source?.traits).toContainEqual({ code: 'gain-map' });
    expect(hdr).toContain('The HDR gain map will be lost');
    expect(hdr).toContain('GPS position');
    expect(hdr).toContain('The HDR gain map was lost');
    expect(motion).toContain('The video of the motion photo will be lost');
    expect(motion).toContain('The video of the motion photo was lost');
    const texts = textsAsBuilt(stage.browser.extension);
    for (const job of await stage.settled(names.length)) {
      if (job.state !== 'ready') throw new Error(`${job.name} is ${job.state}`);
      const row = rowOf(page, job.name.replace('jpg', ''));
      for (const note of job.receipt.notes.filter(({ kind }) => kind === 'lost'))
        await expect.poll(() => row.innerText()).toContain(texts.noteText(note));
    }
  });
});
