/**
 * How much of a page is written into a job's record. `storage.session` holds 10 MB for all of them, and pages give
 * their images addresses of megabytes.
 */
import type { Origin } from './job.ts';

/** UTF-16 code units. Servers take requests of 8 to 16 kB at most: a longer address is nobody's. */
export const MAX_ADDRESS = { image: 16_384, page: 2_048, title: 300, name: 1_024, folder: 2_048 } as const;

/** Whether the image's address is one that a record can hold; what a data: URL carries goes into the vault. */
export function isKeepable(url: string): boolean {
  return url.startsWith('data:') || url.length <= MAX_ADDRESS.image;
}

/** The origin as a record holds it: of an image's address that is too long, the beginning. */
export function kept<T extends Origin>(origin: T): T {
  switch (origin.kind) {
    case 'page':
      return {
        ...origin,
        url: withoutData(origin.url),
        // Its beginning says which host it is of; what follows is not looked at.
        pageUrl: origin.pageUrl.slice(0, MAX_ADDRESS.page),
        ...(origin.frameUrl !== undefined && { frameUrl: origin.frameUrl.slice(0, MAX_ADDRESS.page) }),
        pageTitle: origin.pageTitle.slice(0, MAX_ADDRESS.title),
      };
    case 'url':
      return { ...origin, url: withoutData(origin.url) };
    case 'file':
      return { ...origin, name: nameEnd(origin.name), folder: origin.folder.slice(0, MAX_ADDRESS.folder) };
    case 'clipboard':
      return { ...origin, name: nameEnd(origin.name) };
  }
  return origin;
}

function withoutData(url: string): string {
  return url.startsWith('data:') ? url.slice(0, url.indexOf(',')).slice(0, 100) : url.slice(0, MAX_ADDRESS.image);
}

/** With its extension. */
function nameEnd(name: string): string {
  return name.slice(-MAX_ADDRESS.name);
}
