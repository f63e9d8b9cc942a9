/**
 * A small web server on the loopback interface for a folder of files. Single paths can be told to answer otherwise:
 * see `Reply`. Each server is an origin of its own.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { selfSigned } from './certificate.ts';
import { send, type Incoming, type Outgoing, type Reply } from './reply.ts';

/** What answers a path, which may look at the request, and at how many came before it (0 for the first). */
export type Answer = Reply | ((request: SiteRequest, before: number) => Reply);

export interface SiteRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface Posted {
  readonly path: string;
  readonly form: FormData;
}

export interface SiteOptions {
  /**
   * The host in its addresses: `127.0.0.1` (default), another loopback address such as `127.0.0.2`, or any name under
   * `.test`, which the driver's browser takes as this machine. Another host is another site, with a permission of its own.
   */
  readonly host?: string;
  /** What every path answers, unless told otherwise. */
  readonly reply?: Reply;
  /**
   * How it is spoken with: `http` is HTTP/1.1 (default), `https` the same over TLS, `http2` HTTP/2 over TLS. The certificate
   * is the server's own: the browser needs `--ignore-certificate-errors`.
   */
  readonly protocol?: 'http' | 'https' | 'http2';
}

/** Serves a folder, or only what is given to `answer` when the folder is null. */
export async function serve(folder: string | null, options: SiteOptions = {}): Promise<Site> {
  const host = options.host ?? '127.0.0.1';
  const site = new Site(folder, options.reply ?? {}, options.protocol ?? 'http', host);
  await site.listen();
  return site;
}

export class Site {
  /** Such as `http://127.0.0.1:41234`. */
  origin = '';
  /** Every request it got, in order. */
  readonly requests: SiteRequest[] = [];
  /** What was posted to it, in order. */
  readonly posted: Posted[] = [];
  readonly #folder: string | null;
  readonly #always: Reply;
  readonly #answers = new Map<string, Answer>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #protocol: NonNullable<SiteOptions['protocol']>;
  readonly #host: string;

  constructor(folder: string | null, always: Reply, protocol: NonNullable<SiteOptions['protocol']>, host: string) {
    this.#folder = folder;
    this.#always = always;
    this.#protocol = protocol;
    this.#host = host;
    const serve = (request: Incoming, response: Outgoing): void => void this.#serve(request, response);
    this.#server =
      protocol === 'http'
        ? createServer(serve)
        : protocol === 'https'
          ? createTlsServer(selfSigned(host), serve)
          : createSecureServer(selfSigned(host), serve);
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
  answer(path: string, answer: Answer): string {
    this.#answers.set(trimmed(path), answer);
    return this.url(path);
  }

  /** Makes an HTML page and returns its address. */
  page(path: string, html: string): string {
    return this.answer(path, { body: html, contentType: 'text/html; charset=utf-8' });
  }

  async listen(): Promise<void> {
    const address = /^127\.\d+\.\d+\.\d+$/.test(this.#host) ? this.#host : '127.0.0.1';
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(0, address, resolve));
    const scheme = this.#protocol === 'http' ? 'http' : 'https';
    this.origin = `${scheme}://${this.#host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops at once; whoever is still being served is cut off. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: Incoming, response: Outgoing): Promise<void> {
    response.on('error', () => undefined);
    const asked: SiteRequest = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    const path = pathOf(asked, this.origin);
    const before = this.requests.filter((earlier) => pathOf(earlier, this.origin) === path).length;
    this.requests.push(asked);
    if (asked.method === 'POST') {
      const type = String(asked.headers['content-type'] ?? '');
      this.posted.push({
        path: asked.path,
        form: await new Response(await buffer(request), { headers: { 'content-type': type } }).formData(),
      });
    }
    const answer = this.#answers.get(path);
    const reply = { ...this.#always, ...(typeof answer === 'function' ? answer(asked, before) : answer) };
    if (reply.hang === true) return;
    if (reply.wait) await delay(reply.wait);
    await send(request, response, reply, await this.#bodyOf(path, reply), typeByName(path));
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

function pathOf({ path }: SiteRequest, origin: string): string {
  return trimmed(decoded(new URL(path, origin).pathname));
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
