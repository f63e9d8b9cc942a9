/** A record of every request that leaves the browser: pages, extension and the browser's own, seen by a loopback proxy. */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface RecordedRequest {
  readonly method: string;
  /** The full address; of an encrypted connection only `https://host:port`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface RequestRecord {
  readonly port: number;
  /** In the order in which they were made, Chromium's own included. */
  readonly all: readonly RecordedRequest[];
  /** Those of pages and of the extension: all but Chromium's own to its maker's hosts. */
  ofPages(): RecordedRequest[];
  /** Forgets what was recorded so far. */
  clear(): void;
  close(): Promise<void>;
}

export async function recordRequests(): Promise<RequestRecord> {
  const all: RecordedRequest[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    all.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers });
    forward(incoming, outgoing);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    all.push({ method: 'CONNECT', url: `https://${incoming.url ?? ''}`, headers: incoming.headers });
    tunnel(incoming, socket, sockets);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    // The browser lets go of connections as it likes, most of all when it is killed.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    all,
    ofPages: () => all.filter(({ url }) => !BROWSERS_OWN.test(new URL(url).hostname)),
    clear: () => {
      all.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Sign-in, updates, time and safe browsing of Chromium itself. */
const BROWSERS_OWN =
  /^(accounts|clients\d|sb-ssl|www|safebrowsing|optimizationguide-pa|android\.clients)\.google\.com$|\.googleapis\.com$|\.gvt1\.com$/;

function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = new URL(incoming.url ?? '');
  if (!isHere(url.hostname)) {
    outgoing.writeHead(502).end();
    return;
  }
  const onward = request(
    {
      host: loopbackFor(url.hostname),
      port: url.port || 80,
      method: incoming.method,
      path: url.pathname + url.search,
      headers: incoming.headers,
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => outgoing.destroy());
      answer.pipe(outgoing);
    },
  );
  onward.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  });
  outgoing.on('close', () => onward.destroy());
  incoming.on('error', () => onward.destroy());
  incoming.pipe(onward);
}

function tunnel(incoming: IncomingMessage, socket: Duplex, sockets: Set<Duplex>): void {
  const [host = '', port = '443'] = (incoming.url ?? '').split(':');
  if (!isHere(host)) {
    socket.end('HTTP/1.1 502 Not on this machine\r\n\r\n');
    return;
  }
  const onward: Socket = connect(Number(port), loopbackFor(host), () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  sockets.add(onward);
  for (const side of [onward, socket])
    side.on('error', () => {
      onward.destroy();
      socket.destroy();
    });
}

/** Nothing is passed on to another machine. */
function isHere(host: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(host) || host === 'localhost' || host.endsWith('.test');
}

/** The same rule as the browser's `--host-resolver-rules`. */
function loopbackFor(host: string): string {
  return host.endsWith('.test') ? '127.0.0.1' : host;
}
