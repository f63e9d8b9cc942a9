/** The whole panel over real stores; what stands in is where records come from, and the browser's side. */
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tick } from 'svelte';
import { Live } from '../../../components/live.svelte.ts';
import type { FolderWork } from '../../../components/folder/folder-work.svelte.ts';
import { LiveJobs } from '../../../components/live-jobs.svelte.ts';
import { Intake } from '../../../components/panel/intake.svelte.ts';
import { LiveSettings } from '../../../components/panel/live-settings.svelte.ts';
import Panel from '../../../components/panel/Panel.svelte';
import type { NoticeToShow } from '../../../components/panel/notices.svelte.ts';
import type { Opening, PanelActions, PanelPlace } from '../../../components/panel/panel-actions.ts';
import type { Job } from '../../../lib/core/model/job.ts';
import { recordsOf } from '../../../lib/storage/job-store.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../lib/storage/settings/schema.ts';
import type { HeldItem } from '../../../lib/storage/vault/item.ts';
import { seen, viewTexts } from './with-texts.ts';
import { compressing, error, failed, ready, receipt, running } from './jobs.ts';

interface Shown {
  readonly actions: { readonly [K in keyof PanelActions]: NonNullable<PanelActions[K]> & ReturnType<typeof vi.fn> };
  readonly bringIn: ReturnType<typeof vi.fn>;
  readonly onshown: ReturnType<typeof vi.fn>;
  change(...jobs: Job[]): void;
  purge(): void;
  say(notice: NoticeToShow): void;
}

function show(
  jobs: readonly Job[],
  place: PanelPlace = 'popup',
  earlier: readonly NoticeToShow[] = [],
  folder: FolderWork | null = null,
  opening: Opening | null = null,
): Shown {
  type Changed = (items: Record<string, unknown>) => void;
  let changed: Changed = () => undefined;
  let purged = (): void => undefined;
  let say: (notice: NoticeToShow) => void = () => undefined;
  const keyed = recordsOf(jobs);
  const settings: Settings = DEFAULT_SETTINGS;
  const actions = new Proxy({} as Record<string, ReturnType<typeof vi.fn>>, {
    get: (made, name: string) => (made[name] ??= vi.fn(async () => undefined)),
  });
  const [bringIn, onshown] = [vi.fn(async () => undefined), vi.fn()];
  render(Panel, {
    place,
    opening,
    viewTexts,
    live: new LiveJobs({
      read: async () => keyed,
      watch: (listener: Changed) => {
        changed = listener;
        return () => undefined;
      },
    }),
    intake: new Intake({
      vault: { put: async () => ({}) as HeldItem, has: async () => false, purge: async () => [] },
      space: { take: async () => ({ release: () => undefined }) },
      view: Promise.resolve('a view'),
      start: async () => [],
      dismiss: async () => undefined,
      recipe: () => DEFAULT_RECIPE,
      now: Date.now,
    }),
    settings: new LiveSettings({
      load: async () => settings,
      setByPolicy: async () => new Set(),
      update: async (change: (now: Settings) => Partial<Settings>) => ({ ...settings, ...change(settings) }),
      onChange: () => () => undefined,
    } as unknown as ConstructorParameters<typeof LiveSettings>[0]),
    holdings: new Live({
      read: async () => [],
      watch: () => () => undefined,
      untilChange: () => Infinity,
      clock: Date.now,
    }),
    actions: actions as unknown as PanelActions,
    bringIn,
    thumbnail: async () => null,
    folder,
    dragOut: {
      prepare: () => undefined,
      start: () => false,
      end: () => undefined,
      release: () => undefined,
      drop: () => undefined,
    },
    compareService: () => new Promise(() => undefined),
    shortcuts: Promise.resolve([]),
    onnotice: (listener: (notice: NoticeToShow) => void) => {
      say = listener;
      earlier.forEach(listener);
    },
    onpurged: (listener: () => void) => {
      purged = listener;
    },
    onshown,
  });
  return {
    actions: actions as unknown as Shown['actions'],
    bringIn,
    onshown,
    change: (...all) => changed(recordsOf(all)),
    purge: () => purged(),
    say: (notice) => say(notice),
  };
}

const warns = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });

beforeEach(() => {
  // A list that is drawn nowhere has no height, and shows no rows.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
});
afterEach(() => vi.restoreAllMocks());

