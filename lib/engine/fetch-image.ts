/** One request of the extension's own for an image, with limits, and with the reason when it fails. */
import { CompressionError } from '../core/errors.ts';
import { joinBytes } from '../core/bytes/bytes.ts';
import { checkFileSize } from '../core/image/limits.ts';
import { siteName } from '../core/model/host.ts';
import { LONGEST_DISPOSITION, watchPace, type Pace } from '../core/protocol/page-reader.ts';

export interface Fetched {
  /** May be empty. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly status: number;
  /** At most `LONGEST_DISPOSITION` characters of the header. */
  readonly contentDisposition: string | null;
  /** After redirects. */
  readonly finalUrl: string;
}

export interface FetchOptions {
  readonly credentials: 'include' | 'omit';
  /** What an image is asked for as; a page and an extension without it get different pictures from servers that negotiate. */
  readonly accept: string;
  readonly pace: Pace;
  /** Aborted with a CompressionError as its reason. */
  readonly signal: AbortSignal;
}

/**
 * Whatever the status: some pages show an image that came with 404.
 *
 * @throws CompressionError `unreachable`, `connection-lost`, `timed-out`, `file-too-large`, or the signal's reason
 */
export async function fetchImage(url: string, { credentials, accept, pace, signal }: FetchOptions): Promise<Fetched> {
  const host = siteName(url);
  const still = new AbortController();
  const watch = watchPace(pace, () =>
    still.abort(new CompressionError('timed-out', { host, seconds: Math.round(pace.silence / 1000) })),
  );
  const stop = AbortSignal.any([signal, still.signal]);
  try {
    const response = await fetch(url, { credentials, headers: { accept }, signal: stop }).catch((thrown: unknown) => {
      throw stop.aborted ? stop.reason : new CompressionError('unreachable', { host }, { cause: thrown });
    });
    watch.heard(pace.leastBytes);
    const bytes = await readAll(response, watch.heard).catch((thrown: unknown) => {
      if (stop.aborted) throw stop.reason;
      throw thrown instanceof CompressionError
        ? thrown
        : new CompressionError('connection-lost', { host }, { cause: thrown });
    });
    return {
      bytes,
      status: response.status,
      contentDisposition: response.headers.get('content-disposition')?.slice(0, LONGEST_DISPOSITION) ?? null,
      finalUrl: response.url,
    };
  } finally {
    watch.stop();
  }
}

async function readAll(response: Response, heard: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const stated = statedLength(response.headers);
  if (stated !== null && stated > 0) checkFileSize(stated);
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || !value) return joinBytes(chunks);
    if (value.length === 0) continue;
    heard(value.length);
    chunks.push(value);
    length += value.length;
    try {
      checkFileSize(length);
    } catch (thrown) {
      await reader?.cancel();
      throw thrown;
    }
  }
}

/**
 * What the server says of the length, in bytes as they come over the wire; null where it says nothing that can be read.
 * Chunked answers, HTTP/2 and what is zipped on the fly have no such header (RFC 9112, 6.2), and `Number(null)` is 0.
 */
export function statedLength(headers: Headers): number | null {
  const text = headers.get('content-length')?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : null;
}
