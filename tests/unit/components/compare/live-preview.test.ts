import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLivePreview, type LivePreview, type PreviewState } from '../../../../components/compare/live-preview.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../../lib/core/model/recipe.ts';
import { CompressionError } from '../../../../lib/core/errors.ts';

const of = (quality: number): Recipe => ({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality } });
const qualityOf = ({ aim }: Recipe): number => (aim.kind === 'quality' ? aim.quality : 0);

interface Work {
  readonly quality: number;
  readonly signal: AbortSignal;
  end(): void;
  fail(error: Error): void;
}

function world(): {
  live: LivePreview;
  works: Work[];
  states: PreviewState<string>[];
  dropped: string[];
  last(): PreviewState<string> | undefined;
} {
  const works: Work[] = [];
  const states: PreviewState<string>[] = [];
  const dropped: string[] = [];
  const live = createLivePreview<string>({
    make: (recipe, signal) =>
      new Promise((resolve, reject) => {
        works.push({
          quality: qualityOf(recipe),
          signal,
          end: () => resolve(`made at ${qualityOf(recipe)}`),
          fail: reject,
        });
      }),
    drop: (made) => dropped.push(made),
    changed: (state) => states.push(state),
  });
  return { live, works, states, dropped, last: () => states.at(-1) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const rest = (): Promise<unknown> => vi.advanceTimersByTimeAsync(250);

describe('while the knobs are turned', () => {
  it('nothing is made until they rest, and then only the last', async () => {
    const { live, works } = world();
    for (const quality of [70, 60, 50]) {
      live.ask(of(quality));
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(works).toEqual([]);
    await rest();
    expect(works.map(({ quality }) => quality)).toEqual([50]);
  });

  it('what runs is told to stop at once', async () => {
    const { live, works } = world();
    live.ask(of(70));
    await rest();
    live.ask(of(60));
    expect(works[0]?.signal.aborted).toBe(true);
  });

  it('a late answer never takes the place of a newer one', async () => {
    const { live, works, last, dropped } = world();
    live.ask(of(70));
    await rest();
    live.ask(of(60));
    await rest();
    works[1]?.end();
    await rest();
    works[0]?.end();
    await rest();
    expect(last()).toEqual({ kind: 'settled', recipe: of(60), shown: 'made at 60' });
    expect(dropped).toEqual(['made at 70']);
  });

  it('a late answer is not shown in the meantime either', async () => {
    const { live, works, states, dropped } = world();
    live.ask(of(70));
    await rest();
    live.ask(of(60));
    works[0]?.end();
    await rest();
    expect(states.some(({ kind }) => kind === 'settled')).toBe(false);
    expect(dropped).toEqual(['made at 70']);
  });

  it('a late failure is not shown', async () => {
    const { live, works, last } = world();
    live.ask(of(70));
    await rest();
    live.ask(of(60));
    works[0]?.fail(new CompressionError('cancelled'));
    await rest();
    expect(last()?.kind).toBe('busy');
  });
});

describe('the last result', () => {
  it('stays until the new one is there, and is let go of then', async () => {
    const { live, works, last, dropped } = world();
    live.ask(of(70), true);
    await vi.advanceTimersByTimeAsync(0);
    works[0]?.end();
    await rest();
    live.ask(of(60));
    expect(last()).toEqual({ kind: 'busy', recipe: of(60), shown: 'made at 70' });
    await rest();
    expect(dropped).toEqual([]);
    works[1]?.end();
    await rest();
    expect(dropped).toEqual(['made at 70']);
  });

  it('stays beside the reason when the next fails', async () => {
    const { live, works, last } = world();
    live.ask(of(70));
    await rest();
    works[0]?.end();
    await rest();
    live.ask(of(60));
    await rest();
    works[1]?.fail(new CompressionError('too-much-memory', { format: 'jxl', limit: 20 }));
    await rest();
    expect(last()).toMatchObject({ kind: 'failed', shown: 'made at 70', error: { code: 'too-much-memory' } });
  });

  it('is let go of when the view closes, and so is what comes after', async () => {
    const { live, works, dropped, states } = world();
    live.ask(of(70));
    await rest();
    works[0]?.end();
    await rest();
    live.ask(of(60));
    await rest();
    live.stop();
    works[1]?.end();
    live.ask(of(50));
    await rest();
    expect(dropped).toEqual(['made at 70', 'made at 60']);
    expect(works).toHaveLength(2);
    expect(states.at(-1)?.kind).toBe('busy');
  });
});
