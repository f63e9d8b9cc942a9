import { describe, expect, it } from 'vitest';
import { drawnRows, layOut, rowAt } from '../../../../components/panel/row-layout.ts';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import type { JobId } from '../../../../lib/core/model/job.ts';
import { batchWith, progressOf } from '../../../../components/panel/batch.ts';
import { lookedAhead } from '../../../../components/panel/looked-ahead.ts';
import { isNamedLikeImage, lookAt, readingError } from '../../../../components/panel/look.ts';
import { withFile, withoutPreset, withRenamed, withSaved } from '../../../../components/recipe/own-presets.ts';
import { createVaultSpace } from '../../../../components/panel/vault-space.ts';
import { presetFile } from '../../../../lib/storage/settings/preset-file.ts';
import { createMemoryVault } from '../../../../lib/storage/vault/vault.ts';

const ids = (...names: string[]): JobId[] => names as JobId[];

describe('a batch', () => {
  it('grows with what comes in while it runs, and ends when nothing runs', () => {
    const first = batchWith(null, ids('a', 'b'), 1000);
    const grown = batchWith(first, ids('b', 'c'), 2000);
    expect([...(grown?.members ?? [])]).toEqual(['a', 'b', 'c']);
    expect(grown?.startedAt).toBe(1000);
    expect(batchWith(grown, [], 3000)).toBeNull();
  });
  it('tells the time left once it can', () => {
    const batch = batchWith(null, ids('a', 'b', 'c', 'd'), 0)!;
    expect(progressOf(batch, new Set(ids('b', 'c', 'd')), 10_000)).toEqual({ done: 1, total: 4, left: null });
    expect(progressOf(batch, new Set(ids('d')), 9000)).toEqual({ done: 3, total: 4, left: 3000 });
    expect(progressOf(batch, new Set(ids('c', 'd')), 500).left).toBeNull();
  });
});

describe('rows', () => {
  const layout = layOut(1000, (index) => (index % 2 === 0 ? 64 : 100));
  it('stand under each other', () => {
    expect([rowAt(layout, 0), rowAt(layout, 63), rowAt(layout, 64), rowAt(layout, 164), rowAt(layout, 1e9)]).toEqual([
      0, 0, 1, 2, 999,
    ]);
  });
  it('are drawn as far as they are seen, and the one with the focus wherever it is', () => {
    expect(drawnRows(layout, 0, 300, 1, null)).toEqual([0, 1, 2, 3, 4]);
    expect(drawnRows(layout, 820, 100, 0, 2)).toEqual([2, 10, 11]);
    expect(drawnRows(layout, 0, 100, 0, 999)).toEqual([0, 1, 999]);
    expect(
      drawnRows(
        layOut(0, () => 1),
        0,
        100,
        3,
        0,
      ),
    ).toEqual([]);
  });
});

