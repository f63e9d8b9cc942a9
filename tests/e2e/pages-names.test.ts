/** Whatever an image is called, and whoever else has a say in names: the file is saved, under a name to know it by. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadedFiles, giveFiles, openExtensionPage, until } from '../driver/index.ts';
import { temporaryFolder, type TemporaryFolder } from '../driver/temporary-folder.ts';
import { rowsOf } from '../rows.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

let photo: Buffer;
beforeAll(async () => {
  photo = await photographAs('jpeg', { quality: 92 }, 240, 160);
});

const LONG = 'a'.repeat(400);

describe('a file name', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const names: [path: string, saved: unknown][] = [
    ['می\u200cخواهم.jpg', 'می خواهم-small.jpg'],
    ['👩\u200d👩\u200d👧\u200d👦.jpg', '👩👩👧👦-small.jpg'],
    ['100% wool.jpg', '100% wool-small.jpg'],
    ['~lock.jpg', 'lock-small.jpg'],
    ['.con.jpg', '_con-small.jpg'],
    [`${LONG}.jpg`, expect.stringMatching(/^a{190,}-small\.jpg$/)],
  ];
  it.each(rowsOf(names, ([path]) => /\u200c|%|aaa/.test(path)))('%s ends in a saved file', async (path, saved) => {
    const shown = await stage.show(stage.site.answer(path, image(photo, 'image/jpeg')));
    expect(await stage.compress(shown)).toMatchObject({ state: 'saved', fileName: saved });
    const file = (await downloadedFiles(stage.browser)).at(-1);
    expect(file?.name).toEqual(saved);
    expect(await sharp(file?.path).metadata()).toMatchObject({ format: 'jpeg', width: 240, height: 160 });
  });

  it('is what the server says where the path says nothing', async () => {
    const shown = await stage.show(
      stage.site.answer(
        'dl',
        image(photo, 'image/jpeg', { disposition: `inline; filename*=UTF-8''Strand%20%C3%BC.jpg` }),
      ),
    );
    expect(await stage.compress(shown)).toMatchObject({ state: 'saved', fileName: 'Strand ü-small.jpg' });
  });
});

describe.each(['before', 'after'] as const)('beside an extension, installed %s, that is asked for names', (order) => {
  let stage: Stage;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    folder = await temporaryFolder('other-extension');
    const other = join(folder.path, 'other');
    await mkdir(other);
    await writeFile(
      join(other, 'manifest.json'),
      JSON.stringify({
        manifest_version: 3,
        name: 'Sorter of downloads',
        version: '1',
        permissions: ['downloads'],
        background: { service_worker: 'background.js' },
      }),
    );
    // A file that is called so tells it what to do with the next ones.
    await writeFile(
      join(other, 'background.js'),
      `let mode = 'silent';
       chrome.downloads.onDeterminingFilename.addListener((item, suggest) => {
         mode = /^mode-(\\w+)/.exec(item.filename)?.[1] ?? mode;
         if (mode === 'silent') suggest();
         else suggest({ filename: (mode === 'sorted' ? 'sorted/' : '') + item.filename });
       });`,
    );
    stage = await openStage({ others: { [order]: [other] } });
  });
  afterAll(async () => {
    await stage.close();
    await folder.remove();
  });

  const names = async (): Promise<string[]> =>
    (await downloadedFiles(stage.browser)).map(({ path }) => path.slice(stage.browser.downloadFolder.length + 1));

  // The last that was installed has the last word on the folder; the name is ours in any case.
  const together = /^CompressImage \d{4}-\d\d-\d\d\//;
  const modes = [
    ['silent', { before: together, after: /^[^/]+$/ }],
    ['same', { before: together, after: /^[^/]+$/ }],
    ['sorted', { before: together, after: /^sorted\// }],
  ] as const;
  const eachTime = order === 'before' ? 'sorted' : 'silent';
  it.each(rowsOf(modes, ([mode]) => mode === eachTime))('and is %s: images keep their names', async (mode, where) => {
    await stage.compress(await stage.show(stage.site.answer(`mode-${mode}.jpg`, image(photo, 'image/jpeg'))));
    const shown = await stage.show(stage.site.answer(`50% off ${mode}.jpg`, image(photo, 'image/jpeg')));
    expect(await stage.compress(shown)).toMatchObject({ state: 'saved', fileName: `50% off ${mode}-small.jpg` });
    expect(await names()).toContain(`${mode === 'sorted' ? 'sorted/' : ''}50% off ${mode}-small.jpg`);

    const page = await openExtensionPage(stage.browser, 'workspace.html');
    const files = [`one ${mode}.jpg`, `two% ${mode}.jpg`].map((name) => join(folder.path, name));
    for (const file of files) await writeFile(file, photo);
    const known = new Set(await names());
    await giveFiles(page.locator('[data-picks=files]'), files);
    await page.getByRole('button', { name: 'Save 2 images' }).click();
    const saved = await until('both files', async () => {
      const now = (await names()).filter((name) => !known.has(name));
      return now.length === 2 && now.every((name) => / \w+\.jpg$/.test(name)) ? now.sort() : null;
    });
    expect(saved.map((name) => name.split('/').at(-1))).toEqual([`one ${mode}.jpg`, `two% ${mode}.jpg`]);
    for (const name of saved) expect(name).toMatch(where[order]);
    await page.close();
  });
});
