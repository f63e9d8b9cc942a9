import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginWriting, chooseInPlace, fill, playFolderRound } from '../chaos/folder.ts';
import { folderPictures } from '../chaos/folder-rounds.ts';
import { openBrowser, readJobs, until, type Browser } from '../driver/index.ts';
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
  it('has smaller files over the originals, which are kept, and says what stays', async () => {
    const trip = join(folder.path, 'trip');
    const pictures = await folderPictures(3);
    await fill(trip, pictures);
    await mkdir(join(trip, 'day 2'));
    await writeFile(join(trip, 'day 2', 'broken.jpg'), 'no image');
    await writeFile(join(trip, 'notes.txt'), 'mine');
    // Left by a browser that was ended.
    await writeFile(join(trip, 'photo 1.jpg.compressimage-part'), 'half');
    const page = await chooseInPlace(browser, trip, 4);
    await page.getByText(/^3 files get smaller: .* instead of .*\.$/).waitFor();
    await beginWriting(browser, page);
    await page.getByText(/^3 files were written: /).waitFor({ timeout: 30_000 });
    await page.getByText('It could not be compressed. It stays as it is.').waitFor();
    for (const [name, original] of pictures) {
      const now = await readFile(join(trip, name));
      expect(now.length).toBeLessThan(original.length);
      expect(await sharp(now).metadata()).toMatchObject({ format: 'jpeg', width: 240, height: 160 });
      expect((await readFile(join(trip, '.originals', name))).equals(original)).toBe(true);
    }
    expect(await readFile(join(trip, 'day 2', 'broken.jpg'), 'utf8')).toBe('no image');
    expect((await readdir(trip)).sort()).toEqual(['.originals', 'day 2', 'notes.txt', ...pictures.keys()].sort());
    // What is written is held no more.
    await until('three to be saved', async () =>
      (await readJobs(browser)).every(({ state, name }) => state === 'saved' || name === 'broken.jpg'),
    );
    await page.goto('about:blank');
  }, 120_000);

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
