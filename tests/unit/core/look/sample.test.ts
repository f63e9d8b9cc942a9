import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { takeSample } from '../../../../lib/core/look/sample.ts';
import { cropPixels } from '../../../../lib/core/pixels/turn-and-flatten.ts';

/** Noise of which each row has more than the one above. */
function noisy(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < data.length; at++) data[at] = (Math.imul(at, 0x9e3779b1) >>> 24) * (at / data.length);
  return { width, height, data };
}

describe('a sample of a picture', () => {
  it('that leaves rows and columns out is that of the picture without them, of which no copy is made', () => {
    for (const [width, height] of [
      [900, 700],
      [517, 1300],
      [300, 200],
    ] as const) {
      const [picture, other] = [noisy(width, height), noisy(width, height)];
      other.data.reverse();
      const cropped = (pixels: Pixels): Pixels =>
        cropPixels(pixels, { left: 4, top: 4, width: width - 4, height: height - 4 });
      const expected = takeSample(cropped(picture), 0.3, 800_000);
      const sample = takeSample(picture, 0.3, 800_000, 4);
      expect(sample.scale).toBe(expected.scale);
      expect(sample.pixels).toEqual(expected.pixels);
      expect(sample.of(other)).toEqual(expected.of(cropped(other)));
    }
  });
});
