import { beforeEach, expect, it, vi } from 'vitest';

interface Call {
  readonly func?: () => unknown;
  readonly files?: readonly string[];
  readonly target: { readonly allFrames?: boolean };
  readonly injectImmediately?: boolean;
}

/**
 * A tab: a page that answers nothing for `silent` calls, to `frozen` files, or `mute` looks, and is left when `shows` is another
 * document. A frame in it is `stuck`, and `loading` is a page that answers only to what does not wait for its end.
 */
const tab = vi.hoisted(() => ({
  shows: 'first',
  silent: 0,
  frozen: 0,
  mute: 0,
  asked: 0,
  stuck: false,
  loading: false,
}));
vi.mock('wxt/browser', () => ({
  browser: {
    scripting: {
      async executeScript({ files, func, target, injectImmediately = false }: Call) {
        if ((target.allFrames && tab.stuck) || (tab.loading && !injectImmediately)) return new Promise(() => undefined);
        const frame = { frameId: 0, documentId: tab.shows };
        if (func?.name === 'nothing' && tab.mute-- > 0) return new Promise(() => undefined);
        if (files && tab.frozen-- > 0) return new Promise(() => undefined);
        if (files || func?.name === 'nothing') return [{ ...frame, result: undefined }];
        tab.asked++;
        if (tab.silent-- > 0) return new Promise(() => undefined);
        return [{ ...frame, result: `of ${tab.shows}` }];
      },
    },
  },
}));

const { documentIn, inject } = await import('../../../lib/background/inject.ts');

const ask = (): Promise<readonly unknown[]> => inject({ tabId: 1, frameId: 0 }, ['/toast.js'], () => 'answer', []);

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(tab, { shows: 'first', silent: 0, frozen: 0, mute: 0, asked: 0, stuck: false, loading: false });
  return () => vi.useRealTimers();
});

it('gives what the page answers', async () => {
  expect(await ask()).toEqual([{ frameId: 0, result: 'of first' }]);
});

it('waits for a page that takes its time', async () => {
  tab.silent = 1;
  const heard = vi.fn();
  void ask().then(heard, heard);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(heard).not.toHaveBeenCalled();
  expect(tab.asked).toBe(1);
});

it('asks the page that took its place, when it was left before it answered', async () => {
  tab.silent = 1;
  const answer = ask();
  await vi.advanceTimersByTimeAsync(500);
  tab.shows = 'second';
  await vi.advanceTimersByTimeAsync(1000);
  expect(await answer).toEqual([{ frameId: 0, result: 'of second' }]);
});

it('asks the page that took its place, when it was left before its files were there', async () => {
  tab.frozen = 1;
  const answer = ask();
  tab.shows = 'second';
  await vi.advanceTimersByTimeAsync(2000);
  expect(await answer).toEqual([{ frameId: 0, result: 'of second' }]);
});

it('knows the document that a tab shows, and waits for no answer of one that was left', async () => {
  expect(await documentIn(1)).toBe('first');
  tab.mute = 1;
  const asked = documentIn(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await asked).toBeUndefined();
});

it('asks a page whose HTML has not ended', async () => {
  tab.loading = true;
  expect(await ask()).toEqual([{ frameId: 0, result: 'of first' }]);
  expect(await inject({ tabId: 1 }, ['/toast.js'], () => 'answer', [])).toEqual([{ frameId: 0, result: 'of first' }]);
});

it('takes the answer of the page’s own frame, where another one gives none', async () => {
  tab.stuck = true;
  const answer = inject({ tabId: 1 }, ['/toast.js'], () => 'answer', []);
  await vi.advanceTimersByTimeAsync(4000);
  expect(await answer).toEqual([{ frameId: 0, result: 'of first' }]);
});
