/**
 * Which quality of WebP, AVIF and JPEG XL looks like which quality of mozjpeg, by SSIMULACRA2 at the encoders'
 * settings of this project: the table of lib/core/codecs/same-look.ts. Photographs are given as files.
 *
 *   npx tsx tests/bench/same-look.ts .cache/photos/*.jpg
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import initReferee, {
  calc_s2 as score,
  get_buffer,
  new_buffer,
  remove_buffer,
  type InitOutput,
} from 'calc-s2-rust/calc_s2_rust.js';
import type { OptionValues, Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../lib/core/codecs/registry.ts';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { loadWasm } from '../node-wasm.ts';

const JPEG_QUALITIES = [10, 30, 50, 65, 75, 85, 92, 97];
const LONGEST_SIDE = 640;

const referee: InitOutput = await initReferee(
  await readFile(createRequire(import.meta.url).resolve('calc-s2-rust/calc_s2_rust_bg.wasm')),
);

/** SSIMULACRA2: 100 is no difference, 90 can't be told apart, 70 is high, 50 is medium quality. */
function looks(original: Pixels, copy: Pixels): number {
  for (const [name, { data }] of [
    ['a', original],
    ['b', copy],
  ] as const) {
    const length = (data.length / 4) * 3;
    new_buffer(name, length);
    const rgb = new Uint8Array(referee.memory.buffer, get_buffer(name), length);
    for (let from = 0, to = 0; from < data.length; from += 4, to += 3) rgb.set(data.subarray(from, from + 3), to);
  }
  const answer = score('a', 'b', original.width, original.height);
  remove_buffer('a');
  remove_buffer('b');
  return answer;
}

async function lookAt(
  format: OutputFormat,
  pixels: Pixels,
  options: OptionValues,
): Promise<{ look: number; bytes: number }> {
  const bytes = await codecs[format].encode(pixels, options, loadWasm);
  return { look: looks(pixels, await codecs[format].decode(bytes, loadWasm)), bytes: bytes.length };
}

/** The lowest quality that reaches the look. */
async function qualityFor(format: OutputFormat, pixels: Pixels, look: number): Promise<number> {
  let [low, high] = [1, 100];
  const options = formats[format].optionsFor({ quality: 75 });
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = await lookAt(format, pixels, { ...options, quality: middle });
    if (found.look >= look) high = middle;
    else low = middle + 1;
  }
  return low;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

const rows = new Map<number, Record<'webp' | 'avif' | 'jxl', number[]> & { look: number[] }>();
// The referee's package writes a line a buffer.
const log = console.log;
console.log = () => undefined;
for (const file of process.argv.slice(2)) {
  const { data, info } = await sharp(file)
    .rotate()
    .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels: Pixels = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
  for (const quality of JPEG_QUALITIES) {
    const { look } = await lookAt('jpeg', pixels, formats.jpeg.optionsFor({ quality }));
    const row = rows.get(quality) ?? { look: [], webp: [], avif: [], jxl: [] };
    rows.set(quality, row);
    row.look.push(look);
    for (const format of ['webp', 'avif', 'jxl'] as const) row[format].push(await qualityFor(format, pixels, look));
  }
  console.error(file);
}
console.log = log;
console.log('jpeg  look  webp  avif  jxl   (medians over', process.argv.length - 2, 'photographs)');
for (const [quality, row] of rows) {
  console.log(
    [quality, median(row.look).toFixed(1), median(row.webp), median(row.avif), median(row.jxl)]
      .map((cell) => String(cell).padEnd(5))
      .join(' '),
  );
}
