import { describe, expect, it } from 'vitest';
import { Clock, shownMilliseconds, webpLoops } from '../../../../lib/core/animation/timing.ts';

describe('time', () => {
  it('shows for 100 ms what asks for 10 or less, as browsers do', () => {
    expect([0, 10, 10.5, 11, 20, 1000].map(shownMilliseconds)).toEqual([100, 100, 10.5, 11, 20, 1000]);
  });

  it('does not let fractions of a millisecond add up', () => {
    const clock = new Clock();
    const taken = Array.from({ length: 30 }, () => clock.take(1000 / 30));
    expect(clock.total).toBe(1000);
    expect(new Set(taken)).toEqual(new Set([33, 34]));
  });

  it('never gives a frame no time at all', () => {
    const clock = new Clock();
    expect([clock.take(0.1), clock.take(0.1), clock.take(5)]).toEqual([1, 1, 3]);
  });

  it('caps a loop count at 16 bits', () => {
    expect([0, 1, 65_535, 65_536, 2 ** 31].map(webpLoops)).toEqual([0, 1, 65_535, 65_535, 65_535]);
  });
});
