/**
 * The DevTools protocol by two pipes, as `--remote-debugging-pipe` has it: Chromium reads descriptor 3 and writes descriptor 4, and
 * each message ends with a zero byte. A web socket, which Playwright would use by itself, has each message compressed on
 * both sides.
 */
import type { Readable, Writable } from 'node:stream';
import type { ConnectOverCDPTransport } from 'playwright-core';

export function protocolPipe(toBrowser: Writable, fromBrowser: Readable): ConnectOverCDPTransport {
  let pending: Buffer[] = [];
  let isOpen = true;
  const transport: ConnectOverCDPTransport = {
    send(message) {
      if (isOpen) toBrowser.write(`${JSON.stringify(message)}\0`);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      toBrowser.destroy();
      fromBrowser.destroy();
      transport.onclose?.();
    },
  };
  fromBrowser.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let to = chunk.indexOf(0); to >= 0; from = to + 1, to = chunk.indexOf(0, from)) {
      const text = Buffer.concat([...pending, chunk.subarray(from, to)]).toString('utf8');
      pending = [];
      // One message a turn: what waits for one may ask something before the next is handed on.
      setImmediate(() => transport.onmessage?.(JSON.parse(text) as object));
    }
    if (from < chunk.length) pending.push(chunk.subarray(from));
  });
  fromBrowser.on('close', () => transport.close());
  // A browser that ends breaks the pipes off.
  for (const stream of [toBrowser, fromBrowser]) stream.on('error', () => transport.close());
  return transport;
}
