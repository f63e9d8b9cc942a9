/**
 * The last rung, by the person's word: what the page shows, as a PNG. From the picture itself where the browser lets a page
 * read it, else cut out of the visible tab.
 */
import { browser } from 'wxt/browser';
import * as v from 'valibot';
import { readDataUrl } from '../core/bytes/data-url.ts';
import { CompressionError } from '../core/errors.ts';
import type { AsShown } from '../core/model/job.ts';
import { documentSite, type DocumentSite } from '../core/protocol/document-site.ts';
import { READER_NAME, type PageReader, type PixelAnswer } from '../core/protocol/page-reader.ts';
import { askReader, stopReading, takeBytes, type ImageFrame } from './page-reading.ts';

export interface ShownPixels {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: AsShown;
}

const length = v.pipe(v.number(), v.finite(), v.minValue(-100_000), v.maxValue(100_000));
const PIXEL_ANSWER: v.GenericSchema<unknown, PixelAnswer> = v.strictObject({
  size: v.pipe(v.number(), v.integer(), v.minValue(0)),
  part: v.nullable(v.strictObject({ left: length, top: length, width: length, height: length, viewport: length })),
});

/** @throws CompressionError `page-blocked`, `not-in-view` */
export async function shownPixels(frame: ImageFrame, id: string, url: string): Promise<ShownPixels> {
  const { size, part } = await ask(frame, id, url);
  if (size > 0) {
    try {
      return { bytes: await takeBytes(frame, id, size), from: 'canvas' };
    } finally {
      await stopReading(frame, id);
    }
  }
  const tab = await browser.tabs.get(frame.tabId).catch(() => null);
  // Another tab in front would be in the picture.
  if (!part || !tab?.active || tab.windowId === undefined) throw new CompressionError('not-in-view');
  return { bytes: await cutOut(await photograph(tab.windowId), part), from: 'screen' };
}

async function ask(frame: ImageFrame, id: string, url: string): Promise<PixelAnswer> {
  try {
    return v.parse(PIXEL_ANSWER, await askReader(frame, callPixels, [READER_NAME, id, url, documentSite(frame)]));
  } catch (thrown) {
    throw new CompressionError('page-blocked', {}, { cause: thrown });
  }
}

async function photograph(windowId: number): Promise<ImageBitmap> {
  try {
    const png = readDataUrl(await browser.tabs.captureVisibleTab(windowId, { format: 'png' }));
    return await createImageBitmap(new Blob([png], { type: 'image/png' }));
  } catch (thrown) {
    throw new CompressionError('page-blocked', {}, { cause: thrown });
  }
}

async function cutOut(picture: ImageBitmap, part: NonNullable<PixelAnswer['part']>): Promise<Uint8Array<ArrayBuffer>> {
  const scale = picture.width / part.viewport;
  const left = Math.max(0, Math.round(part.left * scale));
  const top = Math.max(0, Math.round(part.top * scale));
  const width = Math.min(picture.width, Math.round((part.left + part.width) * scale)) - left;
  const height = Math.min(picture.height, Math.round((part.top + part.height) * scale)) - top;
  if (!(width > 0 && height > 0)) throw new CompressionError('not-in-view');
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(picture, -left, -top);
  picture.close();
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

/** Runs in the page, in the extension's world; uses nothing from outside itself. */
function callPixels(name: string, id: string, url: string, site: DocumentSite): Promise<PixelAnswer> | null {
  return (Reflect.get(globalThis, name) as PageReader | undefined)?.pixels(id, url, site) ?? null;
}
