/**
 * An image's bytes, read by a script in the frame that shows it, which sends them to the engine. What comes back is a page's
 * word, and is checked.
 */
import * as v from 'valibot';
import { CompressionError } from '../core/errors.ts';
import { fromBase64 } from '../core/bytes/base64.ts';
import { MAX_FILE_BYTES, checkFileSize } from '../core/image/limits.ts';
import { hostOf } from '../core/model/host.ts';
import type { Shown } from '../core/model/ladder.ts';
import { documentSite, type DocumentSite } from '../core/protocol/document-site.ts';
import { runFunction } from '../platform/run-script.ts';
import { inject } from './inject.ts';
import { READ_ANSWER, SHOWN } from '../core/protocol/page-answer.ts';
import { READER_NAME, type PageReader, type ReadAnswer, type ReadRequest } from '../core/protocol/page-reader.ts';

/** A script's answer is JSON in Chrome, at most 64 MiB: what comes so is base64, a slice a call. */
export const SLICE_BYTES = 12 * 1024 * 1024;

export interface Frame {
  readonly tabId: number;
  readonly frameId: number;
}

/** The frame that showed an image, and what it showed then: it is asked only while that is of the same site. */
export interface ImageFrame extends Frame {
  readonly pageUrl: string;
  readonly frameUrl?: string;
}

export interface PageReading {
  /** Null when the bytes were read. */
  readonly error: CompressionError | null;
  readonly shown: Shown;
  readonly exact: boolean;
  readonly worker: boolean;
  readonly status: number;
  readonly disposition: string | null;
  readonly finalUrl: string;
}

export const UNREAD = {
  shown: 'unknown',
  exact: true,
  worker: false,
  status: 0,
  disposition: null,
  finalUrl: '',
} as const;

/** Never throws: what went wrong is in `error`, with what the page shows beside it. */
export async function readInPage(frame: ImageFrame, asked: Omit<ReadRequest, 'site'>): Promise<PageReading> {
  const request = { ...asked, site: documentSite(frame) };
  let answer: ReadAnswer;
  try {
    answer = v.parse(READ_ANSWER, await askReader(frame, callRead, [READER_NAME, request]));
  } catch (thrown) {
    return { ...UNREAD, error: new CompressionError('page-blocked', {}, { cause: thrown }) };
  }
  const { shown, exact, worker, status, disposition, finalUrl } = answer;
  const facts = { shown, exact, worker, status, disposition, finalUrl };
  return { ...facts, error: answer.failure ? errorOf(answer, request) : null };
}

/** What the page shows at the address, in the picture's own pixels; `unknown` where it can't be asked. */
export async function measureInPage(frame: ImageFrame, url: string): Promise<Shown> {
  try {
    return v.parse(SHOWN, await askReader(frame, callMeasure, [READER_NAME, url, documentSite(frame)]));
  } catch {
    return 'unknown';
  }
}

/** The answer of one of the reader's functions, once the reader is there. @throws CompressionError `page-blocked` */
export async function askReader<A extends unknown[]>(
  frame: Frame,
  call: (...args: A) => unknown,
  args: A,
): Promise<unknown> {
  const ask = async (): Promise<unknown> => {
    const [answer] = await inject({ tabId: frame.tabId, frameId: frame.frameId }, ['/read-image.js'], call, args);
    return answer?.result;
  };
  // The last of other readings may have taken the reader away just before it was asked.
  return (await ask()) ?? ask();
}

/** Ends a reading under way, or does nothing. */
export async function stopReading(frame: Frame, id: string): Promise<void> {
  await inFrame(frame, callEnd, [READER_NAME, id]).catch(() => undefined);
}

/** What waits in the page, slice by slice. @throws CompressionError `file-too-large`, `blob-gone` */
export async function takeBytes(frame: Frame, id: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  checkFileSize(size);
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const answer = await inFrame(frame, callSlice, [READER_NAME, id, at, SLICE_BYTES]).catch(() => null);
    const slice = typeof answer === 'string' ? fromBase64(answer) : null;
    if (!slice || slice.length !== Math.min(SLICE_BYTES, size - at)) throw new CompressionError('blob-gone');
    bytes.set(slice, at);
    at += slice.length;
  }
  return bytes;
}

function errorOf({ failure, size }: ReadAnswer, { url, pace }: ReadRequest): CompressionError {
  const host = hostOf(url);
  switch (failure) {
    case 'silent':
      return new CompressionError('timed-out', { host, seconds: Math.round(pace.silence / 1000) });
    case 'too-large':
      return new CompressionError('file-too-large', { megabytes: Math.ceil(size / 1e6), limit: MAX_FILE_BYTES / 1e6 });
    case 'lost':
      return new CompressionError('connection-lost', { host });
    case 'gone':
      return new CompressionError('blob-gone');
    case 'cancelled':
      return new CompressionError('cancelled');
    case 'elsewhere':
      // Another way may reach it, unless it was in that page alone.
      return new CompressionError(/^blob:/i.test(url) ? 'blob-gone' : 'page-blocked');
    default:
      return new CompressionError('unreachable', { host });
  }
}

/** Runs one of the functions below, or another file's, in the frame. */
async function inFrame<A extends unknown[]>(frame: Frame, call: (...args: A) => unknown, args: A): Promise<unknown> {
  const [injection] = await runFunction({ tabId: frame.tabId, frameIds: [frame.frameId] }, call, args);
  return injection?.result;
}

// These run in the page, in the extension's world; they use nothing from outside themselves.

function callRead(name: string, request: ReadRequest): Promise<ReadAnswer> | null {
  return (Reflect.get(globalThis, name) as PageReader | undefined)?.read(request) ?? null;
}

function callMeasure(name: string, url: string, site: DocumentSite): Promise<Shown> | null {
  return (Reflect.get(globalThis, name) as PageReader | undefined)?.measure(url, site) ?? null;
}

function callSlice(name: string, id: string, from: number, length: number): Promise<string | null> | null {
  return (Reflect.get(globalThis, name) as PageReader | undefined)?.slice(id, from, length) ?? null;
}

function callEnd(name: string, id: string): void {
  (Reflect.get(globalThis, name) as PageReader | undefined)?.end(id);
}
