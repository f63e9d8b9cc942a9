/** Which of the extension's own addresses the service worker answers, and how; with all others no page waits for it. */

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

/** Addresses that the service worker answers, and what it answers. */
export interface Served {
  /** Of their paths. */
  readonly pattern: string;
  /** @returns null to leave it to the browser */
  answer(url: string): Promise<Response> | null;
}

/**
 * Called while the service worker starts. A browser without `addRoutes` (Chromium 123, https://www.w3.org/TR/service-workers/) asks the
 * service worker about each address.
 */
export function serveAddresses(scope: ServiceWorkerScope, served: readonly Served[]): void {
  scope.addEventListener('install', (event) => {
    const routes = [
      ...served.map(({ pattern: pathname }) => ({ condition: { urlPattern: { pathname } }, source: 'fetch-event' })),
      { condition: { urlPattern: { pathname: '/*' } }, source: 'network' },
    ];
    event.waitUntil(event.addRoutes?.(routes) ?? Promise.resolve());
  });
  scope.addEventListener('fetch', (event) => {
    for (const { answer } of served) {
      const response = answer(event.request.url);
      if (response) return event.respondWith(response);
    }
  });
}
