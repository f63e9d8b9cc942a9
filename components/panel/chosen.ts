/**
 * What a person chose, dropped or pasted, as it can still be read later: a handle each, no bytes. Folders are walked
 * while they are taken in, so that the first rows are there before the last file is found.
 */
import { givenIn, imagesInHtml, isAddress, type Given } from './dropped-addresses.ts';

export interface Chosen {
  readonly name: string;
  /** Of the file within what was chosen, separated by '/'; '' at the top. */
  readonly folder: string;
  /** Chosen by itself, not found in a folder: then it gets a row even when it is no image. */
  readonly alone: boolean;
  readonly from: 'file' | 'clipboard';
  /** @throws DOMException when the file is gone */
  open(): Promise<Blob>;
}

/** An `<input type="file">`'s files; those of a chosen folder know their path. */
export function* chosenFiles(files: Iterable<File>): Generator<Chosen> {
  for (const file of files) {
    const folder = file.webkitRelativePath.split('/').slice(0, -1).join('/');
    yield { name: file.name, folder, alone: folder === '', from: 'file', open: () => Promise.resolve(file) };
  }
}

/** What came in by a drop or a paste. */
export interface Brought {
  readonly files: AsyncIterable<Chosen> | Iterable<Chosen>;
  /** Of images, each to be fetched or, as a data: URL, to be read. */
  readonly addresses: readonly string[];
  /** There is nothing in it that could be an image. */
  readonly isNothing: boolean;
}

/**
 * Must be called within the drop event: afterwards the browser takes its items away.
 *
 * @param density of the screen
 */
export function dropped(transfer: DataTransfer, drawingName: string, density: number): Brought {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const given = draggedOut(transfer, density);
  // An image of a page comes with its address, and in some systems as a file that the browser wrote anew: then the address is the original.
  if (given.addresses.length > 0) return { files: [], addresses: given.addresses, isNothing: false };
  if (entries.length > 0) return { files: walk(entries), addresses: [], isNothing: false };
  return { files: drawn(given.drawings, drawingName), addresses: [], isNothing: given.drawings.length === 0 };
}

/** The addresses of the images that were dragged out of a page, not of the links around them. */
function draggedOut(transfer: DataTransfer, density: number): Given {
  const html = transfer.getData('text/html');
  const listed = transfer.getData('text/uri-list').split(/\r?\n/).filter(isAddress);
  const inHtml = html === '' ? null : imagesInHtml(html, listed, density);
  if (inHtml && (inHtml.addresses.length > 0 || inHtml.drawings.length > 0)) return inHtml;
  return listed.length > 0 ? { addresses: listed, drawings: [] } : givenIn(transfer.getData('text/plain'), density);
}

/** Markup of drawings as files. */
function drawn(drawings: readonly string[], name: string): Chosen[] {
  return drawings.map((text) => ({
    name,
    folder: '',
    alone: true,
    from: 'clipboard',
    open: () => Promise.resolve(new Blob([text], { type: 'image/svg+xml' })),
  }));
}

/** Files by themselves first, then folders; what is in a folder and was given by itself too comes once. */
async function* walk(entries: readonly (FileSystemEntry | File | null)[]): AsyncGenerator<Chosen> {
  const known = new Map<string, Chosen[]>();
  for await (const chosen of walkAll(entries)) {
    const namesakes = known.get(chosen.name) ?? [];
    known.set(chosen.name, [...namesakes, chosen]);
    if (entries.length === 1 || !(await isAmong(chosen, namesakes))) yield chosen;
  }
}

async function* walkAll(entries: readonly (FileSystemEntry | File | null)[]): AsyncGenerator<Chosen> {
  for (const entry of entries) {
    if (entry instanceof File) yield* chosenFiles([entry]);
    else if (entry?.isFile) yield fromEntry(entry as FileSystemFileEntry, '');
  }
  // The outer folder before one that is in it: its files keep the longer path.
  for (const entry of entries) {
    if (!(entry instanceof File) && entry?.isDirectory)
      yield* walkFolder(entry as FileSystemDirectoryEntry, entry.name);
  }
}

/** The same file by another way: a browser tells no paths, but the time of its last change to the millisecond. */
async function isAmong(chosen: Chosen, others: readonly Chosen[]): Promise<boolean> {
  if (others.length === 0) return false;
  const facts = async (each: Chosen): Promise<string | null> => {
    const file = await each.open().catch(() => null);
    return file instanceof File ? `${file.size} ${file.lastModified}` : null;
  };
  const own = await facts(chosen);
  return own !== null && (await Promise.all(others.map(facts))).includes(own);
}

async function* walkFolder(directory: FileSystemDirectoryEntry, path: string): AsyncGenerator<Chosen> {
  const reader = directory.createReader();
  for (;;) {
    // A hundred at a time, until none is left (File and Directory Entries API, 7.3).
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)).catch(
      () => [],
    );
    if (batch.length === 0) return;
    for (const entry of batch) {
      if (entry.isFile) yield fromEntry(entry as FileSystemFileEntry, path);
      else if (entry.isDirectory) yield* walkFolder(entry as FileSystemDirectoryEntry, `${path}/${entry.name}`);
    }
  }
}

function fromEntry(entry: FileSystemFileEntry, folder: string): Chosen {
  return {
    name: entry.name,
    folder,
    alone: folder === '',
    from: 'file',
    open: () => new Promise((resolve, reject) => entry.file(resolve, reject)),
  };
}

/** @param nameFor a pasted picture has no name of its own. Must be called within the paste event. */
export function pasted(transfer: DataTransfer, nameFor: (mediaType: string) => string, density: number): Brought {
  const files = [...transfer.files].map((file): Chosen => {
    // Chromium calls every picture that was copied as pixels `image.png`.
    const isDrawn = transfer.files.length === 1 && file.name === 'image.png';
    return {
      name: isDrawn ? nameFor(file.type) : file.name,
      folder: '',
      alone: true,
      from: isDrawn ? 'clipboard' : 'file',
      open: () => Promise.resolve(file),
    };
  });
  if (files.length > 0) return { files, addresses: [], isNothing: false };
  // The text is what a person sees to have copied; a text without an address may have been copied around an image.
  const inText = givenIn(transfer.getData('text/plain'), density);
  const html = transfer.getData('text/html');
  const given =
    inText.addresses.length > 0 || inText.drawings.length > 0 || html === ''
      ? inText
      : imagesInHtml(html, null, density);
  return {
    files: drawn(given.drawings, nameFor('image/svg')),
    addresses: given.addresses,
    isNothing: given.addresses.length === 0 && given.drawings.length === 0,
  };
}
