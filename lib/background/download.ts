/** Handing a result over to the browser's downloads, under its own name, and hearing how that ended. */
import { browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import { plainerPaths } from '../core/naming/plain-name.ts';

export type DownloadEnd =
  | {
      readonly state: 'complete';
      /** As on disk: the browser may have numbered it. Null where its line is gone from the list. */
      readonly fileName: string | null;
    }
  | {
      readonly state: 'interrupted';
      readonly error: CompressionError;
      /** Its line is gone from the list, and this background has not heard how it ended. */
      readonly unlisted?: true;
    };

/**
 * Starts a download, once a URL: a background that was killed before it could note the download finds it again.
 *
 * Measured in Chromium 156: `downloads.download` refuses some names and turns `%` into `_`, and its name is lost as soon as
 * any extension listens to `onDeterminingFilename` (the file is then called as the last part of the blob's URL, a bare
 * UUID). A link with `download` that a document clicks keeps its name in all of these, but knows no folders.
 *
 * @param fileName with the folders below Downloads, separated by '/'.
 * @param clickLink clicks a link to the URL in the document that the URL belongs to; absent where there is none.
 * @throws CompressionError `download-failed`.
 */
export async function startDownload(
  url: string,
  fileName: string,
  clickLink?: (url: string, fileName: string) => Promise<void>,
): Promise<number> {
  try {
    const already = await firstDownloadOf(url);
    if (already !== null) return already;
    const byLink = clickLink && (() => downloadByLink(url, baseName(fileName), clickLink));
    if (byLink && !fileName.includes('/')) {
      const id = await byLink();
      if (id !== null) return id;
    }
    const id = await downloadInFolder(url, fileName, byLink);
    return (await firstDownloadOf(url)) ?? id;
  } catch (thrown) {
    throw new CompressionError(
      'download-failed',
      // chrome.downloads.InterruptReason: what the call itself threw is for nobody to read.
      { reason: 'FILE_FAILED' },
      { cause: thrown },
    );
  }
}

/**
 * A click that was given up, or that a background made before it was killed, may start its download late, beside another
 * of the same URL: one file an image is enough, so the later one is taken back. Call it before anything is awaited.
 */
export function keepOneDownload(): void {
  const own = `blob:${browser.runtime.getURL('/')}`;
  browser.downloads.onCreated.addListener(async ({ id, url }) => {
    if (url.startsWith(own) && id !== ((await firstDownloadOf(url)) ?? id)) await takeBack(id);
  });
}

async function firstDownloadOf(url: string): Promise<number | null> {
  const ids = (await browser.downloads.search({ url })).flatMap(({ id, state }) =>
    state === 'interrupted' ? [] : [id],
  );
  return ids.length === 0 ? null : Math.min(...ids);
}

/** What the browser said is on the disk, in this background's life: people and extensions take lines out of its list. */
const complete = new Set<number>();

/** Call it with each change of a download's state, before anything is awaited. */
export function noteDownloadState(id: number, state: string | undefined): void {
  if (state === 'complete') complete.add(id);
}

/** How a download ended, or null while it runs. */
export async function downloadEnd(id: number): Promise<DownloadEnd | null> {
  const [item] = await browser.downloads.search({ id });
  if (!item && complete.has(id)) return { state: 'complete', fileName: null };
  if (!item) return { state: 'interrupted', error: new CompressionError('download-cancelled'), unlisted: true };
  if (item.state === 'complete') return { state: 'complete', fileName: baseName(item.filename) };
  if (item.state !== 'interrupted') return null;
  const reason = item.error ?? 'UNKNOWN';
  const error = reason.startsWith('USER_')
    ? new CompressionError('download-cancelled')
    : new CompressionError('download-failed', { reason });
  return { state: 'interrupted', error };
}

/** ms from the click on a link to its download; a browser that lets the document start none is not waited for. */
const LINK_PATIENCE = 5_000;
/** ms until a download has its name. Where the browser asks the person for it, this is not the end of it. */
const NAME_PATIENCE = 2_000;

/**
 * The download of a URL that has none, by a link alone.
 *
 * @returns null when no download came of it
 */
export async function downloadByLink(
  url: string,
  name: string,
  clickLink: (url: string, fileName: string) => Promise<void>,
): Promise<number | null> {
  let heard: (id: number) => void = () => undefined;
  const created = new Promise<number>((resolve) => (heard = resolve));
  const listener = (item: { id: number; url: string }): void => {
    if (item.url === url) heard(item.id);
  };
  browser.downloads.onCreated.addListener(listener);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await clickLink(url, name);
    // The document may wait long for its turn, so that time counts from the click.
    const nothing = new Promise<null>((resolve) => (timer = setTimeout(resolve, LINK_PATIENCE, null)));
    return await Promise.race([created, nothing]);
  } finally {
    clearTimeout(timer);
    browser.downloads.onCreated.removeListener(listener);
  }
}

