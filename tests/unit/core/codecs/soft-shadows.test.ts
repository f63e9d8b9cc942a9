/** Soft shadows are alpha alone: coarse alpha shows as rings long before colours do. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { codecs, formats } from '../../../../lib/core/codecs/registry.ts';
import { takeReference } from '../../../../lib/core/look/metric.ts';
import { loadWasm } from '../../../node-wasm.ts';

const [WIDTH, HEIGHT] = [160, 120];

async function shadowedCard(): Promise<Pixels> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="12"/></filter>
    <rect x="35" y="30" width="90" height="60" rx="8" fill-opacity=".55" filter="url(#soft)"/>
    <rect x="35" y="25" width="90" height="60" rx="8" fill="#3b6ea5"/></svg>`;
  const data = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  return { width: WIDTH, height: HEIGHT, data: new Uint8ClampedArray(data) };
}

/** Of alpha, in levels. */
function farthest({ data }: Pixels, found: Pixels): number {
  return data.reduce((most, level, i) => (i % 4 === 3 ? Math.max(most, Math.abs(level - found.data[i]!)) : most), 0);
}

/** By how much alpha rises again on the way down through the shadow: a ring. */
function ringsIn({ data }: Pixels): number {
  let most = 0;
  for (let x = 50; x < 110; x += 10) {
    let least = 255;
    for (let y = 88; y < HEIGHT; y++) {
      const alpha = data[(y * WIDTH + x) * 4 + 3]!;
      most = Math.max(most, alpha - least);
      least = Math.min(least, alpha);
    }
  }
  return most;
}

describe('AVIF', () => {
  it('keeps it soft at a low quality, too', async () => {
    const card = await shadowedCard();
    const bytes = await codecs.avif.encode(card, formats.avif.optionsFor({ quality: 20 }), loadWasm);
    expect(farthest(card, await codecs.avif.decode(bytes, loadWasm))).toBeLessThanOrEqual(24);
  });

  // With alpha as coarse as the colours it is off by 34 to 113 at these looks, and SSIMULACRA 2 over black and white by up to 9.
  it.each([
    [30, 55],
    [45, 60],
    [60, 70],
    [70, 75],
  ])('keeps a soft shadow soft at a look of %i', async (look, least) => {
    const card = await shadowedCard();
    const bytes = await codecs.avif.encode(card, formats.avif.optionsFor({ look }), loadWasm);
    const back = await codecs.avif.decode(bytes, loadWasm);
    expect(farthest(card, back)).toBeLessThanOrEqual(24);
    expect(ringsIn(back)).toBeLessThanOrEqual(2);
    const reference = await takeReference(card, loadWasm);
    // The lower one over black and over white.
    expect(reference.compare(back)).toBeGreaterThan(least);
  });
});
