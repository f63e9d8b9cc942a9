/** Questions to a page about its images, asked of the frames that let a script in. */
import { CompressionError } from '../core/errors.ts';
import { PAGE_IMAGES, type FrameImages, type PageImage, type PageImagesApi } from '../core/protocol/page-images.ts';
import { chooseImageInView, type Choice } from './choose-image.ts';
import { inject, type InjectionTarget } from './inject.ts';

/**
 * ms: what activeTab opens, Chromium tells to the process of a frame that is shut off by `sandbox` a moment after that of
 * the page, and until then injects into it nothing, without an error.
 */
const FRAMES_OPEN = 250;

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
  if (choice.kind !== 'closed') return choice;
  await new Promise((resolve) => setTimeout(resolve, FRAMES_OPEN));
  return look();
}

/**
 * What shows a URL in a frame; with '', the images whose data: URL is too long for a menu.
 *
 * @throws CompressionError `page-blocked` where no script may run.
 */
export async function imagesShowing(target: Required<InjectionTarget>, url: string): Promise<readonly PageImage[]> {
  const [answer] = await ask(target, 'showing', [url]);
  return (answer?.result ?? []) as readonly PageImage[];
}

/**
 * The URL of an image that was answered before; of what the page draws, a data: URL.
 *
 * @throws CompressionError `page-blocked`, `drawing-closed` when the browser does not let it be read.
 */
export async function takeImage(target: Required<InjectionTarget>, { url, reference }: PageImage): Promise<string> {
  if (url !== '') return url;
  const [answer] = await ask(target, 'take', [reference]);
  if (!answer?.result) throw new CompressionError('drawing-closed');
  return String(answer.result);
}

function ask<K extends keyof PageImagesApi>(
  target: InjectionTarget,
  method: K,
  args: Parameters<PageImagesApi[K]>,
): ReturnType<typeof inject> {
  return inject(target, '/page-images.js', callPage, [PAGE_IMAGES, method, args]);
}

/** Runs in the page, in the extension's world; uses nothing from outside itself. */
function callPage(name: string, method: string, args: readonly unknown[]): unknown {
  const api = Reflect.get(globalThis, name) as Record<string, (...args: readonly unknown[]) => unknown> | undefined;
  return api?.[method]?.(...args);
}
