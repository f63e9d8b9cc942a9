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
  /** In the order in which they were made. */
  readonly all: readonly RecordedRequest[];
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
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    all,
    clear: () => { all.length = 0; },
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    }),
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = new URL(incoming.url ?? '');
  const onward = request({
    host: loopbackFor(url.hostname), port: url.port || 80, method: incoming.method, path: url.pathname + url.search, headers: incoming.headers,
  }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('aborted', () => outgoing.destroy());
    answer.pipe(outgoing);
  });
  onward.on('error', () => { if (outgoing.headersSent) outgoing.destroy(); else outgoing.writeHead(502).end(); });
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

function tunnel(incoming: IncomingMessage, socket: Duplex, sockets: Set<Duplex>): void {
  const [host = '', port = '443'] = (incoming.url ?? '').split(':');
  const onward: Socket = connect(Number(port), loopbackFor(host), () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  sockets.add(onward);
  for (const side of [onward, socket]) side.on('error', () => { onward.destroy(); socket.destroy(); });
}

/** The same rule as the browser's `--host-resolver-rules`. */
function loopbackFor(host: string): string {
  return host.endsWith('.test') ? '127.0.0.1' : host;
}
