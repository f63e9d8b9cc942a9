/** Bytes that only a page's own context can read (`blob:`), and those that a URL carries in itself (`data:`). */
import { browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import { checkFileSize } from '../core/image/limits.ts';

/** A script's answer is JSON in Chrome, at most 64 MiB: bytes come as base64, a slice a call. */
const SLICE_BYTES = 24 * 1024 * 1024;

/**
 * @throws CompressionError `blob-gone` when the page has let go of it, `page-blocked` where no script may run,
 * `file-too-large`.
 */
export async function readBlobInPage(url: string, tabId: number, frameId: number): Promise<Uint8Array<ArrayBuffer>> {
  const slices: Uint8Array[] = [];
  let length = 0;
  for (let size = Infinity; length < size;) {
    const answer = await inFrame(tabId, frameId, url, length);
    if (!answer) throw new CompressionError('blob-gone');
    checkFileSize(answer.size);
    if (answer.size === 0) break;
    const slice = Uint8Array.from(atob(answer.base64), (character) => character.charCodeAt(0));
    if (slice.length === 0) throw new CompressionError('blob-gone');
    slices.push(slice);
    length += slice.length;
    size = answer.size;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const slice of slices) {
    bytes.set(slice, at);
    at += slice.length;
  }
  return bytes;
}

/** @throws CompressionError `corrupt` when the URL is not a readable data: URL. */
export async function readDataUrl(url: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
  } catch (thrown) {
    throw new CompressionError('corrupt', {}, { cause: thrown });
  }
}

async function inFrame(
  tabId: number,
  frameId: number,
  url: string,
  from: number,
): Promise<{ size: number; base64: string } | null> {
  try {
    const [injection] = await browser.scripting.executeScript({
      target: { tabId, frameIds: [frameId] },
      func: sliceOfBlob,
      args: [url, from, SLICE_BYTES],
    });
    return (injection?.result ?? null) as { size: number; base64: string } | null;
  } catch (thrown) {
    throw new CompressionError('page-blocked', {}, { cause: thrown });
  }
}

/** Runs in the page; uses nothing from outside itself. Null when the blob is gone. */
async function sliceOfBlob(
  url: string,
  from: number,
  length: number,
): Promise<{ size: number; base64: string } | null> {
  try {
    const blob = await (await fetch(url)).blob();
    const reader = new FileReader();
    const read = new Promise<string>((resolve, reject) => {
      reader.onload = () => resolve(String(reader.result));
      reader.onerror = () => reject(reader.error);
    });
    reader.readAsDataURL(blob.slice(from, from + length));
    const dataUrl = await read;
    return { size: blob.size, base64: dataUrl.slice(dataUrl.indexOf(',') + 1) };
  } catch {
    return null;
  }
}
