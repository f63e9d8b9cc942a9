/**
 * The promise of a look, kept by the built extension in Chromium, on photographs that are given as files: how far the referee's
 * score is from the aim, and the bytes against other encoders' at the same look (by this project's metric, on the very pixels):
 * what a page's canvas writes, and sharp at its defaults. Beside it the looks that jSquash's encoders give at their fixed quality.
 *
 *   npm run bench -- look [--formats jpeg,webp] [--looks 70,80] [--side 1024] [--json FILE] PHOTO...
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultOptions as avif } from '@jsquash/avif/meta.js';
import { defaultOptions as jpeg } from '@jsquash/jpeg/meta.js';
import { defaultOptions as webp } from '@jsquash/webp/meta.js';
import sharp, { type Sharp } from 'sharp';
import type { OptionValues } from '../../lib/core/codecs/codec.ts';
import { codecs } from '../../lib/core/codecs/registry.ts';
import { takeReference } from '../../lib/core/look/metric.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { loadWasm } from '../node-wasm.ts';
import { refereeLook } from '../referee/ssimulacra2.ts';
import { bytesAt, curveOf, readFileOf } from './figures/equal-look.ts';
import { groupsOf } from './figures/groups.ts';
import { canvasEncoder, compressInExtension } from './figures/in-extension.ts';
import { quantile, rounded } from './figures/quantile.ts';
import { readPicture } from './figures/read-picture.ts';

type Lossy = 'jpeg' | 'webp' | 'avif';

interface Row {
  readonly file: string;
  readonly format: Lossy;
  readonly aim: number;
  /** By the referee. */
  readonly look: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Bytes to those of another encoder at the same look; NaN where it does not reach that. */
  readonly toCanvasJpeg: number;
  readonly toCanvas: number;
  readonly toSharp: number;
}

const QUALITIES = [20, 32, 44, 56, 66, 75, 82, 88, 93, 97];
/** Of libaom, whose scale is another. */
const AVIF_QUALITIES = [25, 35, 45, 55, 65, 75, 85];
/** jSquash's own defaults, which have the quality, too. */
const FIXED: Readonly<Record<Lossy, object>> = { jpeg, webp, avif };
const SHARP: Readonly<Record<Lossy, (image: Sharp, quality: number) => Sharp>> = {
  jpeg: (image, quality) => image.jpeg({ quality }),
  webp: (image, quality) => image.webp({ quality }),
  avif: (image, quality) => image.avif({ quality }),
};

const { values, positionals } = parseArgs({
  options: {
    formats: { type: 'string', default: 'jpeg,webp' },
    looks: { type: 'string', default: '70,80' },
    side: { type: 'string', default: '1024' },
    json: { type: 'string' },
  },
  allowPositionals: true,
});
const formats = values.formats.split(',') as Lossy[];
const looks = values.looks.split(',').map(Number);
const rows: Row[] = [];
const fixed: { readonly file: string; readonly format: Lossy; readonly look: number; readonly bytes: number }[] = [];
const stage = await openPanelStage();
try {
  for (const file of positionals) {
    const name = basename(file, extname(file));
    const pixels = await readPicture(await readFile(file), Number(values.side));
    const raw = { width: pixels.width, height: pixels.height, channels: 4 } as const;
    const image = sharp(pixels.data, { raw }).removeAlpha();
    const png = await image.clone().png({ compressionLevel: 1 }).toBuffer();
    const made = [];
    for (const format of formats)
      for (const look of looks) {
        const given = new Map([[`${name} ${format} ${look}.png`, png]]);
        const [one] = await compressInExtension(stage, given, { format, aim: { kind: 'look', look } });
        if (one) made.push({ format, look, ...one });
      }
    const reference = await takeReference(pixels, loadWasm);
    const lookOf = async (bytes: Uint8Array): Promise<number> => reference.compare(await readFileOf(bytes));
    const page = await stage.browser.open('about:blank');
    const canvas = await canvasEncoder(page, png);
    const canvasCurve = (type: 'image/jpeg' | 'image/webp'): ReturnType<typeof curveOf> =>
      curveOf(QUALITIES, (quality) => canvas(type, quality), lookOf);
    const canvasJpeg = await canvasCurve('image/jpeg');
    const canvasWebp = formats.includes('webp') ? await canvasCurve('image/webp') : [];
    await page.close();
    for (const format of formats) {
      const native = await curveOf(
        format === 'avif' ? AVIF_QUALITIES : QUALITIES,
        (quality) => SHARP[format](image.clone(), quality).toBuffer(),
        lookOf,
      );
      for (const one of made.filter((each) => each.format === format)) {
        const look = await lookOf(one.bytes);
        const to = (curve: typeof native): number => one.bytes.length / bytesAt(curve, look);
        rows.push({
          file: name,
          format,
          aim: one.look,
          look: rounded(refereeLook(pixels, await readFileOf(one.bytes))),
          bytes: one.bytes.length,
          milliseconds: one.receipt.milliseconds,
          toCanvasJpeg: rounded(to(canvasJpeg)),
          toCanvas: rounded(format === 'webp' ? to(canvasWebp) : format === 'jpeg' ? to(canvasJpeg) : NaN),
          toSharp: rounded(to(native)),
        });
      }
      const plain = await codecs[format].encode(pixels, FIXED[format] as OptionValues, loadWasm);
      fixed.push({ file: name, format, look: rounded(await lookOf(plain)), bytes: plain.length });
    }
    console.error(name);
  }
} finally {
  await stage.close();
}
const middle = (of: readonly number[]): number =>
  rounded(
    quantile(
      of.filter((each) => !Number.isNaN(each)),
      0.5,
    ),
  );
console.table(
  Object.fromEntries(
    groupsOf(rows, ({ format, aim }) => `${format} at ${aim}`).map(([group, of]) => {
      const off = of.map(({ look, aim }) => look - aim);
      return [
        group,
        {
          images: of.length,
          'off, median': middle(off),
          'off by, p90': rounded(quantile(off.map(Math.abs), 0.9)),
          'below, worst': rounded(Math.min(0, ...off)),
          'to canvas JPEG': middle(of.map(({ toCanvasJpeg }) => toCanvasJpeg)),
          'to canvas, same format': middle(of.map(({ toCanvas }) => toCanvas)),
          'to sharp, same format': middle(of.map(({ toSharp }) => toSharp)),
          'ms, median': middle(of.map(({ milliseconds }) => milliseconds)),
        },
      ];
    }),
  ),
);
console.table(
  Object.fromEntries(
    formats.map((format) => {
      const of = fixed.filter((one) => one.format === format).map(({ look }) => look);
      const figures = { 'look, least': Math.min(...of), 'look, median': middle(of), 'look, most': Math.max(...of) };
      return [`${format} by jSquash's defaults`, figures];
    }),
  ),
);
if (values.json) await writeFile(values.json, JSON.stringify({ rows, fixed }, null, 1));
