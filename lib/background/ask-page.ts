/** Questions to a page about its images, asked of the frames that let a script in. */
import * as v from 'valibot';
import { CompressionError } from '../core/errors.ts';
import { documentSite } from '../core/protocol/document-site.ts';
import {
  IMAGE_KINDS,
  PAGE_IMAGES,
  type FrameImages,
  type PageImage,
  type PageImagesApi,
} from '../core/protocol/page-images.ts';
import {
  DRAW_IMAGE,
  LONGEST_SIDE,
  LONGEST_THUMBNAIL,
  MOST_LISTED,
  PAGE_LIST,
  THUMBNAIL,
  type DrawImage,
  type Drawn,
  type DrawThumbnail,
  type FrameList,
  type ListedImage,
  type ListedReference,
  type PageList,
  type PageListApi,
} from '../core/protocol/page-list.ts';
import { chooseImageInView, type Choice } from './choose-image.ts';
import { inject, type InjectionTarget } from './inject.ts';
import type { ImageFrame } from './page-reading.ts';

/**
 * ms: what activeTab opens, Chromium tells to the process of a frame that is shut off by `sandbox` a moment after that of
 * the page, and until then injects into it nothing, without an error.
 */
const FRAMES_OPEN = 250;

/** ms that the end of a page's HTML is waited for: some pages never come to it. */
const PARSING = 1000;

/** What `callDraw` needs in a page, in their order. */
const DRAW_FILES = ['/drawn-style.js', '/drawn-parts.js', '/draw-image.js'] as const;

/** @throws CompressionError `page-blocked` where no script may run. */
export async function findImageInView(tabId: number, pageUrl: string): Promise<Choice> {
  const look = async (): Promise<Choice> => {
    const answers = await ask({ tabId }, 'inView', []);
    return chooseImageInView(
      answers.map(({ frameId, result }) => ({ frameId, ...(result as FrameImages) })),
      pageUrl,
    );
  };
  const choice = await look();
  if (choice.kind === 'image') return choice;
  if (choice.kind === 'closed') await new Promise((resolve) => setTimeout(resolve, FRAMES_OPEN));
  // What is not there yet may come with the rest of the page.
  else if (!(await wasLoading(tabId))) return choice;
  return look();
}

/** Waits for the end of the page's HTML. @returns whether it had to */
async function wasLoading(tabId: number): Promise<boolean> {
  const [answer] = await inject({ tabId, frameId: 0 }, [], callParsed, [PARSING]);
  return answer?.result === true;
}

/**
 * What shows a URL in a frame; with '', the images whose data: URL is too long for a menu.
 *
 * @throws CompressionError `page-blocked` where no script may run.
 */
export async function imagesShowing(frame: ImageFrame, url: string): Promise<readonly PageImage[]> {
  const [answer] = await ask({ tabId: frame.tabId, frameId: frame.frameId }, 'showing', [url, documentSite(frame)]);
  return (answer?.result ?? []) as readonly PageImage[];
}

/**
 * The URL of an image that was answered before; of what the page draws, a data: URL.
 *
 * @throws CompressionError `page-blocked`, `blob-gone`, `drawing-closed` when the browser does not let it be read,
 * `drawing-incomplete` when it does not let a part of it be read, `drawing-unlike` when no file can hold a part of it.
 */
export async function takeImage(target: Required<InjectionTarget>, { url, reference }: PageImage): Promise<string> {
  return url === '' ? takeFound(target, PAGE_IMAGES, reference) : url;
}

/** All images of a page, as its frames answer; what comes back is a page's word, and is checked. @throws CompressionError `page-blocked` */
export async function listImages(tabId: number, page: Pick<PageList, 'url' | 'title'>): Promise<PageList> {
  await wasLoading(tabId);
  const answers = await inject({ tabId }, ['/find-images.js', '/list-images.js'], callList, [PAGE_LIST]);
  return {
    ...page,
    frames: answers.flatMap(({ frameId, result }) => {
      const list = v.safeParse(FRAME_LIST, result);
      if (!list.success) return [];
      // One that is not as it should be takes none of the others with it.
      const images = list.output.images.filter((image): image is ListedImage => v.is(LISTED_IMAGE, image));
      return [{ ...list.output, images, frameId }];
    }),
  };
}

