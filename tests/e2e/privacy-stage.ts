/** What the tests of transience and privacy look with: the profile's files, the vault's database, the places for saved files. */
import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import { extensionUrl, inServiceWorker, type Browser } from '../driver/index.ts';

/** Files of the profile, by their paths in it, in which any of the patterns lies as it is. */
export async function filesWith(browser: Browser, patterns: readonly Buffer[]): Promise<string[]> {
  const entries = await readdir(browser.profile, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // While the browser runs, a file may go between the listing and the reading.
    if (await holds(path, patterns).catch(() => false)) found.push(relative(browser.profile, path));
  }
  return found;
}

async function holds(path: string, patterns: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(...patterns.map(({ length }) => length)) - 1;
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const window = Buffer.concat([tail, chunk as Buffer]);
    if (patterns.some((pattern) => window.includes(pattern))) return true;
    tail = window.subarray(-overlap);
  }
  return false;
}

/**
 * Pieces of a file that no other file has and no compression makes shorter, so that they lie in a plaintext copy as they
 * are. They are short, since LevelDB cuts what it writes into blocks.
 */
export function piecesOf(bytes: Uint8Array, count = 12, length = 24): Buffer[] {
  const from = Math.floor(bytes.length * 0.3);
  const step = Math.floor((bytes.length * 0.6) / count);
  return Array.from({ length: count }, (_, at) =>
    Buffer.from(bytes.subarray(from + at * step, from + at * step + length)),
  );
}

export interface VaultOnDisk {
  readonly items: number;
  readonly writes: number;
  readonly chunks: number;
  /** Bytes of ciphertext. */
  readonly sealed: number;
  readonly rules: readonly string[];
}

/** The vault's database as it lies in the profile. For a page of a private window, that profile's. */
export function vaultOnDisk(where: Browser | Page): Promise<VaultOnDisk> {
  return inServiceWorker(where, async () => {
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    // Opened by us first, it would be made without the stores that the extension makes; where nothing was held yet there is none.
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => name === 'vault'))
      return { items: 0, writes: 0, chunks: 0, sealed: 0, rules: [] };
    const database = await asked(indexedDB.open('vault'));
    const all = (name: string): Promise<unknown[]> => asked(database.transaction(name).objectStore(name).getAll());
    const [items, writes, chunks, ledger] = await Promise.all(['items', 'writes', 'chunks', 'ledger'].map(all));
    database.close();
    return {
      items: items?.length ?? 0,
      writes: writes?.length ?? 0,
      chunks: chunks?.length ?? 0,
      sealed: (chunks as Uint8Array[]).reduce((sum, { byteLength }) => sum + byteLength, 0),
      rules: (ledger as { rule: string }[]).map(({ rule }) => rule),
    };
  });
}

/** The key's place, as it is now: base64, or null. */
export function storedKey(browser: Browser): Promise<string | null> {
  return inServiceWorker(
    browser,
    async () => ((await chrome.storage.session.get('vaultKey'))['vaultKey'] as string | undefined) ?? null,
  );
}

/** Lets the browser ask for each download where to save it, as many people have it. It is ended and started for that. */
export async function askWhereToSave(browser: Browser): Promise<void> {
  await browser.endNormally();
  const file = join(browser.profile, 'Default', 'Preferences');
  const preferences = JSON.parse(await readFile(file, 'utf8')) as { download?: Record<string, unknown> };
  await writeFile(
    file,
    JSON.stringify({ ...preferences, download: { ...preferences.download, prompt_for_download: true } }),
  );
  await browser.reopen();
}

/** Writes bytes in plain into the extension's own database, as a careless extension would: the search must find them. */
export async function writePlainCopy(browser: Browser, pieces: readonly Buffer[]): Promise<void> {
  // A tab of its own: the browser ends with its last one.
  const page = await browser.context.newPage();
  await page.goto(extensionUrl(browser, 'options.html'));
  await page.evaluate(
    async (bytes) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('control', 1);
        request.onupgradeneeded = () => void request.result.createObjectStore('plain', { autoIncrement: true });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      await new Promise<void>((resolve, reject) => {
        const transaction = database.transaction('plain', 'readwrite', { durability: 'strict' });
        for (const each of bytes) transaction.objectStore('plain').add(new Uint8Array(each));
        transaction.oncomplete = () => resolve();
        transaction.onerror = () => reject(transaction.error);
      });
      database.close();
    },
    pieces.map((piece) => [...piece]),
  );
  await page.close();
}

/** Clicks "Save" in the question where to save, at the end of its window. Nothing when there is none. */
export async function takeSave({ screen }: Browser): Promise<void> {
  const [id] = (await screen.xdotool('search', '--onlyvisible', '--name', '^Save File$').catch(() => ''))
    .trim()
    .split('\n');
  if (!id) return;
  const geometry = await screen.xdotool('getwindowgeometry', '--shell', id);
  const [width, height] = ['WIDTH', 'HEIGHT'].map((name) =>
    Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(geometry)?.[1]),
  );
  await screen.xdotool('mousemove', '--window', id, (width ?? 0) - 50, (height ?? 0) - 25, 'click', 1);
}
