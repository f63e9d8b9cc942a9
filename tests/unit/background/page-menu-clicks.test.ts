/** What becomes of a click in the menu; the page's answers come through the browser's way of running a script in it. */
import type { Browser } from 'wxt/browser';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createBeginJob, type BeginOptions } from '../../../lib/background/begin-job.ts';
import { createClicksUnderWay } from '../../../lib/background/clicks-under-way.ts';
import { createPageJobs, type PageJobs, type PageJobsOptions } from '../../../lib/background/page-jobs.ts';
import { imageMenu, recipeAs } from '../../../lib/background/image-menu.ts';
import { CompressionError } from '../../../lib/core/errors.ts';
import { vaultId, type Job } from '../../../lib/core/model/job.ts';
import { DEFAULT_RECIPE, type Recipe } from '../../../lib/core/model/recipe.ts';
import type { PageImage } from '../../../lib/core/protocol/page-images.ts';
import { textsWith } from '../../../lib/core/texts/texts.ts';
import { english } from '../core/texts/locale.ts';
import { memoryArea } from '../storage/memory-area.ts';
import { createMemoryVault, type Vault } from '../../../lib/storage/vault/vault.ts';

const fake = vi.hoisted(() => ({
  /** Images that were noted, and were on their way when the page was asked. */
  noted: new Set<string>(),
  notedWhenAsked: [] as number[],
  asked: [] as string[],
  answer: true,
  images: [] as unknown[],
  letsIn: true,
  drawn: { url: '', failure: 'drawing-closed' as string | null, host: '' },
  /** The readings that were begun, and how many images were noted by then. */
  readAhead: [] as { readonly url: string; readonly noted: number }[],
  /** What the page's answers wait for. */
  held: Promise.resolve() as Promise<unknown>,
  dropped: [] as string[],
}));
vi.mock('wxt/browser', () => ({
  browser: {
    permissions: {
      request: async ({ origins }: { origins: string[] }) => {
        fake.asked.push(...origins);
        return fake.answer;
      },
    },
    scripting: {
      executeScript: async ({ files, args }: { files?: string[]; args?: unknown[] }) => {
        fake.notedWhenAsked.push(fake.noted.size);
        if (!fake.letsIn) throw new Error('Cannot access a chrome:// URL');
        if (files) return [];
        await fake.held;
        return [{ frameId: 0, result: args?.[1] === 'showing' ? fake.images : fake.drawn }];
      },
    },
  },
}));

const image = (more: Partial<PageImage>): PageImage => ({
  kind: 'img',
  url: 'https://h.example/cat.jpg',
  reference: 0,
  width: 100,
  height: 100,
  pixels: null,
  largest: '',
  standIn: false,
  name: '',
  ...more,
});

let jobs: Job[] = [];
let failures: string[] = [];
let vault: Vault;
let isFull = false;
let isDue = false;
const answered: [string, boolean][] = [];
const opened: [string, string][] = [];
const settings: Recipe = { ...DEFAULT_RECIPE, format: 'webp', resize: { by: 'width', pixels: 800 }, metadata: 'keep' };

const readAhead = (_id: string, { url }: { readonly url: string }): void => {
  fake.readAhead.push({ url, noted: fake.noted.size });
};

function pageJobs(): PageJobs {
  const questions = {
    isDue: () => isDue,
    answered: async (host: string, allowed: boolean) => void answered.push([host, allowed]),
  };
  const begin = createBeginJob({
    controller: {
      enqueue: async (job: Job) => {
        if (isFull) throw new CompressionError('list-full');
        jobs.push(job);
      },
    },
    vault,
    ready: Promise.resolve(),
    readAhead,
    nameFor: () => 'cat.jpg',
    questions,
  } as BeginOptions);
  return createPageJobs({
    begin,
    readAhead,
    dropReading: (_id: string, { url }: { readonly url: string }) => void fake.dropped.push(url),
    questions,
    settings: async () => ({ recipe: settings, kilobyte: 1000 }),
    clicks: createClicksUnderWay(memoryArea(), {
      fetching: async (id) => void fake.noted.add(id),
      fetched: async (ids) => ids.forEach((id) => fake.noted.delete(id)),
      earlier: async () => [],
    }),
    warm: () => undefined,
    openWorkspace: async (id: string, view: string) => void opened.push([id, view]),
    failedWithoutJob: async (_tab: number, { code }: CompressionError) => void failures.push(code),
  } as unknown as PageJobsOptions);
}

