import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playFolderRound } from '../chaos/folder.ts';
import { folderPictures } from '../chaos/folder-rounds.ts';
import { openBrowser, type Browser } from '../driver/index.ts';
import { temporaryFolder, type TemporaryFolder } from '../driver/temporary-folder.ts';
import { Random } from '../fuzz/random.ts';

let browser: Browser;
let folder: TemporaryFolder;
beforeAll(async () => {
  [browser, folder] = await Promise.all([openBrowser(), temporaryFolder('in-place')]);
});
afterAll(async () => {
  await browser.close();
  await folder.remove();
});

describe('a folder in place', () => {
  // `npm run chaos -- --folder` plays many.
  it('has each file whole, old or new, when the browser is killed in the middle', async () => {
    const random = new Random(3);
    const round = await playFolderRound({
      browser,
      folder: join(folder.path, 'killed'),
      pictures: await folderPictures(8),
      random: () => random.below(1_000_000) / 1_000_000,
    });
    expect(round.faults).toEqual([]);
    expect(round.untouched + round.written).toBe(8);
  }, 180_000);
});
