import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgets, type ImageNeeds, type LookPoint } from '../../../../lib/core/look/batch-budget.ts';

const point: fc.Arbitrary<LookPoint> = fc.record({
  look: fc.double({ min: -20, max: 100, noNaN: true }),
  bytes: fc.integer({ min: 0, max: 200_000_000 }),
});
const needs: fc.Arbitrary<ImageNeeds> = fc
  .record({
    points: fc.array(point, { minLength: 1, maxLength: 4 }),
    least: fc.integer({ min: 1000, max: 50_000 }),
    more: fc.integer({ min: 0, max: 1e9 }),
  })
  .map(({ points, least, more }) => ({ points: points as [LookPoint, ...LookPoint[]], least, most: least + more }));
const images = fc.array(needs, { minLength: 1, maxLength: 40 });
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** An image that is `bytes` large at look 70, and grows by this share with each point. */
const image =
  (bytes: number, growth: number) =>
  (look: number): LookPoint => ({ look, bytes: Math.round(bytes * Math.exp(growth * (look - 70))) });
const known = (...points: [LookPoint, ...LookPoint[]]): ImageNeeds => ({ points, least: 1000, most: 1e9 });

describe('bytes for all together', () => {
  it('are never more than the limit unless the least are, and use it unless all have the highest look for less', () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 0, max: 1_000_000_000 }), (all, limit) => {
        const spread = budgets(all, limit);
        expect(spread).toHaveLength(all.length);
        spread.forEach((bytes, i) => {
          expect(Number.isInteger(bytes)).toBe(true);
          expect(bytes).toBeGreaterThanOrEqual(all[i]!.least);
          expect(bytes).toBeLessThanOrEqual(all[i]!.most);
        });
        const [least, most] = [sum(all.map((one) => one.least)), sum(budgets(all, 1e15))];
        expect(sum(spread)).toBeLessThanOrEqual(Math.max(limit, least));
        expect(sum(spread)).toBeGreaterThanOrEqual(Math.min(limit, most) - all.length - 1);
      }),
    );
  });

  it('are no fewer for any image where the limit is higher', () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1000, max: 1e8 }), fc.integer({ min: 0, max: 1e8 }), (all, limit, more) => {
        const [less, higher] = [budgets(all, limit), budgets(all, limit + more)];
        less.forEach((bytes, i) => expect(higher[i]).toBeGreaterThanOrEqual(bytes * 0.999 - 1));
      }),
    );
  });

  it.each([45, 55, 63, 70, 82, 90])('are what each needs for one look: %i', (look) => {
    const curves = [image(300_000, 0.03), image(90_000, 0.05), image(1_200_000, 0.04), image(20_000, 0)];
    const needed = curves.map((at) => at(look).bytes);
    const spread = budgets(
      curves.map((at) => known(at(70), at(52))),
      sum(needed),
    );
    spread.forEach((bytes, i) => expect(bytes / needed[i]!).toBeCloseTo(1, 2));
  });

  it('follow a curve that bends between three results', () => {
    const bent = known({ look: 90, bytes: 400_000 }, { look: 50, bytes: 100_000 }, { look: 70, bytes: 120_000 });
    const [bytes] = budgets([bent, known({ look: 70, bytes: 120_000 })], 240_000);
    expect(bytes).toBeCloseTo(120_000, -1);
  });

  it('are shared out where not even the lowest look fits', () => {
    const [one = 0, other = 0] = budgets(
      [known({ look: 70, bytes: 300_000 }), known({ look: 70, bytes: 100_000 })],
      8000,
    );
    expect(one / other).toBeCloseTo(3, 2);
    expect(one + other).toBeGreaterThanOrEqual(7998);
    expect(budgets([], 1000)).toEqual([]);
  });

  it('are no more than the highest look needs', () => {
    const curves = [image(300_000, 0.03), image(90_000, 0.05)];
    const spread = budgets(
      curves.map((at) => known(at(70), at(52))),
      400_000_000,
    );
    spread.forEach((bytes, i) => expect(bytes / curves[i]!(95).bytes).toBeCloseTo(1, 2));
  });

  it('that one image has no use for, or must have, are the others’ to have or to give', () => {
    const curve = image(300_000, 0.03);
    const free = known(curve(70), curve(50));
    const even = budgets([free, free, free], 900_000);
    expect(even.every((bytes) => Math.abs(bytes - 300_000) <= 1)).toBe(true);
    const [small = 0, ...larger] = budgets([{ ...free, most: 60_000 }, free, free], 900_000);
    expect([small, ...larger.map((bytes) => Math.round(bytes / 1000))]).toEqual([60_000, 420, 420]);
    const [large = 0, ...smaller] = budgets([{ ...free, least: 500_000 }, free, free], 900_000);
    expect([large, ...smaller.map((bytes) => Math.round(bytes / 1000))]).toEqual([500_000, 200, 200]);
  });
});
