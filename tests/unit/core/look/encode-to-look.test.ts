import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { codecs } from '../../../../lib/core/codecs/registry.ts';
import { encodeToLook } from '../../../../lib/core/look/encode-to-look.ts';
import { settingOf } from '../../../../lib/core/look/sample-curve.ts';
import { lookSubject } from '../../../../lib/core/look/subject.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { refereeLook } from '../../../referee/ssimulacra2.ts';

/** Waves of several lengths with a grain, much as a photograph has; large enough to be searched on a sample. */
function photograph(width: number, height: number): Pixels {
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => {
    const [x, y, channel] = [(at >> 2) % width, Math.floor((at >> 2) / width), at & 3];
    if (channel === 3) return 255;
    const grain = (((x * 7919 + y * 104_729) % 31) - 15) * (x / width);
    return 125 + 40 * Math.sin(x / 19 + channel) + 30 * Math.cos((x + y) / 43) + grain;
  });
  return { width, height, data };
}

describe('the search for a look of a large picture', () => {
  it('tries a sample, mostly, and is where it was to be by the referee, twice with the same bytes', async () => {
    const pixels = photograph(640, 420);
    const tried: number[] = [];
    const run = (): ReturnType<typeof encodeToLook> =>
      encodeToLook(lookSubject(pixels, loadWasm), {
        format: 'jpeg',
        look: 70,
        set: {},
        load: loadWasm,
        onTrial: (count) => tried.push(count),
      });
    const made = await run();
    const ofWhole = tried.filter((count) => count === pixels.width * pixels.height).length;
    expect(ofWhole).toBeLessThanOrEqual(3);
    expect(ofWhole).toBeLessThan(tried.length);
    const judged = refereeLook(pixels, await codecs.jpeg.decode(made.bytes, loadWasm));
    expect(Math.abs(judged - made.look)).toBeLessThan(0.5);
    expect(judged).toBeGreaterThan(67);
    expect(judged).toBeLessThan(73);
    expect(Buffer.from((await run()).bytes).equals(Buffer.from(made.bytes))).toBe(true);
  });
});

describe('what a sample says of the setting', () => {
  const probe = (setting: number, look: number) => ({ setting, look, bytes: 1 });
  it.each([
    ['lies between two probes', [probe(40, 60), probe(60, 80)], 50],
    ['lies beyond one, by the typical slope', [probe(40, 60)], 60],
    ['does not follow two steps of a staircase', [probe(40, 60), probe(41, 68)], 45],
    ['does not follow a plateau', [probe(40, 66), probe(60, 66)], 48],
  ])('%s', (_, probes, setting) => expect(settingOf(probes, 70, 0.5).setting).toBe(setting));
});
