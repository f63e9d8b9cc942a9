import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSavedFiles } from '../../../lib/background/saved-files.ts';
import type { Job } from '../../../lib/core/model/job.ts';
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
let toasts: ToastData[] = [];
let job: Job;
const files = createSavedFiles({
  find: async (id) => (id === job.id ? job : undefined),
  dismiss,
  showToast: async (_tab, toast) => toasts.push(toast),
  translate: english,
});

beforeEach(() => {
  [calls.length, toasts] = [0, []];
  onDisk.clear();
  dismiss.mockClear();
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

  it('is nothing that waits, or was never ours', async () => {
    job = ready('cat.jpg', receipt(1000, 400));
    await files.undo(job.id);
    await files.show('another' as Job['id']);
    expect([calls, toasts]).toEqual([[], []]);
  });
});
