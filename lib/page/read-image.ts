/**
 * Reads an image's bytes as the page that shows it can: with its own cookies and Referer, from its cache and through its
 * service worker. The bytes go to the engine while they are read, and nothing of it stays.
 */
import type { DocumentSite } from '../core/protocol/document-site.ts';
import {
  LONGEST_DISPOSITION,
  PIECE_BYTES,
  watchPace,
  type PageReader,
  type ReadAnswer,
  type ReadFailure,
  type ReadRequest,
  type ScreenPart,
  type Shown,
} from '../core/protocol/page-reader.ts';
import { base64 } from './base64.ts';
import { openBytesOut, type OutPort } from './bytes-out.ts';

export interface PageReaderOptions {
  /** Whether this document is of the site. */
  readonly isOf: (site: DocumentSite) => boolean;
  /** What the page shows at the address, and what its element says of the Referer (`referrerpolicy`); '' leaves it to the page. */
  readonly look: (url: string) => { readonly shown: Shown; readonly referrerPolicy: ReferrerPolicy };
  readonly measure: (url: string) => Promise<Shown>;
  readonly worker: boolean;
  readonly draw: (url: string) => Promise<{ readonly png: Blob | null; readonly part: ScreenPart | null }>;
  /** `https:` for a page of which the browser asks for images by https too (mixed content). */
  readonly scheme: string;
  /** @param name of the reading's port */
  readonly connect: (name: string) => OutPort;
  /** Nothing is read or waited for any more, nor was for a second: what comes after finds the reader that is there. */
  readonly onEmpty: () => void;
  /** ms after which bytes that nobody takes are let go of. */
  readonly keep?: number;
}

/** ms: a reading is two calls into the page, the reader and then its question. */
const LINGERS = 1000;

interface Reading {
  readonly stop: AbortController;
  bytes: Uint8Array<ArrayBuffer> | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const ELSEWHERE: ReadAnswer = {
  failure: 'elsewhere',
  shown: 'unknown',
  exact: true,
  worker: false,
  size: 0,
  status: 0,
  disposition: null,
  finalUrl: '',
};

export function createPageReader({
  isOf,
  look,
  measure,
  worker,
  draw,
  scheme,
  connect,
  onEmpty,
  keep = 60_000,
}: PageReaderOptions): PageReader {
  const readings = new Map<string, Reading>();
  let lingering: ReturnType<typeof setTimeout> | undefined;

  function left(): void {
    clearTimeout(lingering);
    lingering = setTimeout(() => {
      if (readings.size === 0) onEmpty();
    }, LINGERS);
  }

  function end(id: string): void {
    const reading = readings.get(id);
    if (!reading) return;
    clearTimeout(reading.timer);
    readings.delete(id);
    reading.stop.abort('cancelled');
    left();
  }

  function wait(id: string, reading: Reading): void {
    clearTimeout(reading.timer);
    reading.timer = setTimeout(() => end(id), keep);
  }

  return {
    async read(request) {
      end(request.id);
      if (!isOf(request.site)) {
        left();
        return ELSEWHERE;
      }
      const reading: Reading = { stop: new AbortController(), bytes: null, timer: undefined };
      readings.set(request.id, reading);
      const { stop } = reading;
      const out = openBytesOut(() => connect(request.port), stop.signal);
      const { shown, referrerPolicy } = look(request.url);
      const url = asTheBrowserAsks(request.url, scheme);
      const read = await fetchBytes(request, url, referrerPolicy, stop, async (bytes) => out.send(await base64(bytes)));
      const answer = { ...read, shown, exact: typeof shown === 'string', worker };
      // What failed is told by this answer alone.
      if (answer.failure === null) await out.send(answer).then(() => out.closed, nothing);
      // Another reading may have this one's name by now.
      if (readings.get(request.id) === reading) end(request.id);
      return answer;
    },
    async measure(url, site) {
      const shown = isOf(site) ? await measure(url).catch(() => 'unknown' as const) : 'unknown';
      left();
      return shown;
    },
    async pixels(id, url, site) {
      end(id);
      if (!isOf(site)) {
        left();
        return { size: 0, part: null };
      }
      const reading: Reading = { stop: new AbortController(), bytes: null, timer: undefined };
      readings.set(id, reading);
      const { png, part } = await draw(url).catch(() => ({ png: null, part: null }));
      reading.bytes = png && new Uint8Array(await png.arrayBuffer());
      if (png && readings.get(id) === reading) wait(id, reading);
      else end(id);
      return { size: png?.size ?? 0, part };
    },
    async slice(id, from, length) {
      const reading = readings.get(id);
      if (!reading?.bytes) return null;
      wait(id, reading);
      return base64(reading.bytes.subarray(from, from + length));
    },
    end,
  };
}

function nothing(): void {}

/** @param send takes what was read so far */
async function fetchBytes(
  request: ReadRequest,
  url: string,
  referrerPolicy: ReferrerPolicy,
  stop: AbortController,
  send: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<Omit<ReadAnswer, 'shown' | 'exact' | 'worker'>> {
  const { accept, cache, credentials, maxBytes, pace } = request;
  const blobUrl = /^blob:/i.test(url);
  const watch = watchPace(pace, () => stop.abort('silent'));
  const facts = { size: 0, status: 0, disposition: null as string | null, finalUrl: '' };
  const failed = (otherwise: ReadFailure): ReadFailure =>
    stop.signal.aborted ? (stop.signal.reason as ReadFailure) : otherwise;
  let answered = false;
  try {
    const answer = await fetch(url, {
      signal: stop.signal,
      ...(!blobUrl && { cache, credentials, referrerPolicy, headers: { accept } }),
    });
    answered = true;
    watch.heard(pace.leastBytes);
    facts.status = answer.status;
    facts.disposition = answer.headers.get('content-disposition')?.slice(0, LONGEST_DISPOSITION) ?? null;
    facts.finalUrl = answer.url;
    // What is declared too large is not waited for. A wrong or missing length says nothing.
    const declared = Number(answer.headers.get('content-length'));
    if (declared > maxBytes) {
      facts.size = declared;
      stop.abort('too-large');
      return { ...facts, failure: 'too-large' };
    }
    let chunks: Uint8Array<ArrayBuffer>[] = [];
    let waiting = 0;
    const stream = answer.body?.getReader();
    for (;;) {
      const { value } = (await stream?.read()) ?? {};
      if (value) {
        watch.heard(value.length);
        facts.size += value.length;
        if (facts.size > maxBytes) {
          stop.abort('too-large');
          return { ...facts, failure: 'too-large' };
        }
        chunks.push(value);
        waiting += value.length;
      }
      if (waiting >= (value ? PIECE_BYTES : 1)) {
        const bytes = joined(chunks, waiting);
        for (let at = 0; at < waiting; at += 2 * PIECE_BYTES) await send(bytes.subarray(at, at + 2 * PIECE_BYTES));
        chunks = [];
        waiting = 0;
      }
      if (!value) return { ...facts, failure: null };
    }
  } catch {
    return { ...facts, failure: failed(answered ? 'lost' : blobUrl ? 'gone' : 'refused') };
  } finally {
    watch.stop();
  }
}

/** @param size bytes of all chunks together */
function joined(chunks: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** On a secure page an image's http address is asked for by https, unless its host is a bare number (Mixed Content, 4.1). */
function asTheBrowserAsks(url: string, scheme: string): string {
  return scheme === 'https:' ? url.replace(/^http:(?=\/\/(?![\d.:]+(?:\/|$)|\[|localhost[:/]))/i, 'https:') : url;
}
