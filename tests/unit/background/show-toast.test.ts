import { beforeEach, expect, it, vi } from 'vitest';
import type { ToastData } from '../../../lib/core/protocol/toast.ts';

/** What the pages of a tab answer, one after the other; null for one that is left before it has answered. */
const tab = vi.hoisted(() => ({ answers: [] as (boolean | null)[], shown: 0, refuses: false, document: 'first' }));

interface Call {
  readonly files?: readonly string[];
  readonly target: { readonly documentIds?: readonly string[] };
}

vi.mock('wxt/browser', () => ({
  browser: {
    scripting: {
      async executeScript({ files, target: { documentIds = [tab.document] } }: Call) {
        if (!documentIds.includes(tab.document)) throw new Error('No document with id.');
        if (files) return [{ frameId: 0, result: null }];
        tab.shown++;
        if (tab.refuses) throw new Error('Cannot access contents of the page.');
        return [{ frameId: 0, result: tab.answers.shift() ?? null }];
      },
    },
  },
}));

const { showToast, updateToast } = await import('../../../lib/background/show-toast.ts');

const toast: ToastData = { id: 'a', tone: 'done', title: 'one.jpg', detail: '30 % smaller.' };

beforeEach(() => {
  Object.assign(tab, { answers: [], shown: 0, refuses: false, document: 'first' });
});

it('is shown in the next page when a page is left before it has answered', async () => {
  tab.answers = [null, true];
  expect(await showToast(1, toast)).toBe(true);
  expect(tab.shown).toBe(2);
});

it('is not shown in the next page when it is true of this one alone', async () => {
  const only = { documentId: 'first' };
  tab.answers = [null, true, true];
  expect(await showToast(1, toast, only)).toBe(false);
  expect(await showToast(1, toast, only)).toBe(true);
  tab.document = 'second';
  expect(await showToast(1, toast, only)).toBe(false);
  // Where no script may run, nobody knows which it is.
  expect(await showToast(1, toast, { documentId: undefined })).toBe(false);
  expect(tab.shown).toBe(2);
});

it('is not put again into a page that has taken it away', async () => {
  tab.answers = [false, true];
  expect(await showToast(1, toast)).toBe(false);
  expect(tab.shown).toBe(1);
});

it('gives up where each page is left', async () => {
  expect(await showToast(1, toast)).toBe(false);
  expect(tab.shown).toBe(3);
});

it('is changed once: where it is not there, nobody waits for it', async () => {
  await updateToast(1, toast);
  expect(tab.shown).toBe(1);
});

it('is not changed later in a page that refuses: what was said since would be undone', async () => {
  tab.refuses = true;
  await updateToast(1, toast);
  expect(tab.shown).toBe(1);
});
