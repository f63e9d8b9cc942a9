/**
 * Isolates the page of threads, and no other: as the service worker serves it, it has a header that the manifest cannot give to one
 * page alone. With the manifest's `cross_origin_embedder_policy` and `cross_origin_opener_policy` all pages would be isolated, and
 * Chromium 156 ended as a whole after the last private window was closed; it does so with this header, too, so private windows go without.
 *
 * https://wicg.github.io/document-isolation-policy/ (Chromium 137); https://www.w3.org/TR/service-workers/ , 4.4.1 `addRoutes` (Chromium
 * 123), by which no other page waits for the service worker.
 */

interface Scope {
  addEventListener(type: 'install', listener: (event: InstallEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

interface InstallEvent {
  addRoutes(routes: readonly { condition: { urlPattern: { pathname: string } }; source: string }[]): Promise<void>;
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/**
 * Called while the service worker starts.
 *
 * @param scope the service worker's, or what is there in a browser that has none
 */
export function isolatePage(scope: object, page: string, isPrivate: () => boolean): void {
  const { InstallEvent } = scope as { InstallEvent?: { readonly prototype: object } };
  // A browser without routes knows no such header.
  if (!InstallEvent || !('addRoutes' in InstallEvent.prototype)) return;
  const worker = scope as Scope;
  worker.addEventListener('install', (event) =>
    event.waitUntil(
      event.addRoutes([
        { condition: { urlPattern: { pathname: page } }, source: 'fetch-event' },
        { condition: { urlPattern: { pathname: '/*' } }, source: 'network' },
      ]),
    ),
  );
  worker.addEventListener('fetch', (event) => {
    if (new URL(event.request.url).pathname === page && !isPrivate()) event.respondWith(isolated(event.request.url));
  });
}

async function isolated(url: string): Promise<Response> {
  const { body, headers } = await fetch(url);
  const response = new Response(body, { headers });
  response.headers.set('Document-Isolation-Policy', 'isolate-and-require-corp');
  return response;
}
