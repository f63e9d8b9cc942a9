import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnnouncer } from '../../../lib/background/announcements.ts';
import type { Job } from '../../../lib/core/model/job.ts';
import type { JobIn } from '../../../lib/core/model/job-transitions.ts';
import { STEPS, type Step } from '../../../lib/core/pipeline/steps.ts';
import type { ToastData } from '../../../lib/core/protocol/toast.ts';
import { textsWith } from '../../../lib/core/texts/texts.ts';
import type { JobStore } from '../../../lib/storage/job-store.ts';
import {
  cancelled,
  chosen,
  compressing,
  error,
  failed,
  receipt,
  running,
  saved,
  unsaved,
} from '../../components/panel/jobs.ts';
import { english } from '../core/texts/locale.ts';

let toasts: ToastData[] = [];
let badge: string[] = [];
let all: Job[] = [];
let pageTakesToasts = true;
/** What the page has to do before it shows a toast. */
let pageAtWork: Promise<unknown> | null = null;
let isLeft = false;

const announcer = createAnnouncer({
  store: { all: async () => all } as unknown as JobStore,
  badge: { count: async (count) => void badge.push(String(count)) },
  updateToast: async (_tab, toast): Promise<void> => {
    if (isLeft) return new Promise(() => undefined);
    if (pageTakesToasts) toasts.push(toast);
  },
  toastFallback: {
    say: async (tabId, sentence, tone) => void badge.push(`${tone} in ${tabId}: ${sentence}`),
    forget: async () => undefined,
  },
  texts: textsWith(english),
  translate: english,
  showToast: async (_tab, toast) => {
    await pageAtWork;
    if (pageTakesToasts) toasts.push(toast);
    return pageTakesToasts;
  },
});
const labels = ({ actions = [] }: ToastData): string[] => actions.map(({ label }) => label);

beforeEach(() => {
  [toasts, badge, all] = [[], [], []];
  pageTakesToasts = true;
  isLeft = false;
  pageAtWork = null;
});

