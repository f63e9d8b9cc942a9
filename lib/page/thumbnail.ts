/** Small pictures of what a page shows, from what the browser has of it already. */
import { THUMBNAIL_SIDE } from '../core/protocol/page-list.ts';

export interface ThumbnailAccess {
  /** A data: URL of what the page draws itself. */
  readonly draw: (element: Element) => Promise<string>;
  /** The browser has loaded this address for the page. */
  readonly wasLoaded: (url: string) => boolean;
}

/** @returns a data: URL of a WebP; '' where the browser keeps the picture from scripts, or nothing was loaded */
export async function thumbnailOf(element: Element, url: string, access: ThumbnailAccess): Promise<string> {
  for (const way of [ofElement, ofFile, ofDrawing]) {
    try {
      const source = await way(element, url, access);
      if (source) return await small(source);
    } catch {
      // The next way.
    }
  }
  return '';
}

/** Without any request; where another site lets nobody read its pictures, the browser keeps what is drawn of them. */
async function ofElement(element: Element, url: string): Promise<ImageBitmap | null> {
  const { localName, currentSrc } = element as HTMLImageElement;
  return localName === 'img' && currentSrc === url ? createImageBitmap(element as HTMLImageElement) : null;
}

/** As the page itself asks, from the browser's cache. */
async function ofFile(_: Element, url: string, { wasLoaded }: ThumbnailAccess): Promise<ImageBitmap | null> {
  if (!/^(?:data|blob):/i.test(url) && !wasLoaded(url)) return null;
  const answer = await fetch(url, { cache: 'force-cache', credentials: 'same-origin' });
  const blob = await answer.blob();
  return blob.type.startsWith('image/svg') ? ofUrl(URL.createObjectURL(blob)) : createImageBitmap(blob);
}

async function ofDrawing(element: Element, url: string, { draw }: ThumbnailAccess): Promise<ImageBitmap | null> {
  const drawn = url === '' ? await draw(element) : '';
  return drawn === '' ? null : ofUrl(drawn);
}

/** Drawings have no size that `createImageBitmap` could know. */
async function ofUrl(url: string): Promise<ImageBitmap> {
  const image = new Image(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
  image.src = url;
  try {
    await image.decode();
    return await createImageBitmap(image, { resizeWidth: THUMBNAIL_SIDE, resizeHeight: THUMBNAIL_SIDE });
  } finally {
    if (url.startsWith('blob:')) URL.revokeObjectURL(url);
  }
}

async function small(bitmap: ImageBitmap): Promise<string> {
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas') as HTMLCanvasElement;
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (context) context.imageSmoothingQuality = 'high';
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL('image/webp', 0.7);
}
