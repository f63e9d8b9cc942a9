/** The files of a folder that a person opened to be written to. They are handles: no bytes, and nothing that is kept. */
import type { Chosen } from '../panel/chosen.ts';

/** Where a file stands, so that another can take its place. */
export interface FilePlace {
  readonly root: FileSystemDirectoryHandle;
  /** The folders between the root and the file, from outside inwards. */
  readonly folders: readonly string[];
  readonly parent: FileSystemDirectoryHandle;
  readonly handle: FileSystemFileHandle;
  /** When it had last changed as it was first read, in ms since the epoch; null before. */
  lastModified: number | null;
}

export interface ChosenInPlace extends Chosen {
  readonly place: FilePlace;
}

/** What was here before, within each folder. */
export const ORIGINALS = '.originals';
/** For those who want nothing replaced, within the chosen folder. */
export const SUBFOLDER = 'smaller';

/** What is being written, until it is whole. No image has such a name: what is found under it is of a browser that was ended. */
export const PART = '.compressimage-part';

/** Chromium writes what is being written under a name that ends so. */
const SWAP = '.crswap';

export function isPart(name: string): boolean {
  return name.endsWith(PART) || name.endsWith(PART + SWAP);
}

/** All files, but for those that this product puts there itself and for folders that are hidden. */
export async function* filesIn(
  root: FileSystemDirectoryHandle,
  parent: FileSystemDirectoryHandle = root,
  folders: readonly string[] = [],
): AsyncGenerator<ChosenInPlace> {
  const inner: FileSystemDirectoryHandle[] = [];
  for await (const entry of entriesOf(parent)) {
    if (entry.name.startsWith('.') || isPart(entry.name)) continue;
    if (entry.kind === 'file') yield inPlace({ root, folders, parent, handle: entry, lastModified: null });
    else if (folders.length > 0 || entry.name !== SUBFOLDER) inner.push(entry);
  }
  for (const folder of inner) yield* filesIn(root, folder, [...folders, folder.name]);
}

export function entriesOf(
  folder: FileSystemDirectoryHandle,
): AsyncIterable<FileSystemFileHandle | FileSystemDirectoryHandle> {
  // Of DOM's types, this one lacks what it iterates over.
  return (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle | FileSystemDirectoryHandle> }).values();
}

function inPlace(place: FilePlace): ChosenInPlace {
  return {
    name: place.handle.name,
    folder: [place.root.name, ...place.folders].join('/'),
    alone: false,
    from: 'file',
    place,
    async open() {
      const file = await place.handle.getFile();
      place.lastModified ??= file.lastModified;
      return file;
    },
  };
}
