import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToastInTab } from '../../../lib/core/protocol/toast.ts';
import { watchExtension } from '../../../lib/page/extension-watch.ts';

const busy: ToastInTab = { id: '1', tabId: 1, tone: 'busy', title: 'photo.jpg', detail: 'Making it smaller' };

describe('a toast of work whose extension ends', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function world(): { show: (toast: ToastInTab) => void; shown: ToastInTab[]; end(): void } {
    const shown: ToastInTab[] = [];
    let isThere = true;
    return {
      shown,
      show: watchExtension(
        (toast) => {
          shown.push(toast);
          return Promise.resolve(true);
        },
        () => isThere,
        'It has ended.',
      ),
      end() {
        isThere = false;
      },
    };
  }

  it('says so, once', () => {
    const { show, shown, end } = world();
    show(busy);
    vi.advanceTimersByTime(5_000);
    expect(shown).toEqual([busy]);
    end();
    vi.advanceTimersByTime(5_000);
    expect(shown).toEqual([busy, { id: '1', tabId: 1, tone: 'error', title: 'photo.jpg', detail: 'It has ended.' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves alone what was told to its end, and looks no more', () => {
    const { show, shown, end } = world();
    show(busy);
    const done: ToastInTab = { ...busy, tone: 'done', detail: '74 % smaller' };
    show(done);
    vi.advanceTimersByTime(1_500);
    expect(vi.getTimerCount()).toBe(0);
    end();
    vi.advanceTimersByTime(5_000);
    expect(shown).toEqual([busy, done]);
  });
});