describe('a panel', () => {
  it('without images says how to bring some in, and that it is shown', async () => {
    const { onshown } = show([]);
    await vi.waitFor(() => expect(onshown).toHaveBeenCalledOnce());
    expect(document.querySelector('.empty')).not.toBeNull();
    expect(document.querySelector('footer')).toBeNull();
  });

  it('has a row for each job, follows what becomes of it, and sums up', async () => {
    const [a, b] = [ready('a.png', receipt(1000, 400)), running('b.png', 'acquiring')];
    const { change } = show([a, b]);
    await vi.waitFor(() => expect(document.body.textContent).toContain('b.png'));
    expect(document.body.textContent).toContain('a.png');
    expect(document.querySelector('.empty')).toBeNull();
    change({ ...ready('b.png', receipt(1000, 200)), id: b.id });
    await vi.waitFor(() =>
      expect(seen(document.querySelector('footer') as HTMLElement)).toContain(
        '2 images, 2 kB to 600 bytes, 70 % smaller',
      ),
    );
  });

  it('saves what is ready, by the file-name template', async () => {
    const [a, b] = [ready('a.png', receipt(1000, 400)), ready('b.png', receipt(1000, 400))];
    const { actions } = show([a, b]);
    await userEvent.click(await screen.findByRole('button', { name: 'Save 2 images' }));
    const [jobs, template] = actions.saveAll.mock.calls[0] as [Job[], string];
    expect(jobs.map(({ id }) => id).sort()).toEqual([a.id, b.id].sort());
    expect(template).toBe(DEFAULT_SETTINGS.nameTemplate);
  });

  it('asks before it packs what earlier settings made; settings of an image’s own are as they are wanted', async () => {
    const earlier = { ...DEFAULT_RECIPE, format: 'avif' as const };
    const [old, own, now] = ['old', 'own', 'now'].map((name) => ready(`${name}.jpg`, receipt(9, 4))) as [Job, Job, Job];
    const { actions } = show([{ ...old, recipe: earlier }, { ...own, recipe: earlier, ownRecipe: true }, now]);
    await userEvent.click(await screen.findByRole('button', { name: 'Save as one ZIP' }));
    expect(await screen.findByText('1 image was made with earlier settings.')).toBeDefined();
    expect(actions.saveArchive).not.toHaveBeenCalled();
    await userEvent.click(button('Compress again'));
    expect(actions.retry.mock.calls).toEqual([[old.id, DEFAULT_RECIPE]]);
    await userEvent.click(button('Save as one ZIP'));
    await userEvent.click(button('Save as they are'));
    expect(actions.saveArchive.mock.calls[0]?.[0]).toHaveLength(3);
    expect(screen.queryByText(/earlier settings/)).toBeNull();
  });

  it('says why a ZIP could not be had', async () => {
    const { actions } = show([ready('a.png', receipt(9, 4)), ready('b.png', receipt(9, 4))]);
    actions.saveArchive.mockRejectedValueOnce(Object.assign(new Error('gone')));
    await userEvent.click(await screen.findByRole('button', { name: 'Save as one ZIP' }));
    await vi.waitFor(() => expect(screen.getByText(viewTexts.texts.errorText(error('internal')))).toBeDefined());
  });

  it('tries again what failed, by this recipe, and takes it out only when nobody wants it back', async () => {
    const job = failed('a.png', error('timed-out', { host: 'h.example', seconds: 30 }));
    const { actions } = show([job]);
    await userEvent.click(await screen.findByRole('button', { name: 'Try 1 again' }));
    expect(actions.retry.mock.calls[0]?.[0]).toBe(job.id);
    await userEvent.click(button('Remove failed'));
    await vi.waitFor(() => expect(document.body.textContent).not.toContain('a.png'));
    expect(actions.dismiss).not.toHaveBeenCalled();
    await userEvent.click(button('Undo'));
    await vi.waitFor(() => expect(document.body.textContent).toContain('a.png'));
    expect(actions.dismiss).not.toHaveBeenCalled();
  });

  it('tells of what ended before it was opened', async () => {
    const { say } = show([], 'popup', [{ text: 'Three images were not compressed.' }]);
    await vi.waitFor(() => expect(screen.getByText('Three images were not compressed.')).toBeDefined());
    say({ text: 'One more was lost.' });
    expect(await screen.findByText('One more was lost.')).toBeDefined();
  });

  it('stops all that runs', async () => {
    const jobs = [running('a.png', 'acquiring'), running('b.png', 'queued')];
    const { actions } = show(jobs);
    await userEvent.click(await screen.findByRole('button', { name: 'Cancel all' }));
    expect(actions.cancel.mock.calls.flat().sort()).toEqual(jobs.map(({ id }) => id).sort());
  });

  it('comes to rest although the clock goes on while it draws', async () => {
    let now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => ++now);
    try {
      show([compressing('a.png', 1), running('b.png', 'queued')]);
      await screen.findByRole('button', { name: 'Cancel all' });
      await tick();
      // Each time that it draws it looks at the clock a few times.
      expect(clock.mock.calls.length).toBeLessThan(500);
    } finally {
      clock.mockRestore();
    }
  });

  it('takes a limit for all together, and no number that can not be used', async () => {
    const { actions } = show([
      ready('a.jpg', receipt(900_000, 400_000, { look: 70 })),
      ready('b.jpg', receipt(900_000, 400_000, { look: 70 })),
    ]);
    await userEvent.click(await screen.findByRole('button', { name: 'Total size…' }));
    const field = await screen.findByLabelText('At most');
    expect(screen.getByText('2 images have 800 kB now.')).toBeDefined();
    await userEvent.clear(field);
    expect(button('Compress').hasAttribute('disabled')).toBe(true);
    await userEvent.type(field, '0.5');
    await userEvent.click(button('Compress'));
    // A popup does not stay open as long as that takes.
    await vi.waitFor(() => expect(actions.openWorkspace.mock.calls).toEqual([[{ view: 'total', bytes: 500_000 }]]));
    expect(actions.retry).not.toHaveBeenCalled();
    expect(screen.queryByLabelText('At most')).toBeNull();
  });

  it('that opens with a limit for all keeps it once the list is there', async () => {
    const images = ['a.jpg', 'b.jpg'].map((name) => ready(name, receipt(900_000, 400_000, { look: 70 })));
    const { actions } = show(images, 'workspace', [], null, { view: 'total', bytes: 500_000 });
    await vi.waitFor(() => expect(actions.retry).toHaveBeenCalledTimes(2));
    const aim = { kind: 'size', bytes: 250_000, together: 500_000 };
    for (const [, recipe, ownRecipe] of actions.retry.mock.calls) expect([recipe.aim, ownRecipe]).toEqual([aim, true]);
  });

  it('warns while a folder is written, whether its sheet is open or not', () => {
    const folder = { progress: { done: 1, total: 2 } as FolderWork['progress'], name: 'trip' };
    show([], 'workspace', [], folder as FolderWork);
    expect(warns()).toBe(true);
    folder.progress = null;
    expect(warns()).toBe(false);
  });

  it('offers the way back from a limit that can not be kept, and warns as long as the view must stay', async () => {
    const jobs = ['a.jpg', 'b.jpg'].map((name) => ready(name, receipt(900_000, 400_000, { look: 70 })));
    const [a, b] = jobs as [Job, Job];
    const { actions, change } = show(jobs, 'workspace');
    actions.retry.mockImplementation(async () => true);
    const ask = async (limit: string): Promise<void> => {
      await userEvent.click(await screen.findByRole('button', { name: 'Total size…' }));
      await userEvent.clear(await screen.findByLabelText('At most'));
      await userEvent.type(screen.getByLabelText('At most'), limit);
      await userEvent.click(button('Compress'));
    };
    await ask('0.5');
    expect(actions.retry).toHaveBeenCalledTimes(2);
    expect(warns()).toBe(true);
    const [, recipe] = actions.retry.mock.calls[0] as [unknown, Job['recipe']];
    const setback = error('size-not-reached', { kilobytes: 250, reached: 600 });
    change(
      { ...a, attempt: 2, recipe, receipt: receipt(900_000, 240_000, { look: 60 }) } as Job,
      { ...b, attempt: 2, setback } as Job,
    );
    await screen.findByText(/^2 images are over 500 kB\. Even at their smallest they have 601 kB together/);
    expect(warns()).toBe(false);
    await userEvent.click(button('Compress as before'));
    expect(actions.retry.mock.calls.slice(2)).toEqual([[a.id, DEFAULT_RECIPE, false]]);
    actions.retry.mockImplementation(async () => false);
    await ask('0.3');
    await screen.findByText(/^2 images have 640 kB now, over 300 kB\. .*\. 2 of them could not be changed$/);
  });
});
