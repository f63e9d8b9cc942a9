/**
 * What a search for a look costs in this process, on photographs that are given as files: the aim against the referee's score, the cost
 * in encodings at the options that were found, by CPU time, and the bytes.
 *
 *   npm run bench -- search [--formats jpeg,webp] [--looks 70,80] [--side 1600] [--json FILE] PHOTO...
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs } from '../../lib/core/codecs/registry.ts';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { encodeToLook } from '../../lib/core/look/encode-to-look.ts';
import { lookSubject } from '../../lib/core/look/subject.ts';
import { encodeOnce } from '../../lib/core/look/trial.ts';
import { loadWasm } from '../node-wasm.ts';
import { refereeLook } from '../referee/ssimulacra2.ts';

interface Row {
  readonly file: string;
  readonly format: OutputFormat;
  readonly aim: number;
  /** By the referee. */
  readonly look: number;
  readonly bytes: number;
  readonly quality: number;
  /** CPU time of all in that of one encoding. */
  readonly encodings: number;
  /** Encodings of the whole, and of a sample. */
  readonly whole: number;
  readonly samples: number;
}

const { values, positionals } = parseArgs({
  options: {
    formats: { type: 'string', default: 'jpeg,webp' },
    looks: { type: 'string', default: '70,80' },
    side: { type: 'string', default: '1600' },
    json: { type: 'string' },
  },
  allowPositionals: true,
});
const side = Number(values.side);
const rows: Row[] = [];

// What is compiled on the way, and what the memory of a new module costs, is no search.
const small = await read(positionals[0] ?? '', 300);
for (const format of values.formats.split(',') as OutputFormat[])
  for (let time = 0; time < 2; time++) await measure('', small, format, 75);
for (const file of positionals) {
  const pixels = await read(file, side);
  for (const format of values.formats.split(',') as OutputFormat[]) {
    for (const aim of values.looks.split(',').map(Number)) rows.push(await measure(file, pixels, format, aim));
  }
}
const groups = new Map<string, Row[]>();
for (const row of rows) {
  const name = `${row.format} at ${row.aim}`;
  groups.set(name, [...(groups.get(name) ?? []), row]);
}
console.table(
  Object.fromEntries(
    [...groups].map(([name, of]) => {
      const off = of.map(({ look, aim }) => look - aim);
      const cost = of.map(({ encodings }) => encodings);
      return [
        name,
        {
          images: of.length,
          'off, median': rounded(at(off, 0.5)),
          'off by, p90': rounded(at(off.map(Math.abs), 0.9)),
          'below, worst': rounded(Math.min(0, ...off)),
          'encodings, median': rounded(at(cost, 0.5)),
          'encodings, p90': rounded(at(cost, 0.9)),
          'of the whole, mean': rounded(of.reduce((sum, row) => sum + row.whole, 0) / of.length),
          'kB, median': rounded(
            at(
              of.map(({ bytes }) => bytes / 1000),
              0.5,
            ),
          ),
        },
      ];
    }),
  ),
);
if (values.json) await writeFile(values.json, JSON.stringify(rows, null, 1));

async function measure(file: string, pixels: Pixels, format: OutputFormat, aim: number): Promise<Row> {
  let [whole, samples] = [0, 0];
  const count = pixels.width * pixels.height;
  const before = cpu();
  const { bytes, options } = await encodeToLook(lookSubject(pixels, loadWasm), {
    format,
    look: aim,
    set: {},
    load: loadWasm,
    onTrial(tried) {
      if (tried === count) whole++;
      else samples++;
    },
  });
  const all = cpu() - before;
  let one = Infinity;
  for (let time = 0; time < 2; time++) {
    const began = cpu();
    await encodeOnce(pixels, options, { format, load: loadWasm });
    one = Math.min(one, cpu() - began);
  }
  const encodings = all / one;
  const look = refereeLook(pixels, await codecs[format].decode(bytes, loadWasm));
  return {
    file: basename(file),
    format,
    aim,
    look: rounded(look),
    bytes: bytes.length,
    quality: Number(options['quality']),
    encodings: rounded(encodings),
    whole,
    samples,
  };
}

async function read(file: string, side: number): Promise<Pixels> {
  const { data, info } = await sharp(await readFile(file))
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .removeAlpha()
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** ms */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function at(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}
