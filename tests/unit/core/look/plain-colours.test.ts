/** A plain colour with a faint grain: the metric reads 70 and more of a colour that is off by 8 levels, so the search must not go there. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { codecs } from '../../../../lib/core/codecs/registry.ts';
import { encodeToLook } from '../../../../lib/core/look/encode-to-look.ts';
import { lookSubject } from '../../../../lib/core/look/subject.ts';
import { grain } from '../../../images/pictures.ts';
import { loadWasm } from '../../../node-wasm.ts';

const SIZE = { width: 579, height: 400 };
const COLOURS = ['hsl(81 60% 50%)', 'hsl(162 60% 50%)', 'hsl(324 60% 50%)', '#20306a'];
/** Levels of 255 in each channel; libjpeg at quality 25 is off by up to 2.5. */
const OFF = 3;

it.each(['jpeg', 'webp', 'avif', 'jxl'] as const)(
  'stays the colour that it is, as %s',
  async (format) => {
    const noise = await grain(SIZE, 6).png().toBuffer();
    for (const background of COLOURS) {
      const { data } = await sharp({ create: { ...SIZE, channels: 3, background } })
        .composite([{ input: noise, blend: 'soft-light' }])
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const pixels = { ...SIZE, data: new Uint8ClampedArray(data) };
      const { bytes, look } = await encodeToLook(lookSubject(pixels, loadWasm), {
        format,
        look: 70,
        set: {},
        load: loadWasm,
      });
      const means = meansOf((await codecs[format].decode(bytes, loadWasm)).data);
      const off = meansOf(pixels.data).map((mean, channel) => Math.abs(mean - (means[channel] ?? 0)));
      expect(Math.max(...off), `${background}, look ${look}`).toBeLessThan(OFF);
    }
  },
  60_000,
);

function meansOf(data: ArrayLike<number>): number[] {
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at++) if ((at & 3) !== 3) sums[at & 3] = (sums[at & 3] ?? 0) + (data[at] ?? 0);
  return sums.map((sum) => sum / (data.length / 4));
}
