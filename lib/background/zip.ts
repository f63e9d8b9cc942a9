/** Results as one ZIP, streamed: at any time one chunk of one entry is in memory, never the archive. */
import { makeZip, predictLength } from 'client-zip';

export interface ZipEntry {
  /** With folders, separated by '/'. No two are the same. */
  readonly name: string;
  /** Of the entry's content. Images are stored as they are: they do not compress any further. */
  readonly bytes: number;
  readonly modified: Date;
  /** Opened when its turn comes. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** Bytes of the archive that `zipStream` gives, known before. */
export function zipLength(entries: readonly ZipEntry[]): number {
  return Number(
    predictLength(entries.map(({ name, bytes, modified }) => ({ name, size: bytes, lastModified: modified }))),
  );
}

/** The archive; ZIP64 where its size asks for it. It fails with what opening or reading an entry fails with. */
export function zipStream(entries: readonly ZipEntry[]): ReadableStream<Uint8Array> {
  return makeZip(contents(entries));
}

async function* contents(
  entries: readonly ZipEntry[],
): AsyncGenerator<{ name: string; size: number; lastModified: Date; input: ReadableStream<Uint8Array> }> {
  for (const { name, bytes, modified, open } of entries)
    yield { name, size: bytes, lastModified: modified, input: await open() };
}
