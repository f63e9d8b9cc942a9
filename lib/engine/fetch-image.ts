/** Getting an image's bytes over http(s), with limits, and with the reason when it fails. */
import { CompressionError } from '../core/errors.ts';
import { checkFileSize } from '../core/image/limits.ts';
import { hostOf } from '../core/naming/host.ts';

export interface Fetched {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentDisposition: string | null;
}

export interface FetchOptions {
  /** Cookies go along: for the tab's own origin, and for hosts that the person allowed. */
  readonly withCookies: boolean;
  readonly signal?: AbortSignal;
  /** The server may be silent for this long. */
  readonly silenceMilliseconds?: number;
}

/**
 * @throws CompressionError `timed-out`, `http-status`, `redirected`, `needs-permission`, `unreachable`, `file-too-large`, `cancelled`.
 */
export async function fetchImage(url: string, options: FetchOptions): Promise<Fetched> {
  const silence = options.silenceMilliseconds ?? 30_000;
  const host = hostOf(url);
  const stop = new AbortController();
  const timer = silenceTimer(silence, () =>
    stop.abort(new CompressionError('timed-out', { host, seconds: Math.round(silence / 1000) })),
  );
  const cancel = (): void => stop.abort(new CompressionError('cancelled'));
  options.signal?.addEventListener('abort', cancel, { once: true });
  if (options.signal?.aborted) cancel();
  const credentials = options.withCookies ? 'include' : 'omit';
  try {
    const response = await fetch(url, { credentials, signal: stop.signal }).catch(async (thrown: unknown) => {
      throw stop.signal.aborted ? stop.signal.reason : await whyUnreachable(url, credentials, stop.signal, thrown);
    });
    timer.heard();
    if (!response.ok) {
      await response.body?.cancel();
      throw new CompressionError('http-status', { status: response.status, host });
    }
    const bytes = await readAll(response, timer.heard).catch((thrown: unknown) => {
      throw stop.signal.aborted
        ? stop.signal.reason
        : thrown instanceof CompressionError
          ? thrown
          : new CompressionError('unreachable', { host }, { cause: thrown });
    });
    return { bytes, contentDisposition: response.headers.get('content-disposition') };
  } finally {
    timer.stop();
    options.signal?.removeEventListener('abort', cancel);
  }
}

/**
 * A refused fetch says only `TypeError`. Asked again without following, a server that sends the browser elsewhere
 * answers with an opaque redirect: then the other host is what may not be read. Asked without wanting to read the
 * answer, a server that is there answers: then only the permission is missing.
 */
async function whyUnreachable(
  url: string,
  credentials: RequestCredentials,
  signal: AbortSignal,
  cause: unknown,
): Promise<CompressionError> {
  const host = hostOf(url);
  if (await answers(url, { credentials, redirect: 'manual', signal }))
    return new CompressionError('redirected', { host }, { cause });
  if (await answers(url, { credentials, mode: 'no-cors', signal }))
    return new CompressionError('needs-permission', { host }, { cause });
  return new CompressionError('unreachable', { host }, { cause });
}

async function answers(url: string, request: RequestInit & { signal: AbortSignal }): Promise<boolean> {
  const enough = new AbortController();
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.any([request.signal, enough.signal]) });
    return answer.type === 'opaqueredirect' || answer.type === 'opaque';
  } catch {
    return false;
  } finally {
    enough.abort();
  }
}

async function readAll(response: Response, heard: () => void): Promise<Uint8Array<ArrayBuffer>> {
  const stated = statedLength(response.headers);
  if (stated !== null && stated > 0) checkFileSize(stated);
  const reader = response.body?.getReader();
  if (!reader) throw new CompressionError('empty-file');
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    heard();
    if (done) break;
    if (value.length === 0) continue;
    chunks.push(value);
    length += value.length;
    try {
      checkFileSize(length);
    } catch (thrown) {
      await reader.cancel();
      throw thrown;
    }
  }
  checkFileSize(length);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * What the server says of the length, in bytes as they come over the wire; null where it says nothing that can be read.
 * Chunked answers, HTTP/2 and what is zipped on the fly have no such header (RFC 9112, 6.2), and `Number(null)` is 0.
 */
export function statedLength(headers: Headers): number | null {
  const text = headers.get('content-length')?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : null;
}

function silenceTimer(milliseconds: number, onSilence: () => void): { heard(): void; stop(): void } {
  let timer = setTimeout(onSilence, milliseconds);
  return {
    heard() {
      clearTimeout(timer);
      timer = setTimeout(onSilence, milliseconds);
    },
    stop: () => clearTimeout(timer),
  };
}
