import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_PASSED, nextStart, type Waiting } from '../../../lib/engine/schedule.ts';

const machine = { cores: 4, memoryBudget: 100 };
const job = (more: Partial<Waiting> = {}): Waiting => ({ urgent: false, cost: 1, bytes: 1, passed: 0, ...more });

describe('what the pool starts next', () => {
  it('is one job a core', () => {
    expect(nextStart([job()], [], machine)).toBe(0);
    expect(nextStart([job()], [1, 1, 1], machine)).toBe(0);
    expect(nextStart([job(), job({ urgent: true })], [1, 1, 1, 1], machine)).toBeNull();
  });

  it('is what a person looks at, for which memory is kept free', () => {
    expect(nextStart([job(), job({ urgent: true })], [], machine)).toBe(1);
    expect(nextStart([job(), job({ urgent: true, bytes: 60 })], [60], machine)).toBeNull();
    expect(nextStart([job({ urgent: true }), job({ urgent: true, cost: 0.01 })], [], machine)).toBe(0);
  });

  it('is the short before the long, not before one about as long, until one was passed often', () => {
    expect(nextStart([job({ cost: 8 }), job({ cost: 3 }), job({ cost: 1 })], [], machine)).toBe(2);
    expect(nextStart([job({ cost: 8 }), job({ cost: 3 })], [], machine)).toBe(0);
    expect(nextStart([job({ cost: 8, passed: MOST_PASSED }), job({ cost: 1 })], [], machine)).toBe(0);
  });

  it('fits into memory, and runs alone where nothing fits beside it', () => {
    expect(nextStart([job({ bytes: 60 }), job()], [60], machine)).toBe(1);
    expect(nextStart([job({ bytes: 60, passed: MOST_PASSED }), job()], [60], machine)).toBeNull();
    expect(nextStart([job({ bytes: 900 })], [], machine)).toBe(0);
  });

  it('never runs more than there are cores, nor takes more memory, and starts everything at last', () => {
    const arrival = fc.record({
      at: fc.integer({ min: 0, max: 400 }),
      length: fc.integer({ min: 1, max: 50 }),
      urgent: fc.boolean(),
      cost: fc.integer({ min: 1, max: 1000 }),
      bytes: fc.integer({ min: 1, max: 150 }),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 80 }), fc.integer({ min: 1, max: 16 }), (arrivals, cores) => {
        expect(simulate(arrivals, { ...machine, cores })).toBe(arrivals.length);
      }),
    );
  });

  it('begins a long job although short ones never end coming', () => {
    const short = Array.from({ length: 500 }, (_, at) => ({ ...job({ cost: 1 }), at, length: 2 }));
    const long = { ...job({ cost: 1000 }), at: 1, length: 5 };
    const begun: number[] = [];
    simulate([long, ...short], { ...machine, cores: 2 }, (arrival) => begun.push(arrival === long ? -1 : arrival.at));
    expect(begun.indexOf(-1)).toBeLessThanOrEqual(MOST_PASSED + 2);
  });
});

interface Arrival extends Omit<Waiting, 'passed'> {
  /** By the clock of the simulation, in ticks. */
  readonly at: number;
  readonly length: number;
}

/** @returns how many have begun when nothing is left that could end */
function simulate(
  arrivals: readonly Arrival[],
  on: typeof machine,
  onStart: (arrival: Arrival) => void = () => undefined,
): number {
  const coming = arrivals.toSorted((one, other) => one.at - other.at);
  const waiting: { arrival: Arrival; passed: number }[] = [];
  let running: { bytes: number; until: number }[] = [];
  let begun = 0;
  for (let now = 0; coming.length > 0 || waiting.length > 0 || running.length > 0; now++) {
    if (now > 1e5) return begun;
    running = running.filter(({ until }) => until > now);
    while (coming[0] && coming[0].at <= now) waiting.push({ arrival: coming.shift() as Arrival, passed: 0 });
    for (;;) {
      const queue = waiting.map(({ arrival, passed }) => ({ ...arrival, passed }));
      const at = nextStart(
        queue,
        running.map(({ bytes }) => bytes),
        on,
      );
      if (at === null) break;
      const next = waiting.splice(at, 1)[0]?.arrival as Arrival;
      if (!next.urgent) for (const each of waiting.slice(0, at)) each.passed++;
      running.push({ bytes: next.bytes, until: now + next.length });
      onStart(next);
      begun++;
      expect(running.length).toBeLessThanOrEqual(on.cores);
      if (running.length > 1)
        expect(running.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(on.memoryBudget);
    }
  }
  return begun;
}
