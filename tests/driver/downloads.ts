/** What arrived in the download folder. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from './browser.ts';
import { until, type WaitOptions } from './waiting.ts';

export interface DownloadedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** All finished files in the download folder, oldest first, subfolders included. */
export async function downloadedFiles(browser: Browser): Promise<DownloadedFile[]> {
  const files: (DownloadedFile & { readonly time: number })[] = [];
  for (const entry of await readdir(browser.downloadFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || isUnfinished(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const facts = await stat(path).catch(() => null);
    if (facts) files.push({ name: entry.name, path, bytes: facts.size, time: facts.mtimeMs });
  }
  return files.sort((a, b) => a.time - b.time).map(({ name, path, bytes }) => ({ name, path, bytes }));
}

/** Waits until at least `count` finished files are there and none is still arriving, and returns all of them. */
export async function waitForDownloads(
  browser: Browser,
  count = 1,
  options: WaitOptions = {},
): Promise<DownloadedFile[]> {
  let seen = '';
  return until(
    `${count} finished download(s)`,
    async () => {
      const files = await downloadedFiles(browser);
      const arriving = (await readdir(browser.downloadFolder, { recursive: true })).some(isUnfinished);
      // A file counts when a second look finds it unchanged.
      const now = JSON.stringify(files);
      const settled = now === seen;
      seen = now;
      return files.length >= count && !arriving && settled ? files : null;
    },
    { timeout: 60_000, ...options },
  );
}

/** Chromium writes under a name that ends so, or a hidden one, until the last byte is there. */
function isUnfinished(name: string): boolean {
  return name.endsWith('.crdownload') || name.startsWith('.org.chromium.') || name.startsWith('.com.google.');
}
