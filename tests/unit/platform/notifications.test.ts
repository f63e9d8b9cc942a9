/** Notifications that are allowed while the background is there; the browser's two APIs are stand-ins. */
import { afterEach, expect, it, vi } from 'vitest';

const fake = vi.hoisted(() => ({ added: (): void => undefined, front: [] as unknown[] }));
vi.mock('wxt/browser', () => ({
  browser: {
    permissions: { onAdded: { addListener: (listener: () => void) => (fake.added = listener) } },
    tabs: { update: async (id: number, change: object) => void fake.front.push([id, change]) },
  },
}));
const { followNotifications } = await import('../../../lib/platform/notifications.ts');

afterEach(() => vi.unstubAllGlobals());

it('a click on one brings its tab to the front, though they were allowed only later', () => {
  vi.stubGlobal('chrome', {});
  followNotifications();
  const listeners = new Set<(id: string) => void>();
  const onClicked = { addListener: (listener: (id: string) => void) => listeners.add(listener) };
  vi.stubGlobal('chrome', { notifications: { onClicked, clear: async () => true } });
  fake.added();
  fake.added();
  expect(listeners.size).toBe(1);
  for (const clicked of listeners) clicked('tab:7');
  expect(fake.front).toEqual([[7, { active: true }]]);
});
