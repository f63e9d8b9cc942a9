/** An upload whose result can't be given to the page; the browser's way to put scripts into pages is a stand-in. */
import { expect, it, vi } from 'vitest';
import { ready, receipt } from '../../components/panel/jobs.ts';
import { createUploads, type Uploads } from '../../../lib/background/uploads.ts';
import type { JobController } from '../../../lib/background/job-controller.ts';
import { CompressionError } from '../../../lib/core/errors.ts';
import type { Job } from '../../../lib/core/model/job.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import type { ToastData } from '../../../lib/core/protocol/toast.ts';
import { textsWith } from '../../../lib/core/texts/texts.ts';
import { english } from '../core/texts/locale.ts';

const tab = vi.hoisted(() => ({ shows: 'first' }));
const called = vi.hoisted((): [string, readonly unknown[]][] => []);
vi.mock('wxt/browser', () => ({
  browser: {
    scripting: {
      executeScript: async ({ files, func, args = [] }: { files?: string[]; func?: () => void; args?: unknown[] }) => {
        const name = files === undefined ? (func?.name ?? '') : '';
        if (name.startsWith('call')) called.push([name, args.slice(1)]);
        const answer = { frameId: 0, documentId: tab.shows, result: name === 'callReplace' ? 'replaced' : undefined };
        // The person goes on at once.
        if (name === 'callReplace') tab.shows = 'second';
        return [answer];
      },
    },
  },
}));

function world(read: () => Promise<Uint8Array<ArrayBuffer>>): {
  uploads: Uploads;
  toasts: (ToastData & { readonly only: unknown })[];
  dismiss: JobController['dismiss'];
} {
  called.length = 0;
  const toasts: (ToastData & { readonly only: unknown })[] = [];
  const dismiss = vi.fn(async () => undefined);
  const uploads = createUploads({
    controller: { dismiss } as unknown as JobController,
    find: async () => undefined,
    vault: { put: async () => Promise.reject(new Error('not asked for')), read },
    ready: Promise.resolve(),
    texts: textsWith(english),
    translate: english,
    showToast: async (_, toast, only) => toasts.push({ ...toast, only }),
    isWatched: async () => false,
    recipe: async () => DEFAULT_RECIPE,
  });
  return { uploads, toasts, dismiss };
}

it('a result that is in the field is told of in the page that has the field, and in no other', async () => {
  const { uploads, toasts } = world(async () => new Uint8Array(4));
  await uploads.changed({ ...ready('cat.jpg', receipt(9, 4)), upload: { tabId: 1, frameId: 0, reference: 3 } });
  expect(tab.shows).toBe('second');
  expect(toasts).toMatchObject([{ tone: 'done', title: 'cat.jpg', only: { documentId: 'first' } }]);
});

it.each([
  ['a page that waits for it gets the original', 'field', [['callKeep', [3]]], /The page gets the original file/],
  ['a field keeps the original', undefined, [], /The original file stays in the field/],
] as const)('a result that was purged meanwhile: %s, and the person is told', async (_, held, calls, sentence) => {
  const { uploads, toasts, dismiss } = world(async () => Promise.reject(new CompressionError('item-gone')));
  const upload = { tabId: 1, frameId: 0, reference: 3, ...(held && { held }) };
  const job: Job = { ...ready('cat.jpg', receipt(9, 4)), upload };
  await uploads.changed(job);
  expect(called).toEqual(calls);
  expect(toasts).toMatchObject([{ tone: 'error', title: 'cat.jpg', detail: expect.stringMatching(sentence) }]);
  expect(dismiss).toHaveBeenCalledExactlyOnceWith([job.id]);
});
