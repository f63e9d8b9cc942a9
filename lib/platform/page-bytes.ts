/**
 * Bytes that a page gave, on their way to the engine. A script of ours in the page sends them by a port, which the browser
 * gives to the engine's page alone, since nobody else listens: past the service worker, in pieces while they are read. What
 * only the page's own world can read has no ports; the background hands it on by a channel.
 */
import * as v from 'valibot';
import { fromBase64 } from '../core/bytes/base64.ts';
import { joinBytes } from '../core/bytes/bytes.ts';
import { CompressionError } from '../core/errors.ts';
import { MAX_FILE_BYTES } from '../core/image/limits.ts';
import { READ_ANSWER } from '../core/protocol/page-answer.ts';
import { PIECE_BYTES, PORT_PREFIX, type ReadAnswer } from '../core/protocol/page-reader.ts';
import type { Sender } from '../core/protocol/message-rules.ts';

interface Parcel {
  readonly reading: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The part of a BroadcastChannel that is needed here. */
export interface BytesChannel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export const pageBytesChannel = (): BytesChannel => new BroadcastChannel('page-bytes');

/** The part of `runtime.Port` that is needed here; the browser fills in who sends. */
export interface BytesPort {
  readonly name: string;
  readonly sender?: Sender | undefined;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
  postMessage(message: number): void;
  disconnect(): void;
}

/** Whom bytes are taken from. */
export interface BytesFrame {
  readonly tabId: number;
  readonly frameId: number;
}

export interface Given {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The page's own word of them; null of those that the background handed on. */
  readonly answer: ReadAnswer | null;
}

export interface Awaited {
  /** Never rejects, and may never resolve. */
  readonly given: Promise<Given>;
  /** They were sent: rejects with CompressionError `blob-gone` when they have not come so long after that. */
  soon(): Promise<Given>;
  /** They are not wanted any more: who sends them hears it. */
  forget(): void;
}

/** What the engine hears of a reading that it has asked for; what nobody asked for is dropped. */
export interface PageBytes {
  /** @param readings each of these names may be that of the bytes @param frame null where they come by the channel alone */
  expect(readings: readonly string[], frame: BytesFrame | null): Awaited;
}

export interface PageBytesOptions {
  readonly channel: BytesChannel;
  /** `runtime.onConnect` */
  readonly onConnect: { addListener(listener: (port: BytesPort) => void): void };
  /** The extension's id. */
  readonly id: string;
  /** ms; the background's word that bytes were sent may be there first, and a page's port before the engine was told of its reading. */
  readonly patience?: number;
}

const PATIENCE = 10_000;
/** Ports of readings that the engine was not told of yet: no more are held. */
const MOST_HELD = 32;
/** Pieces that may be under way at once, and characters of one: base64 has 4 for 3 bytes. */
const UNDER_WAY = 8;
const LONGEST_PIECE = Math.ceil((2 * PIECE_BYTES) / 3) * 4;

interface Expected {
  readonly frame: BytesFrame | null;
  port: BytesPort | null;
  readonly give: (given: Given) => void;
}

export function receivePageBytes({ channel, onConnect, id, patience = PATIENCE }: PageBytesOptions): PageBytes {
  const expected = new Map<string, Expected>();
  const held = new Map<string, BytesPort>();

  channel.addEventListener('message', ({ data }) => {
    const { reading, bytes } = data as Parcel;
    expected.get(reading)?.give({ bytes, answer: null });
  });
  onConnect.addListener((port) => {
    const reading = port.name.slice(PORT_PREFIX.length);
    const wanted = expected.get(reading);
    if (!port.name.startsWith(PORT_PREFIX) || port.sender?.id !== id) port.disconnect();
    else if (wanted) take(wanted, port);
    else if (held.size >= MOST_HELD || held.has(reading)) port.disconnect();
    else hold(reading, port);
  });

  /** It sends nothing before it is let. */
  function hold(reading: string, port: BytesPort): void {
    held.set(reading, port);
    const timer = setTimeout(() => {
      letGo();
      port.disconnect();
    }, patience);
    const letGo = (): void => {
      clearTimeout(timer);
      if (held.get(reading) === port) held.delete(reading);
    };
    port.onDisconnect.addListener(letGo);
  }

  function take(wanted: Expected, port: BytesPort): void {
    const { tab, frameId } = port.sender ?? {};
    if (wanted.port || !wanted.frame || tab?.id !== wanted.frame.tabId || frameId !== wanted.frame.frameId)
      return port.disconnect();
    wanted.port = port;
    // A background that was stopped asks the same page once more by the same name.
    port.onDisconnect.addListener(() => {
      if (wanted.port === port) wanted.port = null;
    });
    const pieces: Uint8Array[] = [];
    let size = 0;
    port.onMessage.addListener((message) => {
      const answer = typeof message === 'string' ? null : v.safeParse(READ_ANSWER, message);
      if (answer?.success && answer.output.failure === null && answer.output.size === size)
        wanted.give({ bytes: joinBytes(pieces), answer: answer.output });
      const piece = typeof message === 'string' && message.length <= LONGEST_PIECE ? fromBase64(message) : null;
      size += piece?.length ?? 0;
      // The last word, or nothing that a reader of ours says.
      if (!piece || size > MAX_FILE_BYTES) return void port.disconnect();
      pieces.push(piece);
      port.postMessage(1);
    });
    port.postMessage(UNDER_WAY);
  }

  return {
    expect(readings, frame) {
      let give: (given: Given) => void = () => undefined;
      const given = new Promise<Given>((resolve) => (give = resolve));
      const mine = readings.map((reading) => {
        const wanted: Expected = { frame, port: null, give };
        expected.set(reading, wanted);
        const early = held.get(reading);
        held.delete(reading);
        if (early) take(wanted, early);
        return wanted;
      });
      return {
        given,
        async soon() {
          let timer: ReturnType<typeof setTimeout> | undefined;
          const late = new Promise<never>((_, reject) => {
            timer = setTimeout(() => reject(new CompressionError('blob-gone')), patience);
          });
          return Promise.race([given, late]).finally(() => clearTimeout(timer));
        },
        forget() {
          for (const reading of readings) expected.delete(reading);
          for (const { port } of mine) port?.disconnect();
        },
      };
    },
  };
}

export function sendPageBytes(channel: BytesChannel, reading: string, bytes: Uint8Array<ArrayBuffer>): void {
  channel.postMessage({ reading, bytes } satisfies Parcel);
}
