/** Which of the extension's own addresses the service worker answers; with all others no page waits for it. */

/** The parts of the service worker's global that are needed; the DOM's types have none. */
export interface ServiceWorkerScope {
  addEventListener(type: 'install', listener: (event: InstallEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

interface InstallEvent {
  addRoutes?(routes: readonly { condition: { urlPattern: { pathname: string } }; source: string }[]): Promise<void>;
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

/**
 * Called while the service worker starts. A browser without `addRoutes` (Chromium 123, https://www.w3.org/TR/service-workers/) asks the
 * service worker about each address.
 *
 * @param served patterns of paths
 */
export function routeOthersPast(scope: ServiceWorkerScope, served: readonly string[]): void {
  scope.addEventListener('install', (event) => {
    const routes = [
      ...served.map((pathname) => ({ condition: { urlPattern: { pathname } }, source: 'fetch-event' })),
      { condition: { urlPattern: { pathname: '/*' } }, source: 'network' },
    ];
    event.waitUntil(event.addRoutes?.(routes) ?? Promise.resolve());
  });
}
