/** Pictures that are drawn here, RGBA8. */
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';

type Colour = readonly [r: number, g: number, b: number];

export function picture(width: number, height: number, colourAt: (x: number, y: number) => Colour): Pixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 4);
  return { width, height, data };
}

/** Waves of several lengths, an edge, and a grain that grows to the right. */
export const photograph = (width: number, height: number): Pixels =>
  picture(width, height, (x, y) => {
    const chance = Math.sin(x * 12.9898 + y * 78.233) * 43_758.5453;
    const grain = (chance - Math.floor(chance) - 0.5) * 30 * (x / width);
    const light = 115 + 40 * Math.sin(x / 19) + 30 * Math.cos((x + y) / 43) + (x > y * 1.3 ? 35 : 0) + grain;
    return [light + 20 * Math.sin(y / 31), light, light - 25 * Math.cos(x / 37)];
  });