/** Known since this background was started: another extension takes names away. A cache: it is found out again. */
let namesAreLost = false;

/** One way after the other, until the file has a name of ours. The one of the wrong name is taken back. */
async function downloadInFolder(
  url: string,
  fileName: string,
  byLink: (() => Promise<number | null>) | undefined,
): Promise<number> {
  const ways = [
    ...(namesAreLost || fileName.includes('%') ? [] : [() => downloadByName(url, fileName)]),
    () => downloadSuggested(url, fileName),
    // An extension that was installed after this one has the last word, but the link's name is what it starts from.
    ...(byLink ? [byLink] : []),
    () => downloadByName(url, fileName),
  ];
  for (const [at, way] of ways.entries()) {
    const id = await way();
    if (id === null) continue;
    if (at === ways.length - 1 || (await nameGiven(id)) !== baseName(url)) return id;
    namesAreLost = true;
    await takeBack(id);
  }
  throw new Error('no download');
}

/** A name that is refused is tried again more plainly, down to one that no browser can mind. */
async function downloadByName(url: string, fileName: string): Promise<number> {
  const names = [fileName, ...plainerPaths(fileName)];
  for (const [at, name] of names.entries()) {
    try {
      return await browser.downloads.download({ url, filename: name, conflictAction: 'uniquify', saveAs: false });
    } catch (thrown) {
      if (at === names.length - 1 || !/filename/i.test(String(thrown))) throw thrown;
    }
  }
  throw new Error('no name');
}

/** Names to answer with, by URL. An extension may have one listener only, so all downloads share it. */
const suggested = new Map<string, string>();

function suggestName(
  { url }: { url: string },
  suggest: (suggestion?: { filename: string; conflictAction: 'uniquify' }) => void,
): void {
  const filename = suggested.get(url);
  if (filename === undefined) suggest();
  else suggest({ filename, conflictAction: 'uniquify' });
}

/**
 * With an answer of ours to the question for its name. The listener is there for these downloads alone: as long as it
 * is, the names that other extensions give to theirs would be lost, which is the very harm that it mends here.
 */
async function downloadSuggested(url: string, fileName: string): Promise<number> {
  const event = chrome.downloads?.onDeterminingFilename as DeterminingEvent | undefined;
  if (!event) return downloadByName(url, fileName);
  suggested.set(url, fileName);
  if (suggested.size === 1) event.addListener(suggestName);
  try {
    const id = await downloadByName(url, fileName);
    await nameGiven(id);
    return id;
  } finally {
    suggested.delete(url);
    if (suggested.size === 0) event.removeListener(suggestName);
  }
}

/** Chromium's alone. */
interface DeterminingEvent {
  addListener(listener: typeof suggestName): void;
  removeListener(listener: typeof suggestName): void;
}

/** The name that a download was given, without its folder; '' when it has none yet. */
async function nameGiven(id: number): Promise<string> {
  for (const end = Date.now() + NAME_PATIENCE; ;) {
    const [item] = await browser.downloads.search({ id });
    if (!item || item.filename !== '' || Date.now() > end) return baseName(item?.filename ?? '');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The file that has the wrong name, and its line in the browser's list. */
async function takeBack(id: number): Promise<void> {
  await browser.downloads.cancel(id);
  await browser.downloads.removeFile(id).catch(() => undefined);
  await browser.downloads.erase({ id });
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
