import { expect, it } from 'vitest';
import { serveAddresses, type Served, type ServiceWorkerScope } from '../../../lib/background/served-addresses.ts';
import { ARCHIVES, orderArchive } from '../../../lib/storage/archive-orders.ts';
import { memoryArea } from '../storage/memory-area.ts';

const served = (...patterns: string[]): Served[] => patterns.map((pattern) => ({ pattern, answer: () => null }));

it('has no page wait for the service worker but for what it serves', async () => {
  const scope = new EventTarget();
  serveAddresses(scope as unknown as ServiceWorkerScope, served('/threads.html', ARCHIVES));
  const routes: unknown[] = [];
  const waited: unknown[] = [];
  scope.dispatchEvent(
    Object.assign(new Event('install'), {
      addRoutes: (given: unknown[]) => Promise.resolve(void routes.push(...given)),
      waitUntil: (work: unknown) => waited.push(work),
    }),
  );
  await Promise.all(waited);
  expect(routes).toEqual([
    { condition: { urlPattern: { pathname: '/threads.html' } }, source: 'fetch-event' },
    { condition: { urlPattern: { pathname: '/archive/*' } }, source: 'fetch-event' },
    { condition: { urlPattern: { pathname: '/*' } }, source: 'network' },
  ]);
  const path = await orderArchive(memoryArea(), { fileName: 'a.zip', entries: [] });
  expect(path.startsWith(ARCHIVES.replace('*', ''))).toBe(true);
});

it('changes nothing in a browser without routes', () => {
  const scope = new EventTarget();
  serveAddresses(scope as unknown as ServiceWorkerScope, served('/threads.html'));
  const event = Object.assign(new Event('install'), { waitUntil: () => undefined });
  expect(scope.dispatchEvent(event)).toBe(true);
});
