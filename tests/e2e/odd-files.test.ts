/** The rule for files with faults, held against the browser: what Chromium's `<img>` shows is read, as it shows it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { chromiumShows } from '../conformance/chromium-shows.ts';
import { compress, exactly } from '../conformance/compress.ts';
import { seen } from '../conformance/seen.ts';
import { oddAvifs } from '../images/odd/avif.ts';
import { oddBmps, oddIcons } from '../images/odd/bmp.ts';
import { oddGifs } from '../images/odd/gif.ts';
import { oddJpegs } from '../images/odd/jpeg.ts';
import type { OddFile } from '../images/odd/odd-file.ts';
import { oddPngs } from '../images/odd/png.ts';
import { oddWebps } from '../images/odd/webp.ts';

/**
 * Where something else is shown on purpose, and why.
 */
const OTHERWISE: Readonly<Record<string, string>> = {
  'transparency with high bits': 'the specification wants the bits masked, which libpng does',
  'a palette of one colour': 'an index past the palette is black by libpng, and undefined',
  'an index past the palette': 'an index past the palette is black by libpng, and undefined',
  'a code size of 0': 'no other decoder reads a table of no codes',
  'an unknown marker in the data': 'no decoder of ours reads it',
  'no DHT': 'blocks without a code are damage that decoders fill each in their way',
  'a sampling of 3 x 1': 'libjpeg-turbo and mozjpeg spread such chroma in different ways',
  'progressive cut at 95 %': 'the browser smooths the blocks of a scan that is not whole',
  'progressive cut at 60 %': 'the browser smooths the blocks of a scan that is not whole',
  'progressive cut at 30 %': 'the browser smooths the blocks of a scan that is not whole',
  'an absolute run that is cut': 'a row that was begun counts as it is',
  'a data offset of 0': 'the header is no picture',
  'a data offset into the header': 'the header is no picture',
  'a reserved byte of the entry': 'texts and other files begin so too',
  'alpha that VP8L does not tell': 'the browser takes its colours for ones that are multiplied with alpha',
  'moving, lossy, alpha that VP8X does not tell':
    'the browser takes its colours for ones that are multiplied with alpha',
  'a cursor': 'a pointer is no image to compress',
};

/** Chromium holds back the last rows of a JPEG that was cut, and shows the two before them half done. */
const ROWS_HELD_BACK = /cut at|no EOI|half an EOI/i;
const ROWS_HALF_DONE = 2;

/** What the canvas rounds under alpha; of AVIF with alpha what its decoder multiplies before it turns YUV to RGB. */
const LEVELS = 3;
const LEVELS_OF_AVIF = 24;

const SETS = {
  PNG: oddPngs,
  GIF: oddGifs,
  WebP: oddWebps,
  BMP: oddBmps,
  ICO: oddIcons,
  JPEG: oddJpegs,
  AVIF: oddAvifs,
} as const;

interface Case extends OddFile {
  readonly format: string;
  readonly shown: Pixels | null;
}
let cases: Case[] = [];

beforeAll(async () => {
  const files = (
    await Promise.all(
      Object.entries(SETS).map(async ([format, make]) => (await make()).map((file) => ({ format, ...file }))),
    )
  ).flat();
  const shown = await chromiumShows(files.map(({ bytes }) => bytes));
  cases = files.map((file, i) => ({ ...file, shown: shown[i] ?? null }));
});

describe('an odd file', () => {
  it.each(Object.keys(SETS))('in %s is read as Chromium shows it', async (format) => {
    const wrong: string[] = [];
    for (const { name, bytes, shown } of cases.filter((one) => one.format === format)) {
      if (!shown || isBlank(shown) || name in OTHERWISE) continue;
      const result = await compress(bytes, exactly('png', { animation: 'first-frame' })).catch(() => null);
      const found = result && (await seen(result.bytes));
      const levels = format === 'AVIF' ? LEVELS_OF_AVIF : LEVELS;
      const heldBack = format === 'JPEG' && ROWS_HELD_BACK.test(name);
      if (!found || !alike(shown, found, { levels, heldBack })) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });
});

function isBlank({ data }: Pixels): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) return false;
  return true;
}

/** As multiplied with alpha; what the browser holds back does not count. */
function alike(a: Pixels, b: Pixels, { levels, heldBack }: { levels: number; heldBack: boolean }): boolean {
  if (a.width !== b.width || a.height !== b.height) return false;
  let off = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    if (heldBack && a.data[i + 3] === 0) continue;
    const differs = [0, 1, 2].some(
      (c) => Math.abs((a.data[i + c]! * a.data[i + 3]!) / 255 - (b.data[i + c]! * b.data[i + 3]!) / 255) > levels,
    );
    if (differs || Math.abs(a.data[i + 3]! - b.data[i + 3]!) > levels) off++;
  }
  return off <= (heldBack ? a.width * ROWS_HALF_DONE : 0);
}
