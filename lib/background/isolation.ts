/**
 * Isolates the page of threads, and no other: as the service worker serves it, it has a header that the manifest cannot give to one
 * page alone. With the manifest's `cross_origin_embedder_policy` and `cross_origin_opener_policy` all pages would be isolated, and
 * Chromium 156 ended as a whole after the last private window was closed; it does so with this header, too, so private windows go without.
 *
 * https://wicg.github.io/document-isolation-policy/ (Chromium 137)
 */
import type { ServiceWorkerScope } from './served-addresses.ts';

/** Called while the service worker starts. */
export function isolatePage(scope: ServiceWorkerScope, page: string, isPrivate: () => boolean): void {
  scope.addEventListener('fetch', (event) => {
    if (new URL(event.request.url).pathname === page && !isPrivate()) event.respondWith(isolated(event.request.url));
  });
}

async function isolated(url: string): Promise<Response> {
  const { body, headers } = await fetch(url);
  const response = new Response(body, { headers });
  response.headers.set('Document-Isolation-Policy', 'isolate-and-require-corp');
  return response;
}