function click(srcUrl: string, menuItemId = 'same'): Promise<void> {
  return pageJobs().menuClicked(
    { menuItemId, srcUrl, pageUrl: 'https://page.example/', editable: false } as Browser.contextMenus.OnClickData,
    { id: 7, url: 'https://page.example/', title: 'A page' } as Browser.tabs.Tab,
  );
}

beforeEach(() => {
  Object.assign(fake, {
    asked: [],
    answer: true,
    images: [],
    letsIn: true,
    drawn: { url: '', failure: 'drawing-closed', host: '' },
  });
  Object.assign(fake, { noted: new Set(), notedWhenAsked: [], readAhead: [], dropped: [], held: Promise.resolve() });
  [jobs, failures, isFull, isDue] = [[], [], false, false];
  answered.length = 0;
  opened.length = 0;
  vault = createMemoryVault({ clock: Date.now });
});

describe('a click on an image', () => {
  it('begins a job of what the menu names', async () => {
    await click('https://h.example/cat.jpg');
    expect(jobs).toMatchObject([
      {
        state: 'queued',
        delivery: 'download',
        name: 'cat.jpg',
        origin: { kind: 'page', url: 'https://h.example/cat.jpg', tabId: 7, frameId: 0, pageTitle: 'A page' },
      },
    ]);
    expect(fake.asked).toEqual([]);
  });

  it('is read as soon as it is noted, while the page is asked which one it is', async () => {
    const url = 'https://h.example/cat.jpg';
    let answer: (answered?: unknown) => void = () => undefined;
    const hold = (): void => {
      fake.readAhead = [];
      fake.held = new Promise((resolve) => (answer = resolve));
    };
    hold();
    const clicked = click(url);
    await vi.waitFor(() => expect(fake.readAhead).toEqual([{ url, noted: 1 }]));
    expect(jobs).toEqual([]);
    answer();
    await clicked;
    expect(fake.dropped).toEqual([]);
    // What only opens is not in a hurry, and where the person is asked, the answer comes first.
    for (const item of ['more', 'same']) {
      hold();
      isDue = item === 'same';
      const later = click(url, item);
      await new Promise((resolve) => setTimeout(resolve));
      expect(fake.readAhead).toEqual([]);
      answer();
      await later;
    }
    isDue = false;
    fake.images = [image({ url: '', standIn: true })];
    await click('https://h.example/spacer.gif');
    expect(fake.dropped).toEqual(['https://h.example/spacer.gif']);
  });

  it('is noted before the page is asked, under the job’s id; what becomes no job is forgotten', async () => {
    await click('https://h.example/cat.jpg');
    expect(fake.notedWhenAsked[0]).toBe(1);
    expect([...fake.noted]).toEqual([jobs[0]?.id]);
    fake.images = [image({ url: '', standIn: true })];
    await click('https://h.example/spacer.gif');
    expect(failures).toEqual(['stand-in']);
    expect([...fake.noted]).toEqual([jobs[0]?.id]);
  });

  it('asks for a host that has refused before anything is awaited: later the browser would not', async () => {
    isDue = true;
    const clicked = click('https://h.example/cat.jpg');
    expect(fake.asked).toHaveLength(1);
    expect(fake.asked[0]).toContain('h.example');
    await clicked;
    expect(answered).toEqual([['h.example', true]]);
    expect(jobs).toMatchObject([{ state: 'queued' }]);
  });

  it('that is refused the host says so in the list', async () => {
    [isDue, fake.answer] = [true, false];
    await click('https://h.example/cat.jpg');
    expect(jobs).toMatchObject([
      { state: 'failed', error: { code: 'permission-refused', parameters: { host: 'h.example' } } },
    ]);
    expect(answered).toEqual([['h.example', false]]);
  });

  it('takes what a stand-in stands for, and says when the page does not tell', async () => {
    const spacer = 'https://h.example/spacer.gif';
    fake.images = [image({ url: '', standIn: true }), image({ url: 'https://h.example/real.jpg', standIn: true })];
    await click(spacer);
    expect(jobs).toMatchObject([{ origin: { url: 'https://h.example/real.jpg' } }]);
    fake.images = [image({ url: '', standIn: true })];
    await click(spacer);
    expect(jobs).toHaveLength(1);
    expect(failures).toEqual(['stand-in']);
  });

  it('where no script may run takes the menu’s word', async () => {
    fake.letsIn = false;
    await click('https://h.example/cat.jpg');
    expect(jobs).toMatchObject([{ origin: { url: 'https://h.example/cat.jpg' } }]);
    await click('');
    expect(failures).toEqual(['page-blocked']);
  });

  it('that the menu can’t name takes the largest that it may be, and says that it chose', async () => {
    fake.images = [image({ url: '', width: 5 }), image({ url: '', width: 500, reference: 1 })];
    fake.drawn = { url: 'data:image/png;base64,iVBORw==', failure: null, host: '' };
    await click('');
    expect(jobs).toMatchObject([{ origin: { chosenAs: 'largest' } }]);
    fake.images = [];
    await click('');
    expect(failures).toEqual(['blob-gone']);
  });
});

