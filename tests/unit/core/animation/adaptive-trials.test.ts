import { describe, expect, it } from 'vitest';
import { AdaptiveTrials } from '../../../../lib/core/animation/adaptive-trials.ts';

/** Turn after turn, what each way costs; and which ways were tried in it. */
async function turns(
  trials: AdaptiveTrials<string>,
  costs: readonly Record<string, number | null>[],
): Promise<{ tried: string[]; won: string[] }> {
  const tried: string[] = [],
    won: string[] = [];
  for (const turn of costs) {
    let names = '';
    won.push(
      await trials.best(async (way) => {
        names += way;
        const cost = turn[way];
        return cost === null || cost === undefined ? null : { result: way, cost };
      }),
    );
    tried.push(names);
  }
  return { tried, won };
}

describe('adaptive trials', () => {
  it('takes the cheapest each time while they are close', async () => {
    const close = [
      { a: 10, b: 11 },
      { a: 12, b: 10 },
      { a: 10, b: 10 },
      { a: 10, b: 12 },
    ];
    expect(await turns(new AdaptiveTrials(['a', 'b']), close)).toEqual({
      tried: ['ab', 'ab', 'ab', 'ab'],
      won: ['a', 'b', 'a', 'a'],
    });
  });

  it('lets one that lost clearly twice rest for eight turns, then tries it again', async () => {
    const { tried, won } = await turns(
      new AdaptiveTrials(['a', 'b']),
      Array.from({ length: 12 }, () => ({ a: 10, b: 20 })),
    );
    expect(tried).toEqual(['ab', 'ab', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'ab', 'a']);
    expect(new Set(won)).toEqual(new Set(['a']));
  });

  it("wakes all when a turn costs much more than the last, or the one that is awake can't do it", async () => {
    const start = [
      { a: 10, b: 20 },
      { a: 10, b: 20 },
    ];
    expect(await turns(new AdaptiveTrials(['a', 'b']), [...start, { a: 21, b: 15 }])).toMatchObject({
      tried: ['ab', 'ab', 'ab'],
      won: ['a', 'a', 'b'],
    });
    expect(await turns(new AdaptiveTrials(['a', 'b']), [...start, { a: null, b: 15 }])).toMatchObject({
      tried: ['ab', 'ab', 'ab'],
      won: ['a', 'a', 'b'],
    });
  });
});
