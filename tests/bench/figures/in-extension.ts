/** Files through the built extension's workspace: given, compressed and saved as a person does it. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Page } from 'playwright-core';
import { downloadedFiles, giveFiles, inServiceWorker, until } from '../../driver/index.ts';
import type { PanelStage } from '../../e2e/panel-stage.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../../lib/storage/settings/migrations.ts';
import { DEFAULT_SETTINGS } from '../../../lib/storage/settings/schema.ts';

export interface Compressed {
  /** Of the file that was given. */
  readonly name: string;
  readonly receipt: Receipt;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * @param files by names that no other call has used: results are told apart by theirs
 * @returns what has a result, in no order
 */
export async function compressInExtension(
  stage: PanelStage,
  files: ReadonlyMap<string, Uint8Array>,
  change: Partial<Recipe>,
): Promise<Compressed[]> {
  const page = await stage.workspace();
  const recipe = { ...DEFAULT_RECIPE, ...change };
  const settings = { ...DEFAULT_SETTINGS, version: SETTINGS_VERSION, recipe };
  await inServiceWorker(stage.browser, (value) => chrome.storage.local.set({ settings: value }), settings);
  const paths = await Promise.all([...files].map(([name, bytes]) => stage.file(`given/${name}`, bytes)));
  await giveFiles(page.locator('[data-picks=files]'), paths);
  const jobs = await stage.settled(files.size, 180_000);
  const finished = jobs.flatMap((job) => (job.state === 'ready' ? [job] : []));
  if (finished.length === 0) return [];
  await page
    .getByRole('button', { name: /^Save \d+ images?$/ })
    .first()
    .click();
  const saved = await until(
    'the results on the disk',
    async () => {
      const on = new Map((await downloadedFiles(stage.browser)).map(({ path }) => [basename(path), path]));
      return finished.every(({ fileName }) => on.has(fileName)) ? on : null;
    },
    { timeout: 60_000 },
  );
  return Promise.all(
    finished.map(async ({ name, receipt, fileName }) => ({
      name,
      receipt,
      bytes: new Uint8Array(await readFile(saved.get(fileName) ?? '')),
    })),
  );
}

/** What a page's own canvas writes. @param page of the browser under test @param png the picture, without alpha */
export async function canvasEncoder(
  page: Page,
  png: Uint8Array,
): Promise<(type: 'image/jpeg' | 'image/webp', quality: number) => Promise<Uint8Array<ArrayBuffer>>> {
  const canvas = await page.evaluateHandle(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const made = new OffscreenCanvas(bitmap.width, bitmap.height);
    made.getContext('2d')?.drawImage(bitmap, 0, 0);
    return made;
  }, Buffer.from(png).toString('base64'));
  return async (type, quality) => {
    const base64 = await canvas.evaluate(
      async (from, [as, at]) => {
        const blob = await from.convertToBlob({ type: as, quality: at / 100 });
        const bytes = new Uint8Array(await blob.arrayBuffer());
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        return btoa(text);
      },
      [type, quality] as const,
    );
    return new Uint8Array(Buffer.from(base64, 'base64'));
  };
}
