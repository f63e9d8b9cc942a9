import type { Whereabouts } from '../core/protocol/document-site.ts';

/** Of the document that this runs in. Not every browser tells of the frames around one. */
export function whereabouts(): Whereabouts {
  const { href, ancestorOrigins } = location as Location & { readonly ancestorOrigins?: ArrayLike<string> };
  return { href, origin: self.origin, parent: ancestorOrigins?.[0] ?? null };
}
