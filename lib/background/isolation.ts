/**
 * Isolates the page of threads, and no other: as the service worker serves it, it has a header that the manifest cannot give to one
 * page alone. With the manifest's `cross_origin_embedder_policy` and `cross_origin_opener_policy` all pages would be isolated, and
 * Chromium 156 ended as a whole after the last private window was closed; it does so with this header, too, so private windows go without.
 *
 * https://wicg.github.io/document-isolation-policy/ (Chromium 137)
 */
import type { Served } from './served-addresses.ts';

export function isolatedPage(page: string, isPrivate: boolean): Served {
  return { pattern: page, answer: (url) => (new URL(url).pathname === page && !isPrivate ? isolated(url) : null) };
}

async function isolated(url: string): Promise<Response> {
  const { body, headers } = await fetch(url);
  const response = new Response(body, { headers });
  response.headers.set('Document-Isolation-Policy', 'isolate-and-require-corp');
  return response;
}
