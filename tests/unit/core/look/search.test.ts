import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchLook, type Probe } from '../../../../lib/core/look/search-look.ts';
import { searchSize } from '../../../../lib/core/look/search-size.ts';

type Curve = (setting: number) => number;

const bytesOf: Curve = (setting) => Math.round(1000 * 1.03 ** setting);

async function lookAt(curve: Curve, change: Partial<Parameters<typeof searchLook>[0]> = {}) {
  let tries = 0;
  const found = await searchLook({
    from: 0,
    to: 100,
    guess: 60,
    slope: 0.5,
    look: 70,
    below: 1.2,
    above: 1.4,
    most: 8,
    probe: (setting): Promise<Probe> => {
      tries++;
      return Promise.resolve({ setting, look: curve(setting), bytes: bytesOf(setting) });
    },
    ...change,
  });
  return { ...found, tries };
}

describe('the search for a look', () => {
  it.each<[string, Curve, number]>([
    ['a line', (s) => 40 + s * 0.5, 2],
    ['a curve that flattens', (s) => 95 - 70 * Math.exp(-s / 35), 4],
    ['a curve that steepens', (s) => 30 + 65 * (s / 100) ** 2, 4],
    ['a staircase', (s) => 40 + Math.floor(s / 4) * 2, 5],
  ])('on %s is as wished in few tries', async (_, curve, most) => {
    const { best, reached, tries } = await lookAt(curve);
    expect(reached).toBe(true);
    expect(best.look).toBeGreaterThanOrEqual(68.8);
    expect(best.look).toBeLessThanOrEqual(71.4);
    expect(tries).toBeLessThanOrEqual(most);
  });

  it('steps by what is nearly known, on whichever side of the look it is', async () => {
    const steep: Curve = (s) => 30 + 65 * (s / 100) ** 2;
    const without = await lookAt(steep, { guess: 60, slope: 0.25 });
    const nearly = [{ setting: 85, look: steep(85) + 0.3 }];
    const withHint = await lookAt(steep, { guess: 60, slope: 0.25, hints: nearly });
    expect([withHint.tries, withHint.reached]).toEqual([2, true]);
    expect(without.tries).toBeGreaterThan(withHint.tries);
    // One that says nothing of the slope is left aside.
    const useless = [{ setting: 61, look: 20 }];
    expect(await lookAt(steep, { guess: 60, slope: 0.25, hints: useless })).toEqual(without);
  });

  it('over a step takes the side above', async () => {
    const { best } = await lookAt((s) => (s < 47 ? 60 : 80));
    expect([best.setting, best.look]).toEqual([47, 80]);
  });

  it('on a plateau ends, with what it has', async () => {
    const { best, reached, tries } = await lookAt(() => 65);
    expect([reached, best.look]).toEqual([false, 65]);
    expect(tries).toBeLessThanOrEqual(8);
  });

  it('of a look that no setting reaches gives the best one', async () => {
    const { best, reached } = await lookAt((s) => s / 2);
    expect([reached, best.setting]).toEqual([false, 100]);
  });

  it('of a look that every setting has gives the fewest bytes', async () => {
    const { best, reached } = await lookAt((s) => 80 + s / 10);
    expect([reached, best.setting]).toEqual([true, 0]);
  });

  it('keeps the look where a higher setting is worse now and then', async () => {
    const { best, reached } = await lookAt((s) => 40 + s * 0.5 + (s % 3 === 0 ? -2 : 0));
    expect(reached).toBe(true);
    expect(best.look).toBeGreaterThanOrEqual(68.8);
    expect(best.look).toBeLessThanOrEqual(73);
  });

  it('ends as soon as a file of the same size is no better', async () => {
    const { tries } = await lookAt((s) => 10 + s * 0.5, { guess: 50, worthBelow: () => bytesOf(40) });
    expect(tries).toBe(1);
  });

  it('tries no setting twice nor more than it may, on any curve, and gives what it tried', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -50, max: 100 }), { minLength: 12, maxLength: 12 }),
        fc.nat(11),
        fc.integer({ min: 1, max: 8 }),
        async (looks, guess, most) => {
          const tried: number[] = [];
          const curve: Curve = (setting) => looks[setting] ?? 0;
          const { best, reached, probes } = await lookAt(curve, {
            to: 11,
            guess,
            most,
            probe: (setting) => {
              tried.push(setting);
              return Promise.resolve({ setting, look: curve(setting), bytes: bytesOf(setting) });
            },
          });
          expect(new Set(tried).size).toBe(tried.length);
          expect(tried.length).toBeLessThanOrEqual(most);
          expect(probes).toContainEqual(best);
          expect(reached).toBe(best.look >= 68.8);
        },
      ),
    );
  });
});

async function sizeAt(curve: Curve, limit: number, change: Partial<Parameters<typeof searchSize>[0]> = {}) {
  return searchSize({
    from: 0,
    to: 100,
    guess: 55,
    growth: 0.035,
    limit,
    enough: 0.95,
    most: 6,
    probe: (setting) => Promise.resolve({ setting, bytes: curve(setting) }),
    ...change,
  });
}

describe('the search for a size', () => {
  it.each([2000, 5000, 9000, 15_000])('fills %i bytes', async (limit) => {
    const { best, tries } = await sizeAt(bytesOf, limit);
    expect(best?.bytes).toBeLessThanOrEqual(limit);
    expect(best?.bytes).toBeGreaterThanOrEqual(limit * 0.95);
    expect(tries).toBeLessThanOrEqual(4);
  });

  it('gives the last setting when all fit', async () => {
    expect((await sizeAt(bytesOf, 1e9)).best?.setting).toBe(100);
  });

  it('gives nothing when none fits, and the smallest there was', async () => {
    expect(await sizeAt(bytesOf, 10)).toMatchObject({ best: null, smallest: { setting: 0, bytes: 1000 } });
  });

  it('stays below the limit where a step goes over it', async () => {
    const { best } = await sizeAt((s) => (s < 61 ? 3000 : 9000), 8000);
    expect(best?.bytes).toBe(3000);
  });

  it('never gives more than the limit, on any curve', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 20, maxLength: 20 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(19),
        async (sizes, limit, guess) => {
          const { best, smallest, tries } = await sizeAt((s) => sizes[s] ?? 1, limit, { to: 19, guess });
          if (best) expect(best.bytes).toBeLessThanOrEqual(limit);
          else expect(smallest.bytes).toBeGreaterThan(limit);
          expect(tries).toBeLessThanOrEqual(6);
        },
      ),
    );
  });
});
