/**
 * The promise of a size, kept by the built extension in Chromium, on pictures that are given as files: how much of the limit is
 * used, never over it, and what it costs.
 *
 *   npm run bench -- size [--formats jpeg,webp,png] [--limits 5,20,100] [--side 1024] [--json FILE] PICTURE...
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { groupsOf } from './figures/groups.ts';
import { compressInExtension } from './figures/in-extension.ts';
import { quantile, rounded } from './figures/quantile.ts';

interface Row {
  readonly file: string;
  readonly format: OutputFormat;
  readonly limit: number;
  /** Null where even the smallest was over. */
  readonly bytes: number | null;
  readonly isSmaller: boolean;
  readonly look: number;
  readonly quality: number;
  readonly milliseconds: number;
}

const { values, positionals } = parseArgs({
  options: {
    formats: { type: 'string', default: 'jpeg,webp,png' },
    limits: { type: 'string', default: '5,20,100' },
    side: { type: 'string', default: '1024' },
    json: { type: 'string' },
  },
  allowPositionals: true,
});
const side = Number(values.side);
const rows: Row[] = [];
const stage = await openPanelStage();
try {
  const pngs = await Promise.all(
    positionals.map(async (file) => ({
      name: basename(file, extname(file)),
      png: await sharp(await readFile(file))
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .toColourspace('srgb')
        .png({ compressionLevel: 1 })
        .toBuffer(),
    })),
  );
  for (const format of values.formats.split(',') as OutputFormat[])
    for (const limit of values.limits.split(',').map((kilobytes) => Number(kilobytes) * 1000)) {
      const given = new Map(pngs.map(({ name, png }) => [`${name} ${format} ${limit}.png`, png]));
      const made = await compressInExtension(stage, given, { format, aim: { kind: 'size', bytes: limit } });
      for (const name of given.keys()) {
        const one = made.find((each) => each.name === name);
        rows.push({
          file: name,
          format,
          limit,
          bytes: one?.bytes.length ?? null,
          isSmaller: one?.receipt.notes.some(({ code }) => code === 'resized-to-fit') ?? false,
          look: one?.receipt.look ?? NaN,
          quality: Number(one?.receipt.codec?.options['quality'] ?? NaN),
          milliseconds: one?.receipt.milliseconds ?? NaN,
        });
      }
    }
} finally {
  await stage.close();
}
console.table(
  Object.fromEntries(
    groupsOf(rows, ({ format, limit }) => `${format} in ${limit / 1000} kB`).map(([group, of]) => {
      // At the last quality there is nothing better to fill what is left with.
      const used = of.filter(({ bytes, quality }) => bytes !== null && !(quality >= 99));
      const shares = used.map(({ bytes, limit }) => (bytes ?? 0) / limit);
      const known = of.filter(({ bytes }) => bytes !== null);
      return [
        group,
        {
          pictures: of.length,
          over: of.filter(({ bytes, limit }) => (bytes ?? 0) > limit).length,
          'not reached': of.length - known.length,
          'used, median': rounded(quantile(shares, 0.5)),
          'used, least': rounded(quantile(shares, 0)),
          'fewer pixels': of.filter(({ isSmaller }) => isSmaller).length,
          'look, median': rounded(
            quantile(
              known.map(({ look }) => look),
              0.5,
            ),
          ),
          'ms, median': rounded(
            quantile(
              known.map(({ milliseconds }) => milliseconds),
              0.5,
            ),
          ),
        },
      ];
    }),
  ),
);
if (values.json) await writeFile(values.json, JSON.stringify(rows, null, 1));
