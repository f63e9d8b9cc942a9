import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Live } from '../../../components/live.svelte.ts';
import type { OptionsActions } from '../../../components/options/options-actions.ts';
import OptionsPage from '../../../components/options/OptionsPage.svelte';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { newJobId, vaultId, type Job } from '../../../lib/core/model/job.ts';
import type { Everything } from '../../../lib/storage/everything.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../lib/storage/settings/schema.ts';
import type { Bucket } from '../../../lib/storage/statistics/figures.ts';
import { textsWith } from '../../../lib/core/texts/texts.ts';
import { english } from '../../unit/core/texts/locale.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const viewTexts = { t: english, texts: textsWith(english) };
const seen = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

const id = newJobId();
const job = {
  id,
  createdAt: NOW,
  origin: {
    kind: 'page',
    url: 'https://pictures.example/cat.jpg',
    pageUrl: '',
    pageTitle: '',
    tabId: 1,
    frameId: 0,
    chosenAs: null,
  },
  recipe: DEFAULT_RECIPE,
  delivery: 'hold',
  name: 'cat.jpg',
  attempt: 1,
  lost: 0,
  state: 'failed',
  error: { code: 'download-cancelled', parameters: {} },
  source: null,
} as Job;
const item = {
  id: vaultId(id, 'result'),
  jobId: id,
  part: 'result',
  format: 'webp',
  bytes: 310_000,
  created: NOW,
  touched: NOW,
  deadline: NOW + 42 * MINUTE,
  why: 'held',
} as const;
const bucket = (month: string, output: 'webp' | 'jpeg', before: number, after: number): Bucket => ({
  month,
  formats: { input: 'jpeg', output },
  count: 2,
  sizes: { count: 2, before, after },
  browser: { name: 'Chrome', version: 156 },
  system: 'linux',
  cores: 2,
});
const counted = { ...DEFAULT_SETTINGS, statistics: { ...DEFAULT_SETTINGS.statistics, enabled: true } };
const nothing: Everything = {
  items: [],
  jobs: [],
  waiting: 0,
  ledger: [],
  settings: DEFAULT_SETTINGS,
  setByPolicy: new Set(),
  statistics: [],
};

const actions = {
  change: vi.fn<OptionsActions['change']>(async () => true),
  chooseStatistics: vi.fn(),
  saveText: vi.fn(),
  setKeys: vi.fn(),
  purge: vi.fn(),
  exportAll: vi.fn(),
  deleteEverything: vi.fn(async () => undefined),
  deleteSettings: vi.fn(async () => undefined),
  policyRead: vi.fn(),
  notifications: { read: vi.fn(async () => false), set: vi.fn(async () => undefined), watch: () => () => undefined },
  siteAccess: {
    read: vi.fn(async () => ({ all: false, patterns: ['https://images.example/*'] })),
    allowAll: vi.fn(async () => true),
    remove: vi.fn(async () => undefined),
    watch: vi.fn(() => () => undefined),
  },
} satisfies OptionsActions;
beforeEach(() => vi.clearAllMocks());

/** What the last change makes of settings, which another one may have changed meanwhile. */
const lastChange = (now: Settings = DEFAULT_SETTINGS): Partial<Settings> | undefined =>
  actions.change.mock.lastCall?.[0](now);

/** Shows the page; what it gives changes what is kept. */
async function show(kept: Everything, fragment = '#privacy'): Promise<(next: Everything) => void> {
  let current = kept;
  let changed: () => void = () => undefined;
  const live = new Live({
    read: async () => current,
    watch: (listener) => {
      changed = listener;
      return () => undefined;
    },
    untilChange: () => Infinity,
    clock: () => NOW,
  });
  render(OptionsPage, {
    viewTexts,
    live,
    shortcuts: [{ label: 'Compress the image in view', keys: 'Ctrl+Shift+Y' }],
    privateWindow: false,
    actions,
    fragment,
  });
  await screen.findByRole('heading', { level: 1 });
  return (next) => {
    current = next;
    changed();
  };
}

const rows = (group: string): string[] =>
  [...document.querySelectorAll(`[data-group=${group}] tr:not(.group)`)].map((row) =>
    [...row.children].map(seen).filter(Boolean).join(' '),
  );

