/**
 * Palette PNG of the built extension in Chromium against sharp's (libimagequant, BSD) and pngquant's at the same look by the
 * referee, which looks over black and over white: bytes, and CPU time of quantising alone, where pngquant is installed.
 *
 *   npm run bench -- palette [--looks 70,80] [--side 640] [--json FILE] PNG...
 */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { optimisePng } from '../../lib/core/codecs/png.ts';
import { formats } from '../../lib/core/codecs/registry.ts';
import { quantise } from '../../lib/core/pixels/quantise/quantiser.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { loadWasm } from '../node-wasm.ts';
import { refereeLook } from '../referee/ssimulacra2.ts';
import { bytesAt, curveOf, readFileOf } from './figures/equal-look.ts';
import { compressInExtension } from './figures/in-extension.ts';
import { quantile, rounded } from './figures/quantile.ts';
import { readPicture } from './figures/read-picture.ts';

interface Row {
  readonly file: string;
  readonly aim: number;
  readonly look: number;
  readonly bytes: number;
  /** Bytes to those of others at the same look; NaN where they do not reach it, or are better with the fewest colours. */
  readonly toSharp: number;
  readonly toPngquant: number;
  /** CPU time of 256 colours, without packing, to that of pngquant. */
  readonly time: number;
}

const COLOURS = [4, 8, 16, 32, 64, 128, 256];

const { values, positionals } = parseArgs({
  options: {
    looks: { type: 'string', default: '70,80' },
    side: { type: 'string', default: '640' },
    json: { type: 'string' },
  },
  allowPositionals: true,
});
const hasPngquant = spawnSync('pngquant', ['--version']).status === 0;

function pngquant(png: Uint8Array, colours: number): Uint8Array {
  const { stdout } = spawnSync('pngquant', ['--speed', '3', String(colours), '-'], { input: png, maxBuffer: 1e9 });
  return new Uint8Array(stdout);
}

/** CPU seconds of 256 colours: the shell's sum over its children, the second line of `times`. */
function pngquantSeconds(png: Uint8Array): number {
  const { stdout } = spawnSync('bash', ['-c', 'pngquant --speed 3 256 - > /dev/null; times'], { input: png });
  const [, user = 0, system = 0] =
    [...stdout.toString().matchAll(/^0m([\d.]+)s 0m([\d.]+)s$/gm)].at(-1)?.map(Number) ?? [];
  return user + system;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  // The first time compiles.
  await work();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const rows: Row[] = [];
const stage = await openPanelStage();
try {
  for (const file of positionals) {
    const name = basename(file, extname(file));
    const pixels = await readPicture(await readFile(file), Number(values.side), true);
    const raw = { width: pixels.width, height: pixels.height, channels: 4 } as const;
    const png = await sharp(pixels.data, { raw }).png().toBuffer();
    // Both packed as ours is: what differs is the palette and its pixels.
    const packed = (bytes: Uint8Array): Promise<Uint8Array> =>
      optimisePng(new Uint8Array(bytes), { ...formats.png.optionsFor({ look: 70 }), level: 6 }, loadWasm);
    const lookOf = async (bytes: Uint8Array): Promise<number> => refereeLook(pixels, await readFileOf(bytes));
    const ofSharp = await curveOf(
      COLOURS,
      async (colours) => packed(await sharp(png).png({ palette: true, colours, effort: 10 }).toBuffer()),
      lookOf,
    );
    const ofPngquant = hasPngquant ? await curveOf(COLOURS, (colours) => packed(pngquant(png, colours)), lookOf) : [];
    const time = hasPngquant
      ? (await seconds(() => quantise(pixels, { colours: 256, dithering: 1 }, loadWasm))) / pngquantSeconds(png)
      : NaN;
    for (const aim of values.looks.split(',').map(Number)) {
      const given = new Map([[`${name} ${aim}.png`, png]]);
      const [made] = await compressInExtension(stage, given, { format: 'png', aim: { kind: 'look', look: aim } });
      if (!made) continue;
      const look = await lookOf(made.bytes);
      rows.push({
        file: name,
        aim,
        look: rounded(look),
        bytes: made.bytes.length,
        toSharp: rounded(made.bytes.length / bytesAt(ofSharp, look)),
        toPngquant: rounded(made.bytes.length / bytesAt(ofPngquant, look)),
        time: rounded(time),
      });
    }
    console.error(name);
  }
} finally {
  await stage.close();
}
console.table(rows);
const known = (of: readonly number[]): number[] => of.filter((each) => !Number.isNaN(each));
const summary = (of: readonly number[]): object => ({
  pictures: known(of).length,
  median: quantile(known(of), 0.5),
  worst: quantile(known(of), 1),
});
console.table({
  'bytes to sharp': summary(rows.map(({ toSharp }) => toSharp)),
  'bytes to pngquant': summary(rows.map(({ toPngquant }) => toPngquant)),
  'time to pngquant': summary(rows.map(({ time }) => time)),
});
if (values.json) await writeFile(values.json, JSON.stringify(rows, null, 1));
