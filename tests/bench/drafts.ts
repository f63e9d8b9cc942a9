/**
 * The curves of drafts in `lib/core/codecs`: for each look the quality that the median picture needs, how many qualities more a point
 * of look takes, and what is added after a draft; with how near a first result then comes, each picture left out in its turn.
 *
 *   npm run bench -- drafts [--formats jpeg,webp] [--looks 55,70,80,90] [--side 640] PICTURE...
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { OptionValues, Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../lib/core/codecs/registry.ts';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { takeReference } from '../../lib/core/look/metric.ts';
import { encodeOnce } from '../../lib/core/look/trial.ts';
import { loadWasm } from '../node-wasm.ts';
import { median } from './figures/median.ts';
import { quantile, rounded } from './figures/quantile.ts';
import { readPicture } from './figures/read-picture.ts';

/** Points from the look beyond which `lib/core/look/search-start.ts` takes another draft. */
const FAR = 12;
/** Qualities about the usual one, between which looks are read off straight lines. */
const AROUND = [-24, -12, -6, 0, 6, 12, 20];

const { values, positionals } = parseArgs({
  options: {
    formats: { type: 'string', default: 'jpeg,webp' },
    looks: { type: 'string', default: '55,70,80,90' },
    side: { type: 'string', default: '640' },
  },
  allowPositionals: true,
});

/** Looks at qualities, both rising. */
type Curve = readonly (readonly [quality: number, look: number])[];

async function curveOf(pixels: Pixels, format: OutputFormat, options: OptionValues, usual: number): Promise<Curve> {
  const { compare } = await takeReference(pixels, loadWasm);
  const points: [number, number][] = [];
  for (const quality of AROUND.map((by) => usual + by).filter((at) => at >= 3 && at <= 100)) {
    const file = await encodeOnce(pixels, { ...options, quality }, { format, load: loadWasm });
    points.push([quality, compare(await codecs[format].decode(file, loadWasm))]);
  }
  return points;
}

/** What one column of a curve is where the other is `at`; NaN beyond its ends. */
function read(curve: Curve, at: number, from: 0 | 1): number {
  for (const [index, point] of curve.entries()) {
    const before = curve[index - 1];
    if (!before || point[from] < at || before[from] > at) continue;
    const share = (at - before[from]) / (point[from] - before[from] || 1);
    return before[(1 - from) as 0 | 1] + share * (point[(1 - from) as 0 | 1] - before[(1 - from) as 0 | 1]);
  }
  return NaN;
}

/** Least squares: what `needed` is at no distance, how much more for each point, and for each of their square. */
function fitted(points: readonly { readonly needed: number; readonly short: number }[]): [number, number, number] {
  const near = points.filter(({ short }) => Math.abs(short) <= FAR);
  const power = (one: (typeof near)[0], at: number): number => one.short ** at;
  const rows = [0, 1, 2].map((row) => [
    ...[0, 1, 2].map((column) => near.reduce((sum, one) => sum + power(one, row + column), row === column ? 1e-3 : 0)),
    near.reduce((sum, one) => sum + power(one, row) * one.needed, 0),
  ]);
  // Gauss and Jordan: the matrix is positive definite.
  for (const [at, row] of rows.entries()) {
    const pivot = row[at] ?? 1;
    for (let column = at; column < 4; column++) row[column] = (row[column] ?? 0) / pivot;
    for (const other of rows) {
      const factor = other === row ? 0 : (other[at] ?? 0);
      for (let column = at; column < 4; column++) other[column] = (other[column] ?? 0) - factor * (row[column] ?? 0);
    }
  }
  const [base = 0, slope = 0, bend = 0] = rows.map((row) => row[3]);
  return [base, slope, bend];
}

const rows: Record<string, object> = {};
for (const format of values.formats.split(',') as OutputFormat[]) {
  const { search, optionsFor } = formats[format];
  if (!search?.draft) throw new Error(`${format} has no draft`);
  for (const look of values.looks.split(',').map(Number)) {
    const options = optionsFor({ look });
    const usual = Number(options['quality']);
    const points = [];
    for (const file of positionals) {
      const pixels = await readPicture(await readFile(file), Number(values.side));
      const careful = await curveOf(pixels, format, options, usual);
      const draft = await curveOf(pixels, format, { ...options, ...search.draft.options }, usual);
      points.push({ careful, draft, needed: read(careful, look, 1) });
    }
    const reached = points.filter(({ needed }) => !Number.isNaN(needed));
    const quality = Math.round(median(reached.map(({ needed }) => needed)));
    const judged = reached.map((point) => ({ ...point, short: look - read(point.draft, quality, 0) }));
    const [at, perPoint, bend] = fitted(judged);
    const off = judged.map((point) => {
      const [others, slope, bent] = fitted(judged.filter((other) => other !== point));
      const short = Math.min(FAR, Math.max(-FAR, point.short));
      return Math.abs(read(point.careful, others + slope * point.short + bent * short ** 2, 0) - look);
    });
    rows[`${format} at ${look}`] = {
      pictures: judged.length,
      quality,
      'per point': rounded(perPoint),
      added: rounded(at - quality),
      bend: Math.round(bend * 1000) / 1000,
      'off by, median': rounded(quantile(off, 0.5)),
      'off by, p90': rounded(quantile(off, 0.9)),
      'another draft': judged.filter(({ short }) => Math.abs(short) > FAR).length,
    };
  }
}
console.table(rows);