describe('what is held', () => {
  it('is one table: items with a countdown, jobs, ledger, statistics, settings', async () => {
    await show({
      ...nothing,
      items: [item],
      jobs: [job],
      waiting: 2,
      settings: counted,
      statistics: [bucket('2026-11', 'webp', 4e6, 1e6)],
      ledger: [{ time: NOW, rule: 'downloaded', part: 'source', format: 'png', bytes: 1_200_000 }],
    });
    expect(rows('images')).toEqual(['cat.jpg, Result WebP310 kBkept for you in 42 min Remove']);
    expect(rows('jobs')).toEqual([
      '2 images Waiting once it is read',
      'cat.jpg Failedfrom pictures.example together with its image',
    ]);
    expect(rows('ledger')[0]).toMatch(/^Original removed .*saved to DownloadsPNG1.2 MB when the browser closes$/);
    expect(rows('statistics')).toEqual([
      'November 2026, 2 images JPEG → WebP4 MB → 1 MBChrome 156Linux2 cores when you delete it',
    ]);
    expect(rows('settings')).toHaveLength(12);
    expect(screen.getAllByRole('table')).toHaveLength(1);
  });

  it('follows what is purged elsewhere', async () => {
    const change = await show({ ...nothing, items: [item], jobs: [job] });
    change(nothing);
    await screen.findByText('No image is kept.');
    expect(rows('jobs')).toEqual(['The list is empty.']);
  });

  it('shows no item that is past its deadline, purged or not', async () => {
    await show({ ...nothing, items: [{ ...item, deadline: NOW }] });
    expect(rows('images')).toEqual(['No image is kept.']);
  });

  it('shows the first of many, and all when asked', async () => {
    await show({
      ...nothing,
      ledger: Array.from({ length: 30 }, (_, at) => ({
        time: NOW + at,
        rule: 'deadline',
        part: 'result',
        format: null,
        bytes: at,
      })),
    });
    expect(rows('ledger')).toHaveLength(6);
    await userEvent.click(screen.getByRole('button', { name: 'Show all 30' }));
    expect(rows('ledger')).toHaveLength(31);
  });

  it('is purged one by one, and exported', async () => {
    await show({ ...nothing, items: [item], jobs: [job] });
    await userEvent.click(screen.getByRole('button', { name: 'Remove: cat.jpg, Result' }));
    expect(actions.purge).toHaveBeenCalledWith(item.id);
    await userEvent.click(screen.getByRole('button', { name: 'Export all of it' }));
    expect(actions.exportAll).toHaveBeenCalledOnce();
  });
});

describe('deletion', () => {
  it('asks once, and does nothing when the person thinks better of it', async () => {
    await show(nothing);
    await userEvent.click(screen.getByRole('button', { name: 'Delete everything now' }));
    const group = screen.getByRole('group', { name: 'Delete all of it, now?' });
    expect(document.activeElement).toBe(within(group).getByRole('button', { name: 'Keep it' }));
    await userEvent.keyboard('{Enter}');
    expect(actions.deleteEverything).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Delete everything now' }));
    await userEvent.click(screen.getByRole('button', { name: 'Yes, delete' }));
    expect(actions.deleteEverything).toHaveBeenCalledOnce();
    expect(actions.deleteSettings).not.toHaveBeenCalled();
    expect(await screen.findByText('Deleted.')).toBeDefined();
  });
});

describe('statistics', () => {
  it('are a plain question, off until it is answered', async () => {
    await show(nothing);
    expect(screen.getAllByRole('switch')).toHaveLength(1);
    await userEvent.click(screen.getByRole('switch', { name: 'Count what CompressImage saves you' }));
    const change = vi.mocked(actions.chooseStatistics).mock.lastCall?.[0];
    expect(change?.(DEFAULT_SETTINGS.statistics)).toEqual({ ...DEFAULT_SETTINGS.statistics, enabled: true });
  });

  it('have a switch for each figure', async () => {
    await show({ ...nothing, settings: counted });
    expect(
      screen
        .getAllByRole('switch')
        .slice(1)
        .map((each) => document.querySelector(`label[for="${each.id}"]`)?.textContent),
    ).toEqual([
      'Formats',
      'Sizes before and after',
      'Ratio',
      'Time of the work',
      'Browser and version',
      'Operating system',
      'Number of cores',
      'Month',
    ]);
    await userEvent.click(screen.getByRole('switch', { name: 'Number of cores' }));
    // From what is chosen by then: another switch may just have been turned.
    const change = vi.mocked(actions.chooseStatistics).mock.lastCall?.[0];
    const { fields } = counted.statistics;
    expect(change?.({ enabled: true, fields: { ...fields, system: false } })).toEqual({
      enabled: true,
      fields: { ...fields, system: false, cores: false },
    });
  });

  it('are drawn, and the drawing is told in words', async () => {
    await show({
      ...nothing,
      settings: counted,
      statistics: [bucket('2026-10', 'jpeg', 4e6, 3e6), bucket('2026-11', 'webp', 4e6, 1e6)],
    });
    expect(seen(screen.getByText('4 MB saved').parentElement ?? document.body)).toBe(
      '4 MB saved With 4 images, in all',
    );
    expect(
      within(screen.getByRole('figure', { name: 'By format' }))
        .getAllByRole('listitem')
        .map(seen),
    ).toEqual(['WebP 3 MB 3 MB saved with 2 images', 'JPEG 1 MB 1 MB saved with 2 images']);
    expect(
      within(screen.getByRole('figure', { name: 'By month' }))
        .getAllByRole('listitem')
        .map(seen),
    ).toEqual(['1 MB Oct 2026 1 MB saved with 2 images', '3 MB Nov 2026 3 MB saved with 2 images']);
  });

  it("that an organisation switched off can't be switched on here", async () => {
    await show({ ...nothing, setByPolicy: new Set(['statistics']) });
    expect(screen.getByRole<HTMLInputElement>('switch').disabled).toBe(true);
    expect(screen.getByText('Set by your organisation')).toBeDefined();
  });
});

