/**
 * A small web server on the loopback interface for a folder of files. Single paths can be told to answer otherwise:
 * with an error, slowly, cut short, never, or with a redirect. Each server is an origin of its own.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
}

export interface SiteRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface SiteOptions {
  /**
   * The host in its addresses: `127.0.0.1` (default), another loopback address such as `127.0.0.2`, or any name under
   * `.test`, which the driver's browser takes as this machine. Another host is another site, with a permission of its own.
   */
  readonly host?: string;
  /** What every path answers, unless told otherwise. */
  readonly reply?: Reply;
}

/** Serves a folder, or only what is given to `answer` when the folder is null. */
export async function serve(folder: string | null, options: SiteOptions = {}): Promise<Site> {
  const site = new Site(folder, options.reply ?? {});
  await site.listen(options.host ?? '127.0.0.1');
  return site;
}

export class Site {
  /** Such as `http://127.0.0.1:41234`. */
  origin = '';
  /** Every request it got, in order. */
  readonly requests: SiteRequest[] = [];
  readonly #folder: string | null;
  readonly #always: Reply;
  readonly #replies = new Map<string, Reply>();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  constructor(folder: string | null, always: Reply) {
    this.#folder = folder;
    this.#always = always;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      // The browser lets go of connections as it likes, most of all when it is killed.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** The address of a path on this site; each part of the path is percent-encoded. */
  url(path: string): string {
    return `${this.origin}/${path.split('/').filter(Boolean).map(encodeURIComponent).join('/')}`;
  }

  /** Sets how a path answers from now on, and returns its address. The path is as in `url`, without its query. */
  answer(path: string, reply: Reply): string {
    this.#replies.set(trimmed(path), reply);
    return this.url(path);
  }

  /** Makes an HTML page and returns its address. */
  page(path: string, html: string): string {
    return this.answer(path, { body: html, contentType: 'text/html; charset=utf-8' });
  }

  async listen(host: string): Promise<void> {
    const address = /^127\.\d+\.\d+\.\d+$/.test(host) ? host : '127.0.0.1';
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(0, address, resolve));
    this.origin = `http://${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops at once; whoever is still being served is cut off. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    this.requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    const path = trimmed(decoded(new URL(request.url ?? '', this.origin).pathname));
    const own = this.#replies.get(path);
    const reply = { ...this.#always, ...own };
    if (reply.hang === true) return;
    if (reply.wait) await delay(reply.wait);
    const body = await this.#bodyOf(path, reply);
    const status = reply.status ?? (reply.redirect !== undefined ? 302 : body === null ? 404 : 200);
    const bytes = body ?? Buffer.from('not found');
    response.writeHead(status, headersOf(reply, body === null ? 'text/plain' : typeByName(path), bytes.length));
    if (reply.hang === 'after-headers') response.flushHeaders();
    else if (request.method === 'HEAD') response.end();
    else await send(response, bytes, reply);
  }

  async #bodyOf(path: string, reply: Reply): Promise<Buffer | null> {
    if (reply.redirect !== undefined) return Buffer.alloc(0);
    if (reply.body !== undefined) return Buffer.from(reply.body);
    if (reply.file !== undefined) return readFile(reply.file).catch(() => null);
    if (this.#folder === null) return null;
    const file = normalize(join(this.#folder, path));
    if (!file.startsWith(normalize(this.#folder + sep))) return null;
    return readFile(file).catch(() => null);
  }
}

function headersOf(reply: Reply, type: string, length: number): Record<string, string | number> {
  const contentType = reply.contentType === undefined ? type : reply.contentType;
  return {
    'content-length': length,
    'cache-control': 'no-store',
    ...(contentType === null ? {} : { 'content-type': contentType }),
    ...(reply.cors === undefined ? {} : { 'access-control-allow-origin': reply.cors === true ? '*' : reply.cors }),
    ...(reply.disposition === undefined ? {} : { 'content-disposition': reply.disposition }),
    ...(reply.redirect === undefined ? {} : { location: reply.redirect }),
    ...reply.headers,
  };
}

async function send(response: ServerResponse, bytes: Buffer, { breakAfter, bytesPerSecond }: Reply): Promise<void> {
  const last = Math.min(breakAfter ?? bytes.length, bytes.length);
  const step = bytesPerSecond === undefined ? last : Math.max(1, Math.ceil(bytesPerSecond / 20));
  for (let from = 0; from < last && !response.destroyed; from += step) {
    await new Promise<void>((resolve) =>
      response.write(bytes.subarray(from, Math.min(from + step, last)), () => resolve()),
    );
    if (bytesPerSecond !== undefined) await delay(50);
  }
  if (breakAfter === undefined) response.end();
  else response.destroy();
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.jxl': 'image/jxl',
  '.gif': 'image/gif',
  '.bmp': 'image/bmp',
  '.ico': 'image/x-icon',
  '.svg': 'image/svg+xml',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.heic': 'image/heic',
};

function typeByName(path: string): string {
  return TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
}

function trimmed(path: string): string {
  return path.split('/').filter(Boolean).join('/');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
