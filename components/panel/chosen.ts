/**
 * What a person chose, dropped or pasted, as it can still be read later: a handle each, no bytes. Folders are walked
 * while they are taken in, so that the first rows are there before the last file is found.
 */
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

export interface Dropped {
  readonly files: AsyncIterable<Chosen>;
  /** Of an image that was dragged out of a page, or null. */
  readonly url: string | null;
}

/** Must be called within the drop event: afterwards the browser takes its items away. */
export function dropped(transfer: DataTransfer): Dropped {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const url = imageUrl(transfer);
  // An image of a page comes with its address, and in some systems as a file that the browser wrote anew: then the address is the original.
  return { files: walk(url === null ? entries : []), url };
}

/** The address of the image that was dragged, not of the link around it. */
function imageUrl(transfer: DataTransfer): string | null {
  const html = transfer.getData('text/html');
  const source =
    html === '' ? null : (new DOMParser().parseFromString(html, 'text/html').querySelector('img')?.src ?? null);
  return [source ?? '', ...transfer.getData('text/uri-list').split(/\r?\n/)].find(isImageAddress) ?? null;
}

function isImageAddress(text: string): boolean {
  return /^(?:https?|data):/i.test(text) && URL.canParse(text);
}

async function* walk(entries: readonly (FileSystemEntry | File | null)[]): AsyncGenerator<Chosen> {
  for (const entry of entries) {
    if (entry instanceof File) yield* chosenFiles([entry]);
    else if (entry?.isFile) yield fromEntry(entry as FileSystemFileEntry, '');
    else if (entry?.isDirectory) yield* walkFolder(entry as FileSystemDirectoryEntry, entry.name);
  }
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

export interface Pasted {
  readonly files: readonly Chosen[];
  readonly url: string | null;
}

/** @param nameFor a pasted picture has no name of its own. Must be called within the paste event. */
export function pasted(transfer: DataTransfer, nameFor: (mediaType: string) => string): Pasted {
  const files = [...transfer.files].map((file): Chosen => {
    // Chromium calls every picture that was copied as pixels `image.png`.
    const drawn = transfer.files.length === 1 && file.name === 'image.png';
    return {
      name: drawn ? nameFor(file.type) : file.name,
      folder: '',
      alone: true,
      from: drawn ? 'clipboard' : 'file',
      open: () => Promise.resolve(file),
    };
  });
  const text = transfer.getData('text/plain').trim();
  return { files, url: files.length === 0 && isImageAddress(text) ? text : null };
}
