/**
 * What a conversion to sRGB costs, a megapixel, against decoding the same picture as a JPEG (ratios; machines differ).
 *
 *   npx tsx tests/bench/colour.ts
 */
import sharp from 'sharp';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { codecs } from '../../lib/core/codecs/registry.ts';
import { sourceOfCicp } from '../../lib/core/colour/cicp-colour.ts';
import { toEightBits, type DeepPixels } from '../../lib/core/colour/deep-pixels.ts';
import { sourceOfProfile } from '../../lib/core/colour/icc-profile.ts';
import { toSrgb } from '../../lib/core/colour/to-srgb.ts';
import { powerCurve } from '../../lib/core/colour/tone-curve.ts';
import { loadWasm } from '../node-wasm.ts';
import { displayP3, tableProfile } from '../unit/core/colour/profiles.ts';

const [width, height] = [2000, 1500];
const REPEATS = 5;

/** A smooth picture with a little noise, as a photograph has. */
function picture(): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < data.length; i += 4) {
    const [x, y, noise] = [(i / 4) % width, Math.floor(i / 4 / width), Math.imul(i, 2_654_435_761) >>> 29];
    data.set([(x * 255) / width + noise, (y * 255) / height + noise, 128 + 100 * Math.sin(x / 200) + noise, 255], i);
  }
  return { width, height, data };
}

async function time(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return Math.min(...times) / ((width * height) / 1e6);
}

const pixels = picture();
const deep: DeepPixels = { width, height, data: Uint16Array.from(pixels.data, (value) => value * 257) };
const jpeg = new Uint8Array(
  await sharp(pixels.data, { raw: { width, height, channels: 4 } })
    .jpeg({ quality: 85 })
    .toBuffer(),
);
const decoding = await time(() => codecs.jpeg.decode(jpeg, loadWasm));

const rows: [string, number][] = [
  ['copy of the pixels', await time(() => pixels.data.slice())],
  ['curves and matrix, 8 bits', await time(() => toSrgb(pixels, displayP3))],
  ['curves and matrix, 16 bits', await time(() => toSrgb(deep, displayP3))],
  ['grey', await time(() => toSrgb(pixels, { kind: 'grey', curve: powerCurve(1.8) }))],
  ['tables (lut16)', await time(() => toSrgb(picture(), sourceOfProfile(tableProfile('mft2'))))],
  ['PQ, 16 bits', await time(() => toSrgb(deep, sourceOfCicp({ primaries: 9, transfer: 16 })))],
  ['16 to 8 bits', await time(() => toEightBits(deep))],
];
console.log('share of the time that decoding the JPEG takes');
for (const [name, milliseconds] of rows) console.log(name.padEnd(30), (milliseconds / decoding).toFixed(2));
console.log(`(decoding: ${decoding.toFixed(0)} ms a megapixel here)`);