describe('settings', () => {
  it('give the idle time in steps of 5 from 5 to 60', async () => {
    await show(nothing, '#settings');
    expect(screen.getByRole('slider')).toMatchObject({ min: '5', max: '60', step: '5', value: '60' });
    const minutes = screen.getByRole('spinbutton');
    await userEvent.clear(minutes);
    actions.change.mockClear();
    await userEvent.paste('90');
    expect(seen(screen.getByRole('alert'))).toBe('at most 60');
    expect(actions.change).not.toHaveBeenCalled();
    await userEvent.clear(minutes);
    await userEvent.paste('25');
    expect(lastChange()).toEqual({ idleMinutes: 25 });
  });

  it('count the kB of a limit as some upload forms do', async () => {
    await show(nothing, '#settings');
    await userEvent.click(screen.getByRole('switch', { name: '1 kB is 1024 bytes' }));
    expect(lastChange()).toEqual({ kilobyte: 1024 });
  });

  it('show what a file name will be while it is written', async () => {
    await show(nothing, '#settings');
    const field = screen.getByRole('textbox', { name: 'File name' });
    await userEvent.type(field, '-{{width}x{{heigth}');
    expect(lastChange()).toEqual({ nameTemplate: '{name}-{width}x{heigth}' });
    expect(seen(screen.getByText(/Example: holiday-1600x\{heigth\}\.jpg/).closest('p')!)).toContain(
      '{heigth} is not known',
    );
    await userEvent.clear(field);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText('Write a name of 1 to 200 characters.')).toBeDefined();
  });

  it('say in words what is wrong with a file of presets', async () => {
    await show(nothing, '#settings');
    const picker = document.querySelector<HTMLInputElement>('input[type=file]')!;
    await userEvent.upload(picker, new File(['{'], 'presets.json', { type: 'application/json' }));
    expect(seen(await screen.findByRole('alert'))).toBe('the file: this is not a JSON file');
  });
});

describe('the policy', () => {
  it('has a notice of a newer one, which reading or closing ends', async () => {
    const settings = { ...DEFAULT_SETTINGS, policy: { version: '2.0', since: NOW - MINUTE, read: false } };
    await show({ ...nothing, settings });
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(actions.policyRead).toHaveBeenCalledOnce();
  });

  it('counts as read when its page is open', async () => {
    await show(
      { ...nothing, settings: { ...DEFAULT_SETTINGS, policy: { version: '2.0', since: NOW, read: false } } },
      '#policy',
    );
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Privacy policy');
    expect(actions.policyRead).toHaveBeenCalled();
  });
});

