/**
 * What lossless optimisation saves and costs: bytes against the original and against jpegtran (Debian's
 * libjpeg-turbo-progs, when it is there), time against encoding the same pixels with mozjpeg.
 *
 *   npx tsx tests/bench/jpeg-optimise.ts .cache/photos/*.jpg
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../lib/core/codecs/registry.ts';
import { optimiseJpeg } from '../../lib/core/jpeg/optimise-jpeg.ts';
import { startScanCoder } from '../../lib/core/jpeg/scan-coder.ts';
import { loadWasm } from '../node-wasm.ts';

function jpegtran(file: string, option: string): number {
  try {
    return execFileSync('jpegtran', ['-copy', 'all', option, file], {
      maxBuffer: 1e9,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).length;
  } catch {
    return NaN;
  }
}

const coder = await startScanCoder(loadWasm);
const sum = { original: 0, ours: 0, optimised: 0, progressive: 0, time: 0, encoding: 0 };
for (const file of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(file));
  let began = performance.now();
  const ours = optimiseJpeg(bytes, coder);
  sum.time += performance.now() - began;
  const pixels: Pixels = await codecs.jpeg.decode(bytes, loadWasm);
  began = performance.now();
  await codecs.jpeg.encode(pixels, formats.jpeg.optionsFor({ quality: 75 }), loadWasm);
  sum.encoding += performance.now() - began;
  sum.original += bytes.length;
  sum.ours += ours.length;
  sum.optimised += jpegtran(file, '-optimize');
  sum.progressive += jpegtran(file, '-progressive');
}
const share = (value: number, of: number): string => (value / of).toFixed(3);
console.log('bytes, ours / original              ', share(sum.ours, sum.original));
console.log('bytes, ours / jpegtran -optimize    ', share(sum.ours, sum.optimised));
console.log('bytes, ours / jpegtran -progressive ', share(sum.ours, sum.progressive));
console.log('time, ours / mozjpeg encode at q75  ', share(sum.time, sum.encoding));