/** The same as `takeImage` for an image of a list. @throws CompressionError */
export async function takeListed(
  tabId: number,
  { frameId, reference, url, largest = false }: ListedReference,
): Promise<string> {
  return url === '' || largest ? takeFound({ tabId, frameId }, PAGE_LIST, reference, largest) : url;
}

/** A small picture of an image of a list, as a data: URL; '' where none is to be had without asking for the image. */
export async function thumbnailOf(tabId: number, { frameId, reference, url }: ListedReference): Promise<string> {
  const files = [...DRAW_FILES, '/thumbnail.js'] as const;
  const [answer] = await inject({ tabId, frameId }, files, callThumbnail, [PAGE_LIST, THUMBNAIL, reference, url]);
  const drawn = answer?.result;
  return typeof drawn === 'string' && drawn.length <= LONGEST_THUMBNAIL && drawn.startsWith('data:image/webp;base64,')
    ? drawn
    : '';
}

async function takeFound(
  target: Required<InjectionTarget>,
  name: string,
  reference: number,
  largest = false,
): Promise<string> {
  const [answer] = await inject(target, DRAW_FILES, callDraw, [name, DRAW_IMAGE, reference, largest]);
  // Its element has gone, or its document.
  if (!answer?.result) throw new CompressionError('blob-gone');
  const { url, failure, host } = answer.result;
  if (failure === 'drawing-incomplete') throw new CompressionError(failure, { host });
  if (failure !== null) throw new CompressionError(failure);
  return url;
}

const side = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LONGEST_SIDE));
const text = (longest: number): v.GenericSchema<string> => v.pipe(v.string(), v.maxLength(longest));
const LISTED_IMAGE: v.GenericSchema<unknown, ListedImage> = v.strictObject({
  kind: v.picklist(IMAGE_KINDS),
  url: text(10_000),
  reference: side,
  width: side,
  height: side,
  pixels: v.nullable(v.strictObject({ width: side, height: side })),
  largest: text(2_100_000),
  standIn: v.boolean(),
  name: text(1_000),
  shown: v.boolean(),
  bytes: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
const FRAME_LIST = v.strictObject({
  url: text(2_100_000),
  density: v.pipe(v.number(), v.minValue(0.01), v.maxValue(100)),
  images: v.pipe(v.array(v.unknown()), v.maxLength(MOST_LISTED)),
});

function ask<K extends keyof PageImagesApi>(
  target: InjectionTarget,
  method: K,
  args: Parameters<PageImagesApi[K]>,
): ReturnType<typeof inject> {
  return inject(target, ['/find-images.js', '/page-images.js'], callPage, [PAGE_IMAGES, method, args]);
}

// These run in the page, in the extension's world; they use nothing from outside themselves.

function callPage(name: string, method: string, args: readonly unknown[]): unknown {
  const api = Reflect.get(globalThis, name) as Record<string, (...args: readonly unknown[]) => unknown> | undefined;
  return api?.[method]?.(...args);
}

async function callParsed(patience: number): Promise<boolean> {
  if (document.readyState !== 'loading') return false;
  await new Promise((resolve) => {
    document.addEventListener('DOMContentLoaded', resolve, { once: true });
    setTimeout(resolve, patience);
  });
  return true;
}

function callList(name: string): FrameList | undefined {
  return (Reflect.get(globalThis, name) as PageListApi | undefined)?.all();
}

async function callThumbnail(list: string, draw: string, reference: number, url: string): Promise<string> {
  const found = (Reflect.get(globalThis, list) as PageListApi | undefined)?.found(reference);
  // The frame may have another document by now.
  if (!found || (url !== '' && found.url !== url)) return '';
  return (Reflect.get(globalThis, draw) as DrawThumbnail)(found.element, found.url);
}

async function callDraw(name: string, draw: string, reference: number, largest: boolean): Promise<Drawn | null> {
  const api = Reflect.get(globalThis, name) as { found(of: number): ReturnType<PageListApi['found']> } | undefined;
  const found = api?.found(reference);
  if (!found) return null;
  const url = (largest && found.largest) || found.url;
  return url === '' ? (Reflect.get(globalThis, draw) as DrawImage)(found.element) : { url, failure: null, host: '' };
}
