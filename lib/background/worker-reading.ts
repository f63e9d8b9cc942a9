/**
 * An image's bytes through the page's own service worker. Chromium takes requests of an isolated world past it, so these
 * are made in the page's world, by whatever the page has made of `fetch`: nothing is left there, and nothing believed.
 */
import * as v from 'valibot';
import { fromBase64 } from '../core/bytes/base64.ts';
import { CompressionError } from '../core/errors.ts';
import { MAX_FILE_BYTES, checkFileSize } from '../core/image/limits.ts';
import { hostOf } from '../core/model/host.ts';
import { documentSite } from '../core/protocol/document-site.ts';
import type { ReadRequest } from '../core/protocol/page-reader.ts';
import { runFunction } from '../platform/run-script.ts';
import { SLICE_BYTES, UNREAD, type ImageFrame, type PageReading } from './page-reading.ts';

const PART = v.strictObject({
  size: v.pipe(v.number(), v.integer(), v.minValue(0)),
  status: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)),
  base64: v.pipe(v.string(), v.maxLength(2 * SLICE_BYTES)),
});
type Part = v.InferOutput<typeof PART>;

/** What such a reading asks for. */
export type WorkerRequest = Pick<ReadRequest, 'url' | 'cache' | 'accept' | 'pace'>;

export interface WorkerReading extends PageReading {
  /** Null when `error` says why. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

/** Never throws, like `readInPage`; of what the page shows it says nothing. */
export async function readThroughWorker(frame: ImageFrame, request: WorkerRequest): Promise<WorkerReading> {
  try {
    const first = await part(frame, request, 0);
    checkFileSize(first.size);
    const bytes = new Uint8Array(first.size);
    for (let at = 0, next: Part = first; at < bytes.length; next = await part(frame, request, at)) {
      const slice = fromBase64(next.base64);
      if (!slice || next.size !== first.size || slice.length !== Math.min(SLICE_BYTES, first.size - at))
        throw new CompressionError('connection-lost', { host: hostOf(request.url) });
      bytes.set(slice, at);
      at += slice.length;
      if (at === bytes.length) break;
    }
    return { ...UNREAD, bytes, error: null, status: first.status };
  } catch (thrown) {
    return { ...UNREAD, bytes: null, error: CompressionError.from(thrown) };
  }
}

/** A slice of one answer; each slice is an answer of its own, which the worker gives from what it holds. */
async function part(frame: ImageFrame, { url, cache, accept, pace }: WorkerRequest, from: number): Promise<Part> {
  const unreachable = new CompressionError('unreachable', { host: hostOf(url) });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    const seconds = Math.round(pace.silence / 1000);
    timer = setTimeout(() => reject(new CompressionError('timed-out', { host: hostOf(url), seconds })), pace.silence);
  });
  const target = { tabId: frame.tabId, frameIds: [frame.frameId] };
  const { own, page } = documentSite(frame);
  // A frame without an address of its own has the page's, once the page has written into it.
  const origin = own.includes('//') ? own : page;
  const args = [origin, own, url, cache, accept, from, SLICE_BYTES, MAX_FILE_BYTES] as const;
  const asked = runFunction(target, fetchPart, [...args], 'MAIN');
  try {
    const [injection] = await Promise.race([asked, silent]);
    return v.parse(PART, injection?.result);
  } catch (thrown) {
    throw thrown instanceof CompressionError ? thrown : unreachable;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs in the page's own world; uses nothing from outside itself. Until it is known whose page that is, nothing is called
 * or read that the page could have changed: `location` and what is in it can't be (HTML, 7.2.4, LegacyUnforgeable).
 */
async function fetchPart(
  origin: string,
  address: string,
  url: string,
  cache: RequestCache,
  accept: string,
  from: number,
  length: number,
  most: number,
): Promise<{ size: number; status: number; base64: string } | null> {
  if (location.origin !== origin && location.href !== address) return null;
  try {
    const answer = await fetch(url, { cache, credentials: 'same-origin', headers: { accept } });
    const blob = await answer.blob();
    const { size } = blob;
    if (size > most) return { size, status: answer.status, base64: '' };
    const reader = new FileReader();
    const text = await new Promise<string>((resolve, reject) => {
      reader.onload = () => resolve(String(reader.result));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob.slice(from, from + length));
    });
    return { size, status: answer.status, base64: text.slice(text.indexOf(',') + 1) };
  } catch {
    return null;
  }
}
