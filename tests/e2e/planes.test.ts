/** JPEG and AVIF by the browser's planes, in the built worker: the pixels are the WASM decoder's, and those of decoders that are not ours. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codecs } from '../../lib/core/codecs/registry.ts';
import { CompressionError } from '../../lib/core/errors.ts';
import { inspect } from '../../lib/core/image/inspect.ts';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { makePlan } from '../../lib/core/pipeline/make-plan.ts';
import { runPlan } from '../../lib/core/pipeline/run.ts';
import { unequal } from '../conformance/difference.ts';
import { openBrowser, type Browser } from '../driver/index.ts';
import { oddAvifs } from '../images/odd/avif.ts';
import { oddJpegs } from '../images/odd/jpeg.ts';
import { loadWasm } from '../node-wasm.ts';
import { openPageWithScript, type BuiltFiles } from '../page-with-script.ts';
import type { WorkerInPage } from './planes-in-page.ts';
import { photograph } from './stage.ts';

let browser: Browser;
let page: Page;
let files: BuiltFiles;
beforeAll(async () => {
  browser = await openBrowser();
  ({ page, files } = await openPageWithScript(browser, join(import.meta.dirname, 'planes-in-page.ts')));
});
afterAll(() => browser.close());

/** To a PNG of the same pixels, in the browser and by WASM alone: the bytes, or the code of an error. */
async function both(
  file: Uint8Array,
): Promise<{ here: Buffer | string; there: Buffer | string; asked: readonly string[] }> {
  const bytes = new Uint8Array(file);
  const plan = makePlan({ ...DEFAULT_RECIPE, format: 'png', aim: { kind: 'lossless' } }, inspect(bytes));
  const result = await page.evaluate(
    ([worker, modules, task, source]) =>
      (globalThis as unknown as { workerInPage: WorkerInPage }).workerInPage.carryOut(worker, modules, task, source),
    [files.worker, files.wasm, plan, Buffer.from(bytes).toString('base64')] as const,
  );
  const there = await runPlan(plan, bytes, { load: loadWasm }).then(
    (done) => Buffer.from(done.bytes),
    (thrown: unknown) => CompressionError.from(thrown).code,
  );
  return { here: result.code ?? Buffer.from(result.bytes, 'base64'), there, asked: result.asked };
}

/** How many values of two PNGs are not the same; their own bytes hold a profile as each platform packs it. */
async function unequalOf(a: Buffer | string, b: Buffer | string): Promise<number> {
  if (typeof a === 'string' || typeof b === 'string') return a === b ? 0 : Infinity;
  const [one, other] = await Promise.all([a, b].map((png) => codecs.png.decode(new Uint8Array(png), loadWasm)));
  return one && other ? unequal(one, other) : Infinity;
}

const SIZE = { width: 301, height: 201 };

async function avif(change: { subsample?: number; matrix?: number; limited?: boolean } = {}): Promise<Uint8Array> {
  const { subsample = 1, matrix = 6, limited = false } = change;
  const data = new Uint8ClampedArray(await (await photograph(SIZE.width, SIZE.height)).ensureAlpha().raw().toBuffer());
  const file = await codecs.avif.encode({ ...SIZE, data }, { quality: 70, speed: 9, subsample }, loadWasm);
  // What the numbers are said to mean, not the numbers.
  file.set([0, matrix, limited ? 0 : 0x80], Buffer.from(file).indexOf('colrnclx') + 12);
  return file;
}

type Make = () => Promise<Uint8Array>;
const photo = async (): Promise<Sharp> => photograph(SIZE.width, SIZE.height);
const JPEGS: readonly (readonly [what: string, make: Make])[] = [
  ['4:2:0', async () => (await photo()).jpeg({ quality: 90 }).toBuffer()],
  ['4:4:4', async () => (await photo()).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['progressive', async () => (await photo()).jpeg({ quality: 70, mozjpeg: true }).toBuffer()],
  ['of one quality', async () => (await photo()).jpeg({ quality: 1 }).toBuffer()],
  ['of no colour', async () => (await photo()).greyscale().jpeg().toBuffer()],
  ['with a profile', async () => (await photo()).withIccProfile('p3').jpeg().toBuffer()],
  ['turned', async () => (await photo()).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['mirrored', async () => (await photo()).withMetadata({ orientation: 5 }).jpeg().toBuffer()],
  ['large', async () => (await photograph(1201, 805)).jpeg({ quality: 85 }).toBuffer()],
];
const AVIFS: readonly (readonly [what: string, make: Make])[] = [
  ['4:2:0', () => avif()],
  ['4:2:2', () => avif({ subsample: 2 })],
  ['4:4:4', () => avif({ subsample: 3 })],
  ['of BT.709', () => avif({ matrix: 1 })],
  ['of BT.2020 in a limited range', () => avif({ matrix: 9, limited: true })],
  ['4:4:4 in a limited range', () => avif({ subsample: 3, matrix: 1, limited: true })],
  ['by another encoder', async () => (await photo()).avif({ quality: 60, effort: 2, bitdepth: 8 }).toBuffer()],
  ['with a profile', async () => (await photo()).withIccProfile('p3').avif({ effort: 2, bitdepth: 8 }).toBuffer()],
];

describe.each([
  ['jpeg', JPEGS],
  ['avif', AVIFS],
] as const)('a %s', (format, files) => {
  it.each(files)('%s is read by planes, to the same pixels', async (_what, make) => {
    const { here, there, asked } = await both(await make());
    expect(asked).not.toContain(`${format}-decoder`);
    expect(asked).toContain('planes');
    expect(await unequalOf(here, there)).toBe(0);
  });
});

it.each(JPEGS.filter(([what]) => what !== 'with a profile'))(
  'libvips reads the same in a JPEG %s',
  async (_what, make) => {
    const file = await make();
    const { here } = await both(file);
    const pixels = (image: Sharp): Promise<Buffer> => image.removeAlpha().toColourspace('srgb').raw().toBuffer();
    expect((await pixels(sharp(here))).equals(await pixels(sharp(file).autoOrient()))).toBe(true);
  },
);

it('libheif reads the same in an AVIF 4:4:4', async () => {
  const file = await (await photo()).avif({ quality: 60, effort: 2, bitdepth: 8 }).toBuffer();
  const { here } = await both(file);
  const pixels = (image: Sharp): Promise<Buffer> => image.removeAlpha().raw().toBuffer();
  expect((await pixels(sharp(here))).equals(await pixels(sharp(file)))).toBe(true);
});

it('what is damaged or odd becomes what it was, or fails as it did', async () => {
  for (const { name, bytes } of [...(await oddJpegs()), ...(await oddAvifs())]) {
    try {
      inspect(new Uint8Array(bytes));
    } catch {
      continue;
    }
    const { here, there } = await both(bytes);
    // What WASM does not read at all is the browser's to read.
    if (there === 'unsupported-format') continue;
    expect([name, await unequalOf(here, there)]).toEqual([name, 0]);
  }
});
