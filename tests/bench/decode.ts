/**
 * Decoding of JPEG and AVIF as the product does it, by the browser's planes in a page of the built extension, beside sharp on one thread
 * and the WASM decoder in this process, by turns; ms by the clock, so it wants a machine with nothing else at work.
 *
 *   npm run bench -- decode [--megapixels 4] [--rounds 5] [--json FILE] [PHOTO...]
 *
 * Ends with an error when the planes' pixels are not the WASM decoder's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { codecs } from '../../lib/core/codecs/registry.ts';
import { openBrowser } from '../driver/index.ts';
import { photograph } from '../e2e/stage.ts';
import { loadWasm } from '../node-wasm.ts';
import { median } from './figures/median.ts';
import type { DecodeInPage } from './in-page/decode-in-page.ts';
import { openPageWithScript } from '../page-with-script.ts';

const { values, positionals } = parseArgs({
  options: {
    megapixels: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
  allowPositionals: true,
});
const width = Math.round(Math.sqrt((Number(values.megapixels) * 1e6 * 3) / 2));
const height = Math.round((width * 2) / 3);
sharp.concurrency(1);
sharp.cache(false);

const FILES: readonly { what: string; format: 'jpeg' | 'avif'; make: (image: Sharp) => Sharp }[] = [
  { what: 'JPEG, 4:2:0', format: 'jpeg', make: (image) => image.jpeg({ quality: 85 }) },
  { what: 'JPEG, 4:4:4', format: 'jpeg', make: (image) => image.jpeg({ quality: 85, chromaSubsampling: '4:4:4' }) },
  { what: 'JPEG, progressive', format: 'jpeg', make: (image) => image.jpeg({ quality: 75, mozjpeg: true }) },
  {
    what: 'AVIF, 4:2:0',
    format: 'avif',
    make: (image) => image.avif({ quality: 60, effort: 2, bitdepth: 8, chromaSubsampling: '4:2:0' }),
  },
  { what: 'AVIF, 4:4:4', format: 'avif', make: (image) => image.avif({ quality: 60, effort: 2, bitdepth: 8 }) },
];

async function timed<T>(work: () => Promise<T>): Promise<{ readonly milliseconds: number; readonly value: T }> {
  const began = performance.now();
  const value = await work();
  return { milliseconds: performance.now() - began, value };
}

const rows: Record<string, number | string>[] = [];
const browser = await openBrowser();
try {
  const { page, files } = await openPageWithScript(browser, join(import.meta.dirname, 'in-page/decode-in-page.ts'));
  for (const photo of positionals.length > 0 ? positionals : [null])
    for (const { what, format, make } of FILES) {
      const picture = photo
        ? sharp(readFileSync(photo)).resize(width, height, { fit: 'cover' })
        : await photograph(width, height);
      const file = await make(picture).toBuffer();
      const times = { sharp: [] as number[], wasm: [] as number[], planes: [] as number[] };
      for (let round = 0; round <= Number(values.rounds); round++) {
        const native = await timed(() => sharp(file).raw().toBuffer());
        const wasm = await timed(() => codecs[format].decode(new Uint8Array(file), loadWasm));
        const planes = await page.evaluate(
          ([source, kind, address]) =>
            (globalThis as unknown as { decodeInPage: DecodeInPage }).decodeInPage.decode(source, kind, address),
          [file.toString('base64'), format, files.wasm['planes'] ?? ''] as const,
        );
        if (!planes) throw new Error(`${what} is not read by planes`);
        if (planes.sum !== wasm.value.data.reduce((sum, value) => sum + value, 0))
          throw new Error(`${what} has other pixels by planes`);
        // The first round warms up.
        if (round === 0) continue;
        times.sharp.push(native.milliseconds);
        times.wasm.push(wasm.milliseconds);
        times.planes.push(planes.milliseconds);
      }
      const [ofSharp, ofWasm, ofPlanes] = [median(times.sharp), median(times.wasm), median(times.planes)];
      const spread = `${Math.round(Math.min(...times.planes))} to ${Math.round(Math.max(...times.planes))}`;
      const row = {
        photo: photo ? basename(photo) : 'made',
        what,
        sharp: Math.round(ofSharp),
        WASM: Math.round(ofWasm),
      };
      rows.push({
        ...row,
        planes: Math.round(ofPlanes),
        'from to': spread,
        'WASM to sharp': Number((ofWasm / ofSharp).toFixed(2)),
        'planes to sharp': Number((ofPlanes / ofSharp).toFixed(2)),
      });
    }
} finally {
  await browser.close();
}
console.table(rows);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ width, height, rows }, null, 2));
