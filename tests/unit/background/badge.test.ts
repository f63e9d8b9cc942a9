import { beforeEach, expect, it, vi } from 'vitest';

const calls = vi.hoisted(() => [] as string[]);
vi.mock('wxt/browser', () => ({
  browser: {
    action: {
      setBadgeBackgroundColor: async () => void calls.push('colour'),
      setBadgeText: async ({ text }: { text: string }) => void calls.push(`text ${text}`),
      setTitle: async ({ title }: { title: string }) => void calls.push(`title ${title}`),
    },
  },
}));

const { createBadge } = await import('../../../lib/background/badge.ts');

beforeEach(() => {
  vi.useFakeTimers();
  calls.length = 0;
  return () => vi.useRealTimers();
});

it('shows the first count and the last at once, and of those between now and then one', async () => {
  const badge = createBadge('Name', String);
  await badge.count(1);
  expect(calls.splice(0)).toEqual(['colour', 'title Name', 'text 1']);
  for (const count of [2, 3, 4]) await badge.count(count);
  expect(calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(250);
  expect(calls.splice(0)).toEqual(['text 4']);
  await badge.count(3);
  await badge.count(0);
  expect(calls.splice(0)).toEqual(['text ']);
  await vi.advanceTimersByTimeAsync(250);
  expect(calls).toEqual([]);
});

it('keeps what was said until the next count, which takes its title away', async () => {
  const badge = createBadge('Name', String);
  await badge.count(2);
  await badge.count(1);
  calls.length = 0;
  await badge.say('It failed.', 'error');
  await vi.advanceTimersByTimeAsync(250);
  expect(calls.splice(0)).toEqual(['colour', 'text !', 'title Name\nIt failed.']);
  await badge.count(1);
  expect(calls).toEqual(['colour', 'title Name', 'text 1']);
});
