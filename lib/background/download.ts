/** Handing a result over to the browser's downloads, and hearing how that ended. */
import { browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';

export type DownloadEnd =
  | { readonly state: 'complete'; /** as on disk: the browser may have numbered it */ readonly fileName: string }
  | { readonly state: 'interrupted'; readonly error: CompressionError };

/**
 * Starts a download, once a URL: a background that was killed before it could note the download finds it again.
 * @param fileName with the folders below Downloads, separated by '/'.
 * @throws CompressionError `download-failed`.
 */
export async function startDownload(url: string, fileName: string): Promise<number> {
  try {
    const [already] = await browser.downloads.search({ url });
    if (already && already.state !== 'interrupted') return already.id;
    return await browser.downloads.download({ url, filename: fileName, conflictAction: 'uniquify', saveAs: false });
  } catch (thrown) {
    throw new CompressionError(
      'download-failed',
      { reason: thrown instanceof Error ? thrown.message : String(thrown) },
      { cause: thrown },
    );
  }
}

/** How a download ended, or null while it runs. */
export async function downloadEnd(id: number): Promise<DownloadEnd | null> {
  const [item] = await browser.downloads.search({ id });
  if (!item) return { state: 'interrupted', error: new CompressionError('download-cancelled') };
  if (item.state === 'complete') return { state: 'complete', fileName: baseName(item.filename) };
  if (item.state !== 'interrupted') return null;
  const reason = item.error ?? 'UNKNOWN';
  const error = reason.startsWith('USER_')
    ? new CompressionError('download-cancelled')
    : new CompressionError('download-failed', { reason });
  return { state: 'interrupted', error };
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
