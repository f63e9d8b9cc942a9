/**
 * Decoding and encoding of each codec against sharp on one thread with the same settings, on the same pixels: CPU seconds,
 * as a ratio round by round, and bytes. In this process, whose V8 runs the WASM as the browser's does.
 *
 *   npm run bench -- codecs [--megapixels 4] [--rounds 5] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../lib/core/codecs/registry.ts';
import { encoderFor } from '../../lib/core/look/trial.ts';
import { photograph } from '../e2e/stage.ts';
import { loadWasm } from '../node-wasm.ts';
import { median } from './figures/median.ts';

const { values } = parseArgs({
  options: {
    megapixels: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const width = Math.round(Math.sqrt((Number(values.megapixels) * 1e6 * 3) / 2));
const height = Math.round((width * 2) / 3);
sharp.concurrency(1);
sharp.cache(false);

/** sharp's encoder with what ours is given at quality 75: see `lib/core/codecs`. */
const NATIVE = {
  jpeg: (image: Sharp, quality: number) => image.jpeg({ quality, mozjpeg: true }),
  webp: (image: Sharp, quality: number) => image.webp({ quality, effort: 4 }),
  // Its own libaom is newer: the bytes differ.
  avif: (image: Sharp, quality: number) => image.avif({ quality, effort: 3, tune: 'ssim', chromaSubsampling: '4:2:0' }),
} as const;

/** CPU seconds of the whole process: of other work on the machine it hears little. */
async function seconds<T>(work: () => Promise<T>): Promise<{ readonly took: number; readonly value: T }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { took: (user + system) / 1e6, value };
}

const raw = await (await photograph(width, height)).ensureAlpha().raw().toBuffer();
const pixels: Pixels = { data: new Uint8ClampedArray(raw), width, height };
const rows: Record<string, number | string>[] = [];
for (const format of Object.keys(NATIVE) as (keyof typeof NATIVE)[]) {
  const options = formats[format].optionsFor({ quality: 75 });
  const quality = Number(options['quality']);
  const ratios: { encode: number[]; decode: number[] } = { encode: [], decode: [] };
  let bytes = 0;
  for (let round = 0; round <= Number(values.rounds); round++) {
    const ours = await seconds(() => encoderFor(format, options)(pixels, options, loadWasm));
    const native = await seconds(() =>
      NATIVE[format](sharp(raw, { raw: { width, height, channels: 4 } }), quality).toBuffer(),
    );
    const read = await seconds(() => codecs[format].decode(new Uint8Array(native.value), loadWasm));
    const nativeRead = await seconds(() => sharp(native.value).raw().toBuffer());
    // The first round compiles.
    if (round === 0) continue;
    ratios.encode.push(ours.took / native.took);
    ratios.decode.push(read.took / nativeRead.took);
    bytes = ours.value.length / native.value.length;
  }
  const range = (of: number[]): string => `${Math.min(...of).toFixed(2)}-${Math.max(...of).toFixed(2)}`;
  rows.push({
    format,
    encode: Number(median(ratios.encode).toFixed(2)),
    'encode from-to': range(ratios.encode),
    decode: Number(median(ratios.decode).toFixed(2)),
    'decode from-to': range(ratios.decode),
    bytes: Number(bytes.toFixed(3)),
  });
}
console.log(`${width} x ${height} px, ours / sharp on one thread; ${cpus()[0]?.model ?? ''}`);
console.table(rows);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ width, height, rows }, null, 2));
