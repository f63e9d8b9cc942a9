import { beforeEach, expect, it, vi } from 'vitest';

const calls = vi.hoisted(() => [] as string[]);
vi.mock('wxt/browser', () => ({
  browser: {
    action: {
      setBadgeBackgroundColor: async () => void calls.push('colour'),
      setBadgeText: async ({ text, tabId }: { text?: string; tabId?: number }) =>
        void calls.push(`text ${text}${tabId === undefined ? '' : ` in ${tabId}`}`),
      setTitle: async ({ title, tabId }: { title: string; tabId?: number }) =>
        void calls.push(`title ${title} in ${tabId}`),
    },
    tabs: { query: async () => [{ id: 7 }, {}] },
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
  expect(calls.splice(0)).toEqual(['colour', 'text 1']);
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

it('says what happened in the tab that it is about, beside the count of all, until that is done with', async () => {
  const badge = createBadge('Name', String);
  await badge.count(2);
  calls.length = 0;
  await badge.say(7, 'It failed.', 'error');
  expect(calls.splice(0)).toEqual(['colour', 'text ! in 7', 'title Name\nIt failed. in 7']);
  await badge.count(0);
  expect(calls.splice(0)).toEqual(['text ']);
  await badge.quiet(7);
  expect(calls.splice(0)).toEqual(['colour', 'text undefined in 7', 'title Name in 7']);
  await badge.clear();
  expect(calls).toEqual(['text ', 'colour', 'text undefined in 7', 'title Name in 7']);
});
