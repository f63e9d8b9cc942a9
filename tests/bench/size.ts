/**
 * What the promise of a size keeps and costs, on pictures that are given as files: how much of the limit is used, never over it,
 * in how many encodings of the picture at its full size (one of a quarter of the pixels counts a quarter).
 *
 *   npm run bench -- size [--formats jpeg,webp,avif,png] [--limits 5,20,100,500] [--side 1024] [--json FILE] PICTURE...
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { CompressionError } from '../../lib/core/errors.ts';
import { encodeToSize } from '../../lib/core/look/encode-to-size.ts';
import { resizePixels } from '../../lib/core/pixels/resize.ts';
import { loadWasm } from '../node-wasm.ts';
import { quantile, rounded } from './figures/quantile.ts';
import { readPicture } from './figures/read-picture.ts';

interface Row {
  readonly file: string;
  readonly format: OutputFormat;
  readonly limit: number;
  /** Null where even the smallest was over. */
  readonly bytes: number | null;
  readonly width: number;
  readonly look: number | null;
  readonly quality: number;
  readonly encodings: number;
  /** Whether nothing is better than what fits: the last quality, or every colour. */
  readonly isBest: boolean;
}

const { values, positionals } = parseArgs({
  options: {
    formats: { type: 'string', default: 'jpeg,webp' },
    limits: { type: 'string', default: '5,20,100,500' },
    side: { type: 'string', default: '1024' },
    json: { type: 'string' },
  },
  allowPositionals: true,
});
const rows: Row[] = [];
for (const file of positionals) {
  const pixels = await readPicture(await readFile(file), Number(values.side));
  for (const format of values.formats.split(',') as OutputFormat[])
    for (const kilobytes of values.limits.split(',')) {
      const limit = Number(kilobytes) * 1000;
      let tried = 0;
      const count = (size: number): void => void (tried += size);
      const common = { file: basename(file), format, limit };
      try {
        const made = await encodeToSize({
          pixels,
          format,
          limit,
          set: {},
          load: loadWasm,
          onTrial: count,
          finishedBytes: (bytes) => Promise.resolve(bytes.length),
          resized(factor) {
            const to = {
              width: Math.max(1, Math.round(pixels.width * factor)),
              height: Math.max(1, Math.round(pixels.height * factor)),
            };
            return resizePixels(pixels, to, 'lanczos3', loadWasm);
          },
        });
        const quality = Number(made.options['quality'] ?? NaN);
        rows.push({
          ...common,
          bytes: made.bytes.length,
          width: made.width,
          look: made.look && rounded(made.look),
          quality,
          encodings: rounded(tried / (pixels.width * pixels.height)),
          isBest: made.width === pixels.width && (format === 'png' ? !('colours' in made.options) : quality >= 99),
        });
      } catch (thrown) {
        if (!(thrown instanceof CompressionError)) throw thrown;
        const encodings = rounded(tried / (pixels.width * pixels.height));
        rows.push({ ...common, bytes: null, width: 0, look: null, quality: NaN, encodings, isBest: false });
      }
    }
}
const groups = Object.groupBy(rows, ({ format, limit }) => `${format} in ${limit / 1000} kB`);
console.table(
  Object.fromEntries(
    Object.entries(groups).map(([name, of = []]) => {
      const used = of.filter(({ bytes, isBest }) => bytes !== null && !isBest);
      const shares = used.map(({ bytes, limit }) => (bytes ?? 0) / limit);
      return [
        name,
        {
          pictures: of.length,
          'not reached': of.filter(({ bytes }) => bytes === null).length,
          'best fits': of.filter(({ isBest }) => isBest).length,
          over: of.filter(({ bytes, limit }) => (bytes ?? 0) > limit).length,
          'used, median': rounded(quantile(shares, 0.5)),
          'used, least': rounded(quantile(shares, 0)),
          'fewer pixels': used.filter(({ width }, at) => at >= 0 && width !== of[0]?.width).length,
          'encodings, median': rounded(
            quantile(
              of.map(({ encodings }) => encodings),
              0.5,
            ),
          ),
          'encodings, most': rounded(
            quantile(
              of.map(({ encodings }) => encodings),
              1,
            ),
          ),
        },
      ];
    }),
  ),
);
if (values.json) await writeFile(values.json, JSON.stringify(rows, null, 1));
