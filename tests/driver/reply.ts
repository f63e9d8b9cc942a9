/** How a test's server answers: the ways of real servers, good and bad, as data. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** How a path answers. What is left out is as a plain server does it: status 200, the file, its type by its name. */
export interface Reply {
  readonly status?: number;
  /** Null sends none. */
  readonly contentType?: string | null;
  /** Instead of the file of that name. */
  readonly body?: string | Uint8Array;
  /** The path of another file on disk, read when it is asked for. */
  readonly file?: string;
  /** `Access-Control-Allow-Origin: *`, or the origin given. */
  readonly cors?: true | string;
  /** `Content-Disposition`. */
  readonly disposition?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the reader elsewhere, with 302 unless a status is given. */
  readonly redirect?: string;
  /** Takes the request and never answers; `after-headers` sends the head and not one byte of the body. */
  readonly hang?: true | 'after-headers';
  /** ms before anything is sent. */
  readonly wait?: number;
  /** Sends the body in small pieces at this speed. */
  readonly bytesPerSecond?: number;
  /** Promises the whole length and breaks the connection after so many bytes. */
  readonly breakAfter?: number;
  /**
   * How the reader learns where the body ends: by `Content-Length` (default), by chunks, or by the end of the
   * connection, as HTTP/1.0 servers and many scripts do it. HTTP/2 marks the end itself: there the latter two only leave the header out.
   */
  readonly framing?: 'length' | 'chunked' | 'close';
  /** The length that is stated, true or not. */
  readonly statedLength?: number;
  /** `Content-Encoding`: zipped on the way, as for a page. */
  readonly coding?: 'gzip' | 'br';
  /** Sends 102 and 103 before the answer, as servers do that know early what a page will need. */
  readonly early?: boolean;
}

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** @param body null for a file that is not there */
export async function send(
  request: Incoming,
  outgoing: Outgoing,
  reply: Reply,
  body: Buffer | null,
  typeByName: string,
): Promise<void> {
  // Of both kinds of response the same methods are used, but their overloads can't be called as a union.
  const response = outgoing as ServerResponse;
  const status = reply.status ?? (reply.redirect !== undefined ? 302 : body === null ? 404 : 200);
  const bytes = coded(body ?? Buffer.from('not found'), reply.coding);
  if (reply.early) {
    if (request.httpVersionMajor === 1) response.writeProcessing();
    response.writeEarlyHints({ link: '</early.css>; rel=preload; as=style' });
  }
  if (reply.framing === 'close' && request.httpVersionMajor === 1) {
    response.shouldKeepAlive = false;
    response.removeHeader('transfer-encoding');
  }
  response.writeHead(status, headersOf(reply, body === null ? 'text/plain' : typeByName, bytes.length));
  if (reply.hang === 'after-headers') response.flushHeaders();
  else if (request.method === 'HEAD') response.end();
  else await sendBody(response, bytes, reply);
}

function coded(bytes: Buffer, coding: Reply['coding']): Buffer {
  return coding === 'gzip' ? gzipSync(bytes) : coding === 'br' ? brotliCompressSync(bytes) : bytes;
}

function headersOf(reply: Reply, type: string, length: number): Record<string, string | number> {
  const contentType = reply.contentType === undefined ? type : reply.contentType;
  return {
    ...((reply.framing ?? 'length') === 'length' && { 'content-length': reply.statedLength ?? length }),
    'cache-control': 'no-store',
    ...(contentType === null ? {} : { 'content-type': contentType }),
    ...(reply.cors === undefined ? {} : { 'access-control-allow-origin': reply.cors === true ? '*' : reply.cors }),
    ...(reply.disposition === undefined ? {} : { 'content-disposition': reply.disposition }),
    ...(reply.redirect === undefined ? {} : { location: reply.redirect }),
    ...(reply.coding === undefined ? {} : { 'content-encoding': reply.coding }),
    ...reply.headers,
  };
}

async function sendBody(
  response: ServerResponse,
  bytes: Buffer,
  { breakAfter, bytesPerSecond, statedLength }: Reply,
): Promise<void> {
  const last = Math.min(breakAfter ?? bytes.length, bytes.length);
  const step = bytesPerSecond === undefined ? last : Math.max(1, Math.ceil(bytesPerSecond / 20));
  for (let from = 0; from < last && !response.destroyed; from += step) {
    await new Promise<void>((resolve) =>
      response.write(bytes.subarray(from, Math.min(from + step, last)), () => resolve()),
    );
    if (bytesPerSecond !== undefined) await delay((1000 * step) / bytesPerSecond);
  }
  // More was stated than there is: whoever waits for the rest has to be told by the connection's end.
  if (breakAfter !== undefined || (statedLength ?? 0) > bytes.length) response.destroy();
  else response.end();
}
