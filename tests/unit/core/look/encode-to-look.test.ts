import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../../lib/core/codecs/codec.ts';
import { codecs } from '../../../../lib/core/codecs/registry.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import type { OutputFormat } from '../../../../lib/core/image/inspection.ts';
import { encodeToLook } from '../../../../lib/core/look/encode-to-look.ts';
import type { LookRequest } from '../../../../lib/core/look/look-trials.ts';
import { settingOf } from '../../../../lib/core/look/sample-curve.ts';
import { takeReference } from '../../../../lib/core/look/metric.ts';
import { lookSubject, type LookSubject } from '../../../../lib/core/look/subject.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { refereeLook } from '../../../referee/ssimulacra2.ts';

/** Waves of several lengths with a grain, much as a photograph has; large enough to be searched on a sample. */
function photograph(width: number, height: number): Pixels {
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => {
    const [x, y, channel] = [(at >> 2) % width, Math.floor((at >> 2) / width), at & 3];
    if (channel === 3) return 255;
    // By chance, as in a film: what repeats is no grain to an encoder that predicts.
    const chance = Math.sin(x * 12.9898 + y * 78.233) * 43_758.5453;
    const grain = (chance - Math.floor(chance) - 0.5) * 30 * (x / width);
    return 125 + 40 * Math.sin(x / 19 + channel) + 30 * Math.cos((x + y) / 43) + grain;
  });
  return { width, height, data };
}

async function search(
  format: OutputFormat,
  pixels: Pixels,
  change: Partial<LookRequest> = {},
  subject = lookSubject(pixels, loadWasm),
) {
  const tried: number[] = [];
  const request = { format, look: 70, set: {}, load: loadWasm, onTrial: (count: number) => void tried.push(count) };
  const made = await encodeToLook(subject, { ...request, ...change });
  const ofWhole = tried.filter((count) => count === pixels.width * pixels.height).length;
  return { made, ofWhole, ofSample: tried.length - ofWhole };
}

describe('the search for a look', () => {
  it.each([
    ['jpeg', 60],
    ['webp', 55],
  ] as const)(
    'as %s takes a draft and one result, is where it was to be by the referee, twice with the same bytes',
    async (format, look) => {
      const pixels = photograph(480, 320);
      const { made, ofWhole, ofSample } = await search(format, pixels, { look });
      expect([ofWhole, ofSample]).toEqual([2, 0]);
      const judged = refereeLook(pixels, await codecs[format].decode(made.bytes, loadWasm));
      expect(Math.abs(judged - made.look)).toBeLessThan(0.5);
      expect(Math.abs(judged - look)).toBeLessThan(2);
      const again = await search(format, pixels, { look });
      expect(Buffer.from(again.made.bytes).equals(Buffer.from(made.bytes))).toBe(true);
    },
  );

  it('loses no tries on halved colours where they are what is lost', async () => {
    // Red and blue lines, one pixel wide: halved, no quality gives them back.
    const [width, height] = [240, 160];
    const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => {
      const isRed = ((at >> 2) + Math.floor((at >> 2) / width)) % 3 === 0;
      return [isRed ? 220 : 20, 30, isRed ? 20 : 200, 255][at & 3] ?? 0;
    });
    const { made, ofWhole } = await search('jpeg', { width, height, data }, { look: 80 });
    expect(made.options['chroma_subsample']).toBe(1);
    expect(made.look).toBeGreaterThan(78);
    // A draft of halved ones, at most two of whole ones, and results.
    expect(ofWhole).toBeLessThanOrEqual(5);
  });

  it('writes what it was asked for, not the draft', async () => {
    const { made } = await search('jpeg', photograph(320, 240));
    expect(inspect(made.bytes).coding.progressive).toBe(true);
    expect(made.options).toMatchObject({ progressive: true, tuned: true });
  });

  it('ends with the draft where a smaller file is there already', async () => {
    const { made, ofWhole } = await search('jpeg', photograph(480, 320), { look: 88, worthBelow: () => 1000 });
    expect(ofWhole).toBe(1);
    expect(made.bytes.length).toBeGreaterThan(1000);
    expect(made.look).toBeLessThan(88 - 3);
  });

  it('as AVIF tries a sample of a large picture, which costs little beside it', async () => {
    const [pixels, sample] = [photograph(360, 240), photograph(96, 64)];
    const subject: LookSubject = {
      pixels,
      sample,
      onSample: async () => ({ pixels: sample, compare: (await takeReference(sample, loadWasm)).compare }),
      onWhole: async () => ({ pixels, compare: (await takeReference(pixels, loadWasm)).compare }),
    };
    const { made, ofWhole, ofSample } = await search('avif', pixels, { set: { speed: 10 } }, subject);
    expect(ofSample).toBeGreaterThan(0);
    expect(ofSample).toBeLessThanOrEqual(2);
    expect(ofWhole).toBeLessThanOrEqual(3);
    expect(Math.abs(made.look - 70)).toBeLessThan(2);
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