describe('sites', () => {
  it('that were allowed are taken back one by one, and all are allowed as one choice', async () => {
    await show(nothing, '#settings');
    const user = userEvent.setup();
    await user.click(await screen.findByRole('button', { name: 'Remove images.example' }));
    expect(actions.siteAccess.remove).toHaveBeenCalledExactlyOnceWith('https://images.example/*');
    await user.click(screen.getByRole('switch', { name: 'Read images on all sites without asking' }));
    expect(actions.siteAccess.allowAll).toHaveBeenCalledOnce();
  });

  it('hand the focus on as they go: to the next one, at last to the heading', async () => {
    const uploadSites = ['https://a.example/*', 'https://b.example/*'];
    actions.siteAccess.read.mockResolvedValueOnce({ all: false, patterns: [] });
    const keep = (sites: readonly string[]): Everything => ({
      ...nothing,
      settings: { ...DEFAULT_SETTINGS, uploadSites: [...sites] },
    });
    const refresh = await show(keep(uploadSites), '#settings');
    const button = (site: string): HTMLElement =>
      screen.getByRole('button', { name: `Leave uploads on ${site} as they are` });
    await screen.findByText('a.example');
    button('a.example').focus();
    refresh(keep(uploadSites.slice(1)));
    await vi.waitFor(() => expect(document.activeElement).toBe(button('b.example')));
  });

  it('are not allowed when the browser’s question is refused: then the switch is off again', async () => {
    actions.siteAccess.allowAll.mockResolvedValueOnce(false);
    await show(nothing, '#settings');
    const all = await screen.findByRole<HTMLInputElement>('switch', {
      name: 'Read images on all sites without asking',
    });
    await userEvent.click(all);
    await vi.waitFor(() => expect(all.checked).toBe(false));
    expect(actions.siteAccess.allowAll).toHaveBeenCalledOnce();
  });

  it('whose uploads are made smaller are in the same list, and let go of without the other right', async () => {
    const uploadSites = ['https://images.example/*', 'https://forum.example/*'];
    await show({ ...nothing, settings: { ...DEFAULT_SETTINGS, uploadSites } }, '#settings');
    const list = await screen.findByRole('list', { name: 'Sites that you have allowed' });
    expect(within(list).getAllByRole('listitem').map(seen)).toEqual([
      'images.example Uploads are made smaller Leave uploads as they are Remove',
      'forum.example Uploads are made smaller Leave uploads as they are',
    ]);
    await userEvent.click(screen.getByRole('button', { name: 'Leave uploads on forum.example as they are' }));
    expect(actions.change).toHaveBeenCalledOnce();
    expect(lastChange({ ...DEFAULT_SETTINGS, uploadSites: [...uploadSites, 'https://new.example/*'] })).toEqual({
      uploadSites: ['https://images.example/*', 'https://new.example/*'],
    });
    expect(actions.siteAccess.remove).not.toHaveBeenCalled();
  });
});

describe('what the menu does', () => {
  const menu = DEFAULT_SETTINGS.menu;

  it('follows the settings for all until it has its own, has what is ticked, and names files', async () => {
    const refresh = await show(nothing, '#settings');
    const user = userEvent.setup();
    const last = (): Partial<Settings> | undefined =>
      lastChange({ ...DEFAULT_SETTINGS, menu: { ...menu, hidden: ['jxl'] } });
    await user.click(await screen.findByRole('checkbox', { name: 'Save as AVIF' }));
    expect(last()?.menu).toMatchObject({ hidden: ['avif', 'jxl'] });
    await user.click(screen.getByRole('switch', { name: "Keep the original's name" }));
    expect(last()?.menu).toMatchObject({ plainNames: true, hidden: ['jxl'] });
    await user.click(screen.getByRole('switch', { name: 'Keep a saved image for 5 minutes' }));
    expect(lastChange()).toEqual({ keepSaved: true });
    await user.click(screen.getByRole('radio', { name: 'Its own settings' }));
    const own = { ...menu, recipe: DEFAULT_SETTINGS.recipe };
    expect(last()?.menu).toMatchObject({ recipe: own.recipe });
    refresh({ ...nothing, settings: { ...DEFAULT_SETTINGS, menu: own } });
    await user.selectOptions(await screen.findByLabelText('Preset'), 'Web');
    expect(last()?.menu).toMatchObject({ recipe: { format: 'webp', metadata: 'protect' } });
    await user.click(screen.getByRole('radio', { name: 'As set for all images' }));
    expect(last()?.menu).toMatchObject({ recipe: null });
  });

  it('loses no change of a quick hand: each begins with the one before, written yet or not', async () => {
    const own = { ...DEFAULT_SETTINGS, menu: { ...menu, recipe: DEFAULT_RECIPE } };
    await show({ ...nothing, settings: own }, '#settings');
    actions.change.mockReturnValue(new Promise(() => undefined));
    const user = userEvent.setup();
    await user.click((await screen.findAllByRole('radio', { name: 'AVIF' }))[0]!);
    await user.selectOptions(screen.getByLabelText('Size'), 'percent');
    expect(lastChange(own)?.menu?.recipe).toMatchObject({ format: 'avif', resize: { by: 'percent' } });
  });

  it('can be said by notifications, where the browser lets it', async () => {
    await show(nothing, '#settings');
    await userEvent.click(await screen.findByRole('switch', { name: 'Notify me where a page allows no message' }));
    expect(actions.notifications.set).toHaveBeenCalledExactlyOnceWith(true);
    // It was refused.
    expect(screen.getByRole<HTMLInputElement>('switch', { name: /^Notify me/ }).checked).toBe(false);
  });
});
