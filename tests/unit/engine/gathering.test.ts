import { describe, expect, it, vi } from 'vitest';
import { createGathering } from '../../../lib/engine/gathering.ts';

const NEVER = 1e9;

describe('what goes on together', () => {
  it('waits for others, until there are enough of them', async () => {
    const gathering = createGathering({ mayCome: () => 10, longest: NEVER, enough: 3 });
    const gone: number[] = [];
    for (const each of [1, 2]) void gathering.enter().then(() => gone.push(each));
    await new Promise((later) => setTimeout(later, 5));
    expect(gone).toEqual([]);
    await gathering.enter();
    expect(gone).toEqual([1, 2]);
  });

  it('waits for nobody when nobody else can come, even if that is so only later', async () => {
    let mayCome = 1;
    const gathering = createGathering({ mayCome: () => mayCome, longest: NEVER });
    await gathering.enter();
    mayCome = 2;
    const entered = vi.fn();
    void gathering.enter().then(entered);
    gathering.check();
    await new Promise((later) => setTimeout(later, 5));
    expect(entered).not.toHaveBeenCalled();
    mayCome = 1;
    gathering.check();
    await vi.waitFor(() => expect(entered).toHaveBeenCalled());
  });

  it('waits no longer than a while', async () => {
    const gathering = createGathering({ mayCome: () => 10, longest: 5 });
    await gathering.enter();
  });
});
