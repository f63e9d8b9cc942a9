/** The answer to an order of many results: a ZIP, made while the browser writes it to Downloads. */
import { CompressionError } from '../core/errors.ts';
import { vaultId } from '../core/model/job.ts';
import { orderOf } from '../storage/archive-orders.ts';
import type { StorageItems } from '../storage/storage-area.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { zipLength, zipStream, type ZipEntry } from './zip.ts';

export interface ArchiveWriting {
  readonly awake: () => void;
  /** So many images are about to be written: the first byte waits until this is noted, since the browser may end at any. */
  readonly begins: (images: number) => Promise<void>;
  /** The browser wants no more of it. */
  readonly cancelled: () => Promise<void>;
}

/**
 * What the service worker answers.
 *
 * @param writing.awake called every 20 s while the archive is written: an event of the browser's keeps the worker alive
 */
export async function answerArchive(
  url: string,
  area: StorageItems,
  vault: Pick<Vault, 'held' | 'readStream'>,
  writing: ArchiveWriting,
): Promise<Response> {
  const order = await orderOf(area, url);
  if (!order) return new Response(null, { status: 404 });
  const held = new Map((await vault.held()).map((item) => [item.id, item]));
  const entries = order.entries.flatMap(({ id, name }): ZipEntry[] => {
    const item = held.get(vaultId(id, 'result'));
    return item
      ? [{ name, bytes: item.bytes, modified: new Date(item.created), open: () => vault.readStream(item.id) }]
      : [];
  });
  if (entries.length < order.entries.length) throw new CompressionError('item-gone');
  await writing.begins(entries.length);
  return new Response(whileRead(zipStream(entries), writing), {
    headers: {
      'content-type': 'application/zip',
      'content-length': String(zipLength(entries)),
      // RFC 6266, 4.3; RFC 8187.
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(order.fileName).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`,
    },
  });
}

function whileRead(
  stream: ReadableStream<Uint8Array>,
  { awake, cancelled }: ArchiveWriting,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  const timer = setInterval(awake, 20_000);
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          clearInterval(timer);
          controller.close();
        } catch (thrown) {
          clearInterval(timer);
          throw thrown;
        }
      },
      async cancel(reason) {
        clearInterval(timer);
        await Promise.all([cancelled(), reader.cancel(reason)]);
      },
    },
    { highWaterMark: 0 },
  );
}