describe('a page’s job', () => {
  it('is counted as long as it runs, and says in the page that it does, with a way to stop it', async () => {
    const job = running('cat.png', 'queued');
    all = [job, compressing('other.png', 5), saved('third.png', receipt(9, 3))];
    await announcer.changed(job);
    expect(badge).toEqual(['2']);
    expect(toasts).toMatchObject([
      {
        id: job.id,
        tone: 'busy',
        title: 'cat.png',
        actions: [{ message: { type: 'cancelJob', data: { id: job.id } } }],
      },
    ]);
  });

  it('says how the image was chosen, when the person did not point at it', async () => {
    const job = running('cat.png', 'queued');
    await announcer.changed({ ...job, origin: { ...job.origin, kind: 'page', chosenAs: 'largest' } } as Job);
    expect(toasts[0]?.detail).toContain(english('toast.took_largest'));
  });

  it('says what will be lost before it is, and nothing where nothing will', async () => {
    const job = compressing('cat.png', 5);
    await announcer.changed(job);
    expect(toasts).toMatchObject([{ tone: 'busy', detail: english('toast.working') }]);
    toasts = [];
    const losses = [{ kind: 'lost', code: 'first-frame-only', parameters: { frames: 7 } } as const];
    await announcer.changed({ ...job, source: { format: 'gif', bytes: 5, width: 1, height: 1, losses } } as Job);
    expect(toasts).toMatchObject([{ tone: 'busy' }]);
    expect(toasts[0]?.detail).toContain('7');
  });

  it('moves by its steps, each to its end, until images like it were timed here; then by what they took', async () => {
    const job = { ...compressing('cat.png', 5), source: { format: 'jpeg', bytes: 5, width: 20, height: 10 } } as const;
    const step = (of: Step): Promise<void> => announcer.stepped(job as JobIn<'compressing'>, of);
    await announcer.changed(job as Job);
    for (const of of STEPS) await step(of);
    const reached = toasts.map(({ progress }) => progress?.reach?.to ?? 0);
    expect(reached).toEqual([...reached].sort((a, b) => a - b));
    expect(reached.at(-1)).toBeLessThan(1);
    expect(new Set(toasts.map(({ progress }) => progress?.step)).size).toBe(STEPS.length);
    // Two of 100 pixels took 50 ms each: 200 pixels take 100 ms.
    all = [1, 2].map(() => saved('other.jpg', receipt(9, 3, { milliseconds: 50 })));
    toasts = [];
    await announcer.changed(job as Job);
    await step('encode');
    expect(toasts.map(({ progress }) => progress?.reach)).toEqual([{ to: 0.95, milliseconds: 100 }, undefined]);
  });

  it('is shown in order, and without steps that are over before the page can show them', async () => {
    const job = running('cat.png', 'queued');
    const at = { ...compressing('cat.png', 5), id: job.id } as JobIn<'compressing'>;
    let give: (given?: unknown) => void = () => undefined;
    pageAtWork = new Promise((resolve) => (give = resolve));
    const said = [
      announcer.changed(job),
      announcer.changed(at as Job),
      ...STEPS.map((step) => announcer.stepped(at, step)),
    ];
    await new Promise((resolve) => setTimeout(resolve));
    expect(toasts).toEqual([]);
    give();
    await Promise.all(said);
    const [queued, began, last, ...more] = toasts.map(({ progress }) => progress?.step);
    expect(queued).toBe(english('toast.step_acquire'));
    expect([began, last]).toEqual([english('toast.step_decode'), english('toast.step_finish')]);
    expect(more).toEqual([]);
    // A page that was left while it was changed never answers that; the next one shows what came of it.
    isLeft = true;
    toasts = [];
    await Promise.all([
      announcer.stepped(at, 'encode'),
      announcer.changed({ ...saved('cat.png', receipt(9, 3)), id: job.id } as Job),
    ]);
    expect(toasts.map(({ tone }) => tone)).toEqual(['done']);
  });

  it('waits 5 seconds at most for what was said before it in its tab', async () => {
    vi.useFakeTimers();
    try {
      const job = running('cat.png', 'queued');
      pageAtWork = new Promise(() => undefined);
      void announcer.changed(job);
      await vi.advanceTimersByTimeAsync(0);
      pageAtWork = null;
      const other = announcer.changed(saved('dog.png', receipt(9, 3)));
      await vi.advanceTimersByTimeAsync(4900);
      expect(toasts).toEqual([]);
      await vi.advanceTimersByTimeAsync(200);
      await other;
      expect(toasts.map(({ title }) => title)).toEqual(['dog.png']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('offers a saved file’s folder, its comparison, its end, and the other formats', async () => {
    const job = saved('cat.jpg', receipt(1000, 400));
    await announcer.changed(job);
    expect(toasts.flatMap(labels)).toEqual([english('toast.show'), english('toast.compare'), english('toast.undo')]);
    expect(toasts[0]?.choices?.actions.map(({ label, message }) => [label, message])).toMatchObject([
      ['PNG', { type: 'saveAs', data: { id: job.id, format: 'png' } }],
      ['WebP', {}],
      ['AVIF', {}],
      ['JPEG XL', {}],
    ]);
  });

  it('says what was saved, by the name that it has on disk', async () => {
    await announcer.changed({ ...saved('cat.png', receipt(1000, 400)), fileName: 'cat (1).png' } as Job);
    expect(toasts).toMatchObject([{ tone: 'done', title: 'cat (1).png' }]);
    expect(toasts[0]?.detail).toContain('60');
  });

  it('offers to save again what was not saved, and says no more of what a person ended', async () => {
    const job = unsaved('cat.png', receipt(1000, 400), error('download-cancelled'));
    await announcer.changed(job);
    expect(toasts[0]?.actions?.[0]?.message).toMatchObject({ type: 'saveJob', data: { id: job.id } });
    await announcer.changed(cancelled('dog.png'));
    expect(toasts[1]).toMatchObject({ tone: 'cancelled', title: 'dog.png' });
    expect(labels(toasts[1] as ToastData)).toEqual([]);
  });

  it.each([
    ['needs-permission', false, ['toast.allow'], ['allowAndRetry']],
    ['needs-permission', true, ['toast.allow', 'toast.as_shown'], ['allowAndRetry', 'saveAsShown']],
    ['permission-refused', true, ['toast.allow', 'toast.allow_all'], ['allowAndRetry', 'allowAllAndRetry']],
  ] as const)('that failed with %s (shown by the page: %s) offers %j', async (code, pixels, keys, types) => {
    const job = failed('cat.png', error(code, { host: 'h.example' }));
    await announcer.changed({ ...job, ...(pixels && { pixels }) } as Job);
    const [toast] = toasts;
    const actions = toast?.actions ?? [];
    expect(actions.map(({ label }) => label)).toEqual(
      keys.map((key) => english(key, key === 'toast.allow' ? ['h.example'] : [])),
    );
    expect(actions.map(({ message }) => (message as { type: string }).type)).toEqual(types);
  });

  it('that failed for another reason offers what the page shows, if it does', async () => {
    const job = failed('cat.png', error('corrupt'));
    await announcer.changed(job);
    await announcer.changed({ ...job, pixels: true } as Job);
    expect(toasts.map(labels)).toEqual([[], [english('toast.as_shown')]]);
  });

  it('whose page takes no toast says its end at the button, and no more', async () => {
    pageTakesToasts = false;
    await announcer.changed(running('cat.png', 'queued'));
    await announcer.changed(saved('cat.png', receipt(1000, 400)));
    await announcer.changed(failed('cat.png', error('corrupt')));
    expect(badge.map((line) => line.split('\n')[0])).toEqual([
      '0',
      '0',
      'done in 1: cat.png',
      '0',
      'error in 1: cat.png',
    ]);
  });
});

it('a view’s job is counted, and says nothing in a page', async () => {
  const job = chosen(running('cat.png', 'queued'));
  all = [job];
  await announcer.changed(job);
  expect([badge, toasts]).toEqual([['1'], []]);
});

describe('what went wrong before there was a job', () => {
  it('is said in the page, with what would help', async () => {
    const retry = { type: 'allowAndLook' };
    await announcer.failedWithoutJob(1, error('frame-closed', { host: 'h.example' }), retry);
    expect(toasts).toMatchObject([
      { tone: 'error', actions: [{ label: english('toast.allow', ['h.example']), message: retry }] },
    ]);
  });

  it('is said at the button where the page takes no toast', async () => {
    pageTakesToasts = false;
    await announcer.failedWithoutJob(1, error('no-image-in-view'));
    expect(badge).toEqual([
      `error in 1: ${english('extension_name')}\n${textsWith(english).errorText(error('no-image-in-view'))}`,
    ]);
  });
});
