/** The image that a person looks at: asked of every frame of the tab that lets a script in. */
import { browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import type { FrameCandidates } from '../core/protocol/image-in-view.ts';
import { chooseImageInView, type ImageInView } from './choose-image.ts';

/** @throws CompressionError `page-blocked` where no script may run, `no-image-in-view`. */
export async function findImageInView(tabId: number): Promise<ImageInView> {
  const results = await browser.scripting
    .executeScript({ target: { tabId, allFrames: true }, files: ['/image-in-view.js'] })
    .catch((thrown: unknown) => {
      throw new CompressionError('page-blocked', {}, { cause: thrown });
    });
  const frames = results.flatMap(({ frameId, result }) =>
    result ? [{ frameId, ...(result as Omit<FrameCandidates, 'frameId'>) }] : [],
  );
  const image = chooseImageInView(frames);
  if (!image) throw new CompressionError('no-image-in-view');
  return image;
}
