/**
 * One file written into a folder so that at each moment the folder has the old file or the new one, whole, whatever ends the
 * browser: it is written beside under another name and moved to its own when it is whole, which is one step, and the
 * original's copy is there before anything takes its place.
 */
import { CompressionError } from '../../lib/core/errors.ts';
import { uniqueNames } from '../../lib/core/naming/name-template.ts';
import { entriesOf, isPart, ORIGINALS, PART, SUBFOLDER, type FilePlace } from './folder-files.ts';
import type { Writable } from './plan-writing.ts';

/** Over the originals, which are kept beside or not; or into a folder of its own. */
export type Destination = { readonly kind: 'originals'; readonly keep: boolean } | { readonly kind: 'subfolder' };

/** Chromium has it for files on the disk too (measured in 156, over another file as well); DOM's types do not. */
interface Movable {
  move(name: string): Promise<void>;
}

/** @throws CompressionError `file-changed`, `file-gone`, `name-taken`, `folder-closed`, `write-failed`; then the original is there as before */
export async function writeFile(
  place: FilePlace,
  { from, to, before }: Pick<Writable, 'from' | 'to' | 'before'>,
  bytes: Uint8Array<ArrayBuffer>,
  destination: Destination,
): Promise<void> {
  try {
    const original = await place.handle.getFile();
    if (original.size !== before || (place.lastModified !== null && original.lastModified !== place.lastModified))
      throw new CompressionError('file-changed', { name: from });
    if (destination.kind === 'subfolder') {
      await put(await folderAt(place.root, [SUBFOLDER, ...place.folders]), to, bytes);
      return;
    }
    if (to !== from && (await exists(place.parent, to))) throw new CompressionError('name-taken', { name: to });
    if (destination.keep) await keep(place.parent, original);
    await put(place.parent, to, bytes);
    if (to !== from) await place.parent.removeEntry(from);
  } catch (thrown) {
    throw writingError(thrown, from);
  }
}

async function folderAt(root: FileSystemDirectoryHandle, path: readonly string[]): Promise<FileSystemDirectoryHandle> {
  let folder = root;
  for (const name of path) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder;
}

/** A copy, not a move: the file stays where it is until the new one takes its place. Another of its name stays too. */
async function keep(parent: FileSystemDirectoryHandle, original: File): Promise<void> {
  const folder = await parent.getDirectoryHandle(ORIGINALS, { create: true });
  let name = original.name;
  for (const taken: string[] = []; await exists(folder, name);) {
    taken.push(name);
    name = uniqueNames([original.name], taken)[0] ?? name;
  }
  await put(folder, name, original);
}

/** Written beside under a name of ours, then moved to its own, over what may have it: one step on each system. */
async function put(
  folder: FileSystemDirectoryHandle,
  name: string,
  content: Blob | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const part = name + PART;
  // A handle to a new name is an empty file at once.
  const file = (await folder.getFileHandle(part, { create: true })) as FileSystemFileHandle & Movable;
  try {
    const writing = await file.createWritable();
    await writing.write(content);
    await writing.close();
    const written = await file.getFile();
    const size = content instanceof Blob ? content.size : content.byteLength;
    if (written.size !== size) throw new CompressionError('write-failed', { name });
    await file.move(name);
  } catch (thrown) {
    await folder.removeEntry(part).catch(() => undefined);
    throw thrown;
  }
}

/** Takes away what the end of a browser has left half written: of ours alone. */
export async function sweep(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const entry of entriesOf(folder)) {
    if (entry.kind === 'directory') await sweep(entry);
    else if (isPart(entry.name)) await folder.removeEntry(entry.name).catch(() => undefined);
  }
}

async function exists(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return false;
    throw thrown;
  }
}

/** What the steps throw (File System Standard, 2 to 4), in our words. */
function writingError(thrown: unknown, name: string): CompressionError {
  const kind = thrown instanceof DOMException ? thrown.name : '';
  if (kind === 'NotAllowedError' || kind === 'SecurityError') return CompressionError.from(thrown, 'folder-closed');
  if (kind === 'NotFoundError') return CompressionError.from(thrown, 'file-gone', { name });
  // A folder has the name, the disk is full, or the file is in use.
  return CompressionError.from(thrown, 'write-failed', { name });
}
