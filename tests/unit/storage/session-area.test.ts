import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';

vi.mock('wxt/browser', () => ({ browser: {} }));
const { privateArea } = await import('../../../lib/storage/session-area.ts');

/** Two contexts that hear each other, as through a BroadcastChannel. */
function channels(): {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}[] {
  const listeners: ((event: { data: unknown }) => void)[][] = [[], []];
  return [0, 1].map((own) => ({
    postMessage: (data: unknown) =>
      listeners[1 - own]?.forEach((listener) => listener({ data: structuredClone(data) })),
    addEventListener: (_type: 'message', listener: (event: { data: unknown }) => void) =>
      void listeners[own]?.push(listener),
  }));
}

describe('the memory of a private session', () => {
  it('does what storage.session does', async () => {
    const [channel] = channels();
    const area = privateArea('one', channel!);
    expect(await area.get(null)).toEqual({});
    await area.set({ a: { deep: [1] }, b: 'x' });
    expect(await area.get('a')).toEqual({ a: { deep: [1] } });
    expect(await area.get('none')).toEqual({});
    await area.remove(['b', 'none']);
    expect(await area.get(null)).toEqual({ a: { deep: [1] } });
    await area.remove('a');
    expect(await area.get(null)).toEqual({});
  });

  it('is one for all contexts, and tells each of changes', async () => {
    const [first, second] = channels();
    const [one, other] = [privateArea('two', first!), privateArea('two', second!)];
    const heard: unknown[] = [];
    const listener = (changes: unknown): void => void heard.push(changes);
    other.onChanged.addListener(listener);
    await one.set({ a: 1 });
    expect(await other.get('a')).toEqual({ a: 1 });
    await one.remove('a');
    other.onChanged.removeListener(listener);
    await one.set({ a: 2 });
    expect(heard).toEqual([{ a: { newValue: 1 } }, { a: {} }]);
  });
});