describe('an item of the menu on images', () => {
  it.each([
    ['same', settings],
    ['auto', { ...settings, format: 'auto' }],
    ['fit-200000', { ...settings, aim: { kind: 'size', bytes: 200_000 } }],
    ['avif', { ...settings, format: 'avif' }],
    // What all is kept of is not cleaned, and the picture stays as it is.
    ['clean', { ...settings, format: 'same', aim: { kind: 'untouched' }, resize: null, metadata: 'protect' }],
  ])('%s begins with what the settings say', async (id, recipe) => {
    await click('https://h.example/cat.jpg', id);
    expect(jobs).toMatchObject([{ recipe, delivery: 'download' }]);
    expect(opened).toEqual([]);
  });

  it.each([
    ['more', 'compare'],
    ['fit-other', 'fit'],
  ])('%s saves nothing: it opens the workspace on the image', async (id, view) => {
    await click('https://h.example/cat.jpg', id);
    expect(jobs).toMatchObject([{ delivery: 'hold', ownRecipe: true }]);
    expect(opened).toEqual([[jobs[0]?.id, view]]);
  });

  it('as a format that can’t do without loss has a look in its place', () => {
    const lossless: Recipe = { ...settings, aim: { kind: 'lossless' } };
    expect(recipeAs(lossless, 'jpeg').aim).toEqual(DEFAULT_RECIPE.aim);
    expect(recipeAs(lossless, 'webp').aim).toEqual({ kind: 'lossless' });
  });

  it('is left out where a person wants it so, with all under it; the first is always there', () => {
    const shown = imageMenu(english, textsWith(english), ['fit', 'jxl', 'more'])
      .filter(({ visible }) => visible)
      .map(({ id }) => id);
    expect(shown).toEqual(['same', 'auto', 'jpeg', 'png', 'webp', 'avif', 'clean']);
  });
});

describe('an image that its address carries', () => {
  const carried = 'data:image/png;base64,iVBORw==';

  it('has its bytes in the vault, and not in the record', async () => {
    await click(carried);
    const [job] = jobs;
    expect(job?.origin).toMatchObject({ url: 'data:image/png;base64' });
    expect([...(await vault.read(vaultId(job?.id ?? ('' as Job['id']), 'source')))]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it('leaves nothing in the vault when the list has no room for it', async () => {
    isFull = true;
    await click(carried);
    expect(await vault.held()).toEqual([]);
    expect(failures).toEqual(['list-full']);
  });
});

it('an address that no server takes is refused, and the record holds its beginning alone', async () => {
  await click(`https://h.example/${'a'.repeat(20_000)}`);
  expect(jobs).toMatchObject([{ state: 'failed', error: { code: 'address-too-long' } }]);
  expect((jobs[0]?.origin as { url: string }).url.length).toBeLessThan(20_000);
});

it('a click outside of any tab does nothing', async () => {
  await pageJobs().menuClicked({ menuItemId: 'same', editable: false, pageUrl: '' }, undefined);
  expect([jobs, failures]).toEqual([[], []]);
});
