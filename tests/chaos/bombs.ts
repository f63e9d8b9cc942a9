/**
 * Gives the workspace one small file after the other that is much work, each with a photograph behind it, and measures.
 *
 *     npm run bombs
 *
 * The table goes to stdout: what became of the file and after how long, how much memory the pages' processes had together at
 * most above what they had before, and when the photograph was done.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../lib/core/model/job.ts';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { SETTINGS_VERSION } from '../../lib/storage/settings/migrations.ts';
import {
  dropFiles,
  inServiceWorker,
  isEnded,
  openBrowser,
  openExtensionPage,
  readJobs,
  rendererMemory,
  until,
} from '../driver/index.ts';
import { temporaryFolder } from '../driver/temporary-folder.ts';
import { BOMBS } from '../images/bombs.ts';
import { encoded, gradient } from '../images/pictures.ts';

/** ms; on a busy machine a drawing's bound takes long. */
const PATIENCE = 600_000;

const [browser, folder] = await Promise.all([openBrowser(), temporaryFolder('bombs')]);
const memory = (): number => [...rendererMemory(browser).values()].reduce((sum, bytes) => sum + bytes, 0);
const page = await openExtensionPage(browser, 'workspace.html');
const photo = await encoded(gradient({ width: 1200, height: 800 }).jpeg({ quality: 90 }));
console.log(
  '| file | bytes | ends as | after | memory | next image after |\n| --- | ---: | --- | ---: | ---: | ---: |',
);
try {
  for (const [name, { file, make }] of Object.entries(BOMBS)) {
    const bytes = await make();
    // Drawings are drawn where another format is wished.
    await inServiceWorker(browser, (settings) => chrome.storage.local.set({ settings }), {
      version: SETTINGS_VERSION,
      recipe: { ...DEFAULT_RECIPE, format: file.endsWith('.svg') ? 'png' : 'same' },
    });
    await mkdir(join(folder.path, file));
    const paths = [join(folder.path, file, file), join(folder.path, file, 'photo.jpg')];
    await Promise.all([writeFile(paths[0] ?? '', bytes), writeFile(paths[1] ?? '', photo)]);
    const [before, began] = [memory(), performance.now()];
    let most = 0;
    const ended = new Map<string, { job: Job; after: number }>();
    await dropFiles(page.locator('body'), paths);
    await until(
      name,
      async () => {
        most = Math.max(most, memory() - before);
        for (const job of await readJobs(browser))
          if (isEnded(job) && !ended.has(job.name)) ended.set(job.name, { job, after: performance.now() - began });
        return ended.size === 2;
      },
      { timeout: PATIENCE, interval: 100 },
    );
    const [bomb, next] = [ended.get(file), ended.get('photo.jpg')];
    const outcome = bomb?.job.state === 'failed' ? bomb.job.error.code : (bomb?.job.state ?? '');
    const seconds = (ms = 0): string => `${(ms / 1000).toFixed(1)} s`;
    console.log(
      `| ${name} | ${bytes.length} | ${outcome} | ${seconds(bomb?.after)} | ${(most / 1e6).toFixed(0)} MB | ${seconds(next?.after)} |`,
    );
    await page.evaluate(
      (ids) => chrome.runtime.sendMessage({ id: 0, type: 'dismissJobs', data: { ids }, timestamp: Date.now() }),
      (await readJobs(browser)).map(({ id }) => id),
    );
  }
} finally {
  await browser.close();
  await folder.remove();
}
