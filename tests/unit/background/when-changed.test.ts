import { expect, it, vi } from 'vitest';
import { whenChanged } from '../../../lib/background/when-changed.ts';

it('acts on the first value, and on each that is another than the one before', () => {
  const act = vi.fn();
  const changed = whenChanged<readonly string[]>(act);
  for (const value of [[], [], ['a'], ['a'], []]) changed(value);
  expect(act.mock.calls).toEqual([[[]], [['a']], [[]]]);
});
