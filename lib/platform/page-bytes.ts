/**
 * Bytes that a page gave, on their way from the background to the engine. Messages are JSON; a channel takes bytes as they
 * are, so they go neither through base64 again nor through the vault.
 */
import { CompressionError } from '../core/errors.ts';

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

export interface Awaited {
  /** Rejects with CompressionError `blob-gone` when they have not come so long after it was asked. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** They are not wanted any more. */
  forget(): void;
}

/** What the engine hears of a reading that it has asked for; what nobody asked for is dropped. */
export interface PageBytes {
  expect(reading: string): Awaited;
}

/** The background's word that they were sent may be there first, but not by much; ms. */
const PATIENCE = 10_000;

export function receivePageBytes(channel: BytesChannel, patience = PATIENCE): PageBytes {
  const expected = new Map<string, (bytes: Uint8Array<ArrayBuffer>) => void>();
  channel.addEventListener('message', ({ data }) => {
    const { reading, bytes } = data as Parcel;
    expected.get(reading)?.(bytes);
  });
  return {
    expect(reading) {
      const here = new Promise<Uint8Array<ArrayBuffer>>((resolve) => expected.set(reading, resolve));
      return {
        async bytes() {
          let timer: ReturnType<typeof setTimeout> | undefined;
          const late = new Promise<never>((_, reject) => {
            timer = setTimeout(() => reject(new CompressionError('blob-gone')), patience);
          });
          return Promise.race([here, late]).finally(() => clearTimeout(timer));
        },
        forget: () => void expected.delete(reading),
      };
    },
  };
}

export function sendPageBytes(channel: BytesChannel, reading: string, bytes: Uint8Array<ArrayBuffer>): void {
  channel.postMessage({ reading, bytes } satisfies Parcel);
}