describe('a first look', () => {
  const file = (content: BlobPart): Blob => new Blob([content]);
  it('knows an image by its first bytes', async () => {
    expect(await lookAt(file(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])))).toBe('jpeg');
    expect(await lookAt(file(`<!-- ${'licence '.repeat(1000)} --><svg xmlns="http://www.w3.org/2000/svg"/>`))).toBe(
      'svg',
    );
  });
  it.each([
    ['', 'empty-file'],
    ['text', 'not-an-image'],
    ['<html>', 'html-instead'],
    ['8BPS', 'unsupported-format'],
    ['x'.repeat(9000), 'not-an-image'],
  ])('says what %.5s… is instead', async (content, code) => {
    await expect(lookAt(file(content))).rejects.toMatchObject({ code });
  });
  it('expects an image by its name', () => {
    expect(['a.JPG', 'b.heic', 'c.tiff', 'd.txt', 'png', 'e.png.zip'].map(isNamedLikeImage)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
  it('tells a file that is gone from a fault of ours', () => {
    expect(readingError(new DOMException('', 'NotFoundError'), 'a.jpg')).toMatchObject({
      code: 'file-gone',
      parameters: { name: 'a.jpg' },
    });
    expect(readingError(new TypeError('x'), 'a.jpg')).toMatchObject({ code: 'internal' });
  });
});

describe('looking ahead', () => {
  it('keeps the order and asks a few at a time', async () => {
    let [asking, most] = [0, 0];
    const answers: string[] = [];
    for await (const { item, answer } of lookedAhead([5, 1, 4, 2, 3, 0], 3, async (number) => {
      most = Math.max(most, ++asking);
      await new Promise((later) => setTimeout(later, number));
      asking--;
      return number * 2;
    }))
      answers.push(`${item}:${answer}`);
    expect(answers).toEqual(['5:10', '1:2', '4:8', '2:4', '3:6', '0:0']);
    expect(most).toBe(3);
  });
});

describe('room in the vault', () => {
  const bytes = (count: number): Uint8Array => new Uint8Array(count);
  const source = (job: string): { id: string; jobId: JobId; part: 'source'; why: 'working' } => ({
    id: `${job}:source`,
    jobId: job as JobId,
    part: 'source',
    why: 'working',
  });
  const result = (job: string): { id: string; jobId: JobId; part: 'result'; why: 'held' } => ({
    id: `${job}:result`,
    jobId: job as JobId,
    part: 'result',
    why: 'held',
  });

  it('is given while Sources and what is to come of them fit', async () => {
    const vault = createMemoryVault({ clock: Date.now });
    const space = createVaultSpace({ vault, finished: () => new Set(), capacity: 1000 });
    const first = await space.take(
      200,
      () => {
        throw new Error('waits');
      },
      new AbortController().signal,
    );
    await vault.put(source('a'), bytes(200));
    first.release();
    await space.take(
      300,
      () => {
        throw new Error('waits');
      },
      new AbortController().signal,
    );
  });

  it('is made of the Sources of what is finished, oldest first, never of results', async () => {
    let now = 1;
    const vault = createMemoryVault({ clock: () => now++ });
    for (const job of ['a', 'b']) {
      await vault.put(source(job), bytes(300));
      await vault.put(result(job), bytes(100));
    }
    const space = createVaultSpace({ vault, finished: () => new Set(ids('a', 'b')), capacity: 1000 });
    await space.take(
      200,
      () => {
        throw new Error('waits');
      },
      new AbortController().signal,
    );
    expect((await vault.held()).map(({ id }) => id)).toEqual(['a:result', 'b:source', 'b:result']);
  });

  it('is waited for, until something goes or the person does not want it any more', async () => {
    const vault = createMemoryVault({ clock: Date.now });
    await vault.put(source('a'), bytes(400));
    const space = createVaultSpace({ vault, finished: () => new Set(), capacity: 1000 });
    const stop = new AbortController();
    let waits = 0;
    const taken = space.take(
      200,
      () => {
        waits++;
      },
      stop.signal,
    );
    await new Promise((later) => setTimeout(later, 20));
    expect(waits).toBe(1);
    await vault.purge({ id: 'a:source' }, 'downloaded');
    (await taken).release();
    await vault.put(source('a'), bytes(400));
    const given = space.take(200, () => stop.abort(), stop.signal);
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('presets of one’s own', () => {
  const avif = { ...DEFAULT_RECIPE, format: 'avif' } as const;
  const mine = withSaved([], 'Mine', DEFAULT_RECIPE);
  it('are replaced under the same name, renamed and deleted', () => {
    expect(withSaved(mine, 'mine', avif)).toEqual([{ name: 'mine', recipe: avif }]);
    expect(withRenamed(mine, 'Mine', ' Yours ')).toEqual([{ name: 'Yours', recipe: DEFAULT_RECIPE }]);
    expect(withoutPreset(mine, 'Mine')).toEqual([]);
  });
  it('are refused with the field and the reason', () => {
    expect(() => withSaved([], ' ', avif)).toThrow(
      expect.objectContaining({ parameters: { field: 'presets[0].name', reason: 'empty' } }),
    );
    expect(() => withRenamed(withSaved(mine, 'Yours', avif), 'Yours', 'MINE')).toThrow(
      expect.objectContaining({ parameters: expect.objectContaining({ reason: 'duplicate' }) }),
    );
    expect(() => withFile(mine, '{')).toThrow(
      expect.objectContaining({ parameters: { field: 'file', reason: 'not-json' } }),
    );
  });
  it('come back from a file', () => expect(withFile([], presetFile(mine))).toEqual(mine));
});
