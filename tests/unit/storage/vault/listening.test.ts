import { afterEach, expect, it, vi } from 'vitest';
import { listeners, type ChangeChannel } from '../../../../lib/storage/vault/listening.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function messages(): { readonly sent: unknown[]; readonly tell: ReturnType<typeof listeners>['tell'] } {
  vi.useFakeTimers();
  const sent: unknown[] = [];
  const channel: ChangeChannel = {
    postMessage: (message) => void sent.push(message),
    addEventListener: () => undefined,
    close: () => undefined,
  };
  return { sent, tell: listeners(channel).tell };
}

it('tells other contexts of changes together, a little later, where a timer comes in time', () => {
  for (const document of [undefined, { hidden: false }]) {
    vi.stubGlobal('document', document);
    const { sent, tell } = messages();
    tell({ what: 'held', ids: ['a:source'] });
    tell({ what: 'held', ids: ['b:source'] });
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(5);
    expect(sent).toEqual([{ what: 'held', ids: ['a:source', 'b:source'] }]);
  }
});

it('waits for no timer in a document that nobody sees', () => {
  vi.stubGlobal('document', { hidden: true });
  const { sent, tell } = messages();
  tell({ what: 'held', ids: ['a:source'] });
  expect(sent).toEqual([{ what: 'held', ids: ['a:source'] }]);
});
