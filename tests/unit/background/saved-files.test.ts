import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSavedFiles } from '../../../lib/background/saved-files.ts';
import { vaultId, type Job } from '../../../lib/core/model/job.ts';
import type { ToastData } from '../../../lib/core/protocol/toast.ts';
import { ready, receipt, saved } from '../../components/panel/jobs.ts';
import { english } from '../core/texts/locale.ts';

/** The browser's downloads: ids of files that are on the disk, and what was asked. */
const onDisk = new Set<number>();
const calls: string[] = [];
vi.mock('wxt/browser', () => ({
  browser: {
    downloads: {
      show: (id: number) => void calls.push(`show ${id}`),
      removeFile: async (id: number) => {
        if (!onDisk.delete(id)) throw new Error('Download file already deleted');
        calls.push(`remove ${id}`);
      },
      erase: async ({ id }: { id: number }) => void calls.push(`erase ${id}`),
    },
  },
}));

const dismiss = vi.fn(async () => undefined);
const retry = vi.fn(async () => true);
const takeBack = vi.fn(async () => undefined);
const begin = vi.fn(async () => job.id);
const opened: string[] = [];
let held: string[] = [];
let toasts: ToastData[] = [];
let job: Job;
const files = createSavedFiles({
  find: async (id) => (id === job.id ? job : undefined),
  controller: { dismiss, retry, takeBack },
  vault: { has: async (id) => held.includes(id) },
  begin,
  openComparison: async (id) => void opened.push(id),
  showToast: async (_tab, toast) => toasts.push(toast),
  translate: english,
});

beforeEach(() => {
  [calls.length, toasts] = [0, []];
  onDisk.clear();
  [held, opened.length] = [[], 0];
  for (const each of [dismiss, retry, takeBack, begin]) each.mockClear();
  job = saved('cat.jpg', receipt(1000, 400));
});

describe('a file that was saved', () => {
  it('is shown in its folder', async () => {
    await files.show(job.id);
    expect(calls).toEqual(['show 1']);
  });

  it('is deleted, with its entry and its job, and the page says so', async () => {
    onDisk.add(1);
    await files.undo(job.id);
    expect(calls).toEqual(['remove 1', 'erase 1']);
    expect(dismiss).toHaveBeenCalledExactlyOnceWith([job.id]);
    expect(toasts).toMatchObject([{ id: job.id, tone: 'cancelled', title: 'cat.jpg', detail: 'The file was deleted' }]);
  });

  it('that is elsewhere by now stays, and so does its job', async () => {
    await files.undo(job.id);
    expect(calls).toEqual([]);
    expect(dismiss).not.toHaveBeenCalled();
    expect(toasts).toMatchObject([{ tone: 'error', detail: expect.stringContaining('not deleted') }]);
  });

  it('is compared by what is still held, at once; else it is fetched again', async () => {
    await files.compare(job.id);
    expect(retry).toHaveBeenCalledExactlyOnceWith(job.id, null, {
      recipe: job.recipe,
      ownRecipe: true,
      delivery: 'hold',
    });
    [job, held] = [{ ...job, kept: true } as Job, [vaultId(job.id, 'source'), vaultId(job.id, 'result')]];
    await files.compare(job.id);
    expect(takeBack).toHaveBeenCalledExactlyOnceWith(job.id);
    expect([retry.mock.calls.length, opened]).toEqual([1, [job.id, job.id]]);
  });

  it('is had in another format by a job of its own, with all else as it was', async () => {
    await files.saveAs(job.id, 'avif');
    expect(begin).toHaveBeenCalledExactlyOnceWith(job.origin, { ...job.recipe, format: 'avif' }, { sourceOf: job.id });
  });

  it('is nothing that waits, or was never ours', async () => {
    job = ready('cat.jpg', receipt(1000, 400));
    await files.undo(job.id);
    await files.show('another' as Job['id']);
    await files.compare(job.id);
    await files.saveAs(job.id, 'png');
    expect([calls, toasts, opened, begin.mock.calls]).toEqual([[], [], [], []]);
  });
});
