/** What a panel does in the browser: what it sends, asks for and opens. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Intake } from '../../../components/panel/intake.svelte.ts';
import type { PanelActions, PanelPlace } from '../../../components/panel/panel-actions.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { vaultId, type Job } from '../../../lib/core/model/job.ts';
import type { Finished } from '../../../lib/core/naming/result-names.ts';
import { createMemoryVault, type Vault } from '../../../lib/storage/vault/vault.ts';
import { chosen, error, failed, ready, receipt } from '../../components/panel/jobs.ts';

const fake = vi.hoisted(() => ({
  sent: [] as { type: string; data: unknown }[],
  tab: { id: 3, url: 'https://page.example/', title: 'A page' } as object | undefined,
  allows: true,
  opened: [] as string[],
  workspace: [] as { tabId: number }[],
  refused: [] as string[],
}));
vi.mock('wxt/browser', () => ({
  browser: {
    runtime: { id: 'abc', getURL: (path: string) => `x://abc${path}` },
    tabs: {
      query: async () => [fake.tab].filter(Boolean),
      create: async ({ url }: { url: string }) => void fake.opened.push(url),
      update: async (id: number) => void fake.opened.push(`tab ${id}`),
    },
    permissions: { request: async () => fake.allows },
    i18n: { getMessage: (key: string) => key },
  },
}));
vi.mock('../../../lib/platform/translate.ts', () => ({ translate: (key: string) => key }));
vi.stubGlobal('chrome', {
  runtime: {
    lastError: undefined,
    ContextType: { TAB: 'TAB' },
    getContexts: async () => fake.workspace,
    sendMessage({ type, data }: { type: string; data: unknown }, respond: (answer: unknown) => void) {
      fake.sent.push({ type, data });
      respond({ res: { ok: true, value: type === 'startJobs' ? fake.refused : undefined } });
    },
  },
});

const { panelActions } = await import('../../../entrypoints/compose/panel-actions.ts');

const intake = { cancel: vi.fn(), forget: vi.fn(), bringBack: vi.fn(async () => undefined), take: vi.fn() };
let vault: Vault;
let jobs: Job[] = [];

function actions(place: PanelPlace = 'workspace'): PanelActions {
  return panelActions({
    place,
    vault,
    intake: intake as unknown as Intake,
    recipe: () => DEFAULT_RECIPE,
    find: (id) => jobs.find((job) => job.id === id),
    windowId: () => 1,
    session: { get: async () => ({}), set: async () => undefined, remove: async () => undefined } as never,
  });
}
const types = (): string[] => fake.sent.map(({ type }) => type);

beforeEach(() => {
  Object.assign(fake, { sent: [], opened: [], workspace: [], refused: [], allows: true });
  fake.tab = { id: 3, url: 'https://page.example/', title: 'A page' };
  vi.clearAllMocks();
  vault = createMemoryVault({ clock: Date.now });
  jobs = [];
});

describe('saving', () => {
  it('names each of many within a folder of the day', async () => {
    const both = [ready('a.png', receipt(9, 3)), ready('a.png', receipt(9, 3))] as Finished[];
    actions().saveAll(both, '{name}');
    await vi.waitFor(() => expect(fake.sent).toHaveLength(1));
    const [{ data } = { data: null }] = fake.sent;
    const names = (data as { jobs: { fileName: string }[] }).jobs.map(({ fileName }) => fileName);
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => /^extension_name \d{4}-\d\d-\d\d/.test(name))).toBe(true);
  });

  it('as a ZIP says so when a result is no longer held', async () => {
    const job = ready('a.png', receipt(9, 3)) as Finished;
    await expect(actions().saveArchive([job], '{name}')).rejects.toMatchObject({ code: 'item-gone' });
  });
});

describe('another try', () => {
  it('of a file brings its bytes back first, of a page’s image not', async () => {
    const [file, page] = [chosen(failed('a.png', error('corrupt'))), failed('b.png', error('corrupt'))];
    jobs = [file, page];
    await actions().retry(file.id);
    await actions().retry(page.id, { ...DEFAULT_RECIPE, format: 'webp' });
    expect(intake.bringBack.mock.calls).toEqual([[file.id]]);
    expect(fake.sent).toMatchObject([
      { type: 'retryJob', data: { id: file.id, attempt: 1 } },
      { type: 'retryJob', data: { id: page.id, attempt: 1, recipe: { format: 'webp' } } },
    ]);
  });

  it('whose bytes can not be had again is not begun', async () => {
    const file = chosen(failed('a.png', error('corrupt')));
    jobs = [file];
    intake.bringBack.mockRejectedValueOnce(new Error('gone'));
    await expect(actions().retry(file.id)).rejects.toThrow('gone');
    expect(fake.sent).toEqual([]);
  });

  it('for want of a host’s permission is begun when the person gives it, and only then', async () => {
    const job = failed('a.png', error('needs-permission', { host: 'h.example' }));
    fake.allows = false;
    await actions().allow(job);
    expect(fake.sent).toEqual([]);
    fake.allows = true;
    await actions().allow(job);
    expect(types()).toEqual(['retryJob']);
  });
});

it('many that are dismissed in one turn are one message', async () => {
  const both = [ready('a.png', receipt(9, 3)), ready('b.png', receipt(9, 3))];
  const { dismiss } = actions();
  for (const { id } of both) dismiss(id);
  await vi.waitFor(() => expect(fake.sent).not.toEqual([]));
  expect(fake.sent).toEqual([{ type: 'dismissJobs', data: { ids: both.map(({ id }) => id) } }]);
  expect(intake.forget).toHaveBeenCalledTimes(2);
});

describe('an address', () => {
  const start = (): { origin: Job['origin']; error: { code: string } | null } =>
    (fake.sent[0]?.data as { jobs: [{ origin: Job['origin']; error: { code: string } | null }] }).jobs[0];

  it('of the page in front is had from that page, and of another page or in a tab of its own from the host', async () => {
    await actions('popup').takeUrl('https://page.example/cat.jpg');
    expect(start().origin).toMatchObject({ kind: 'page', tabId: 3 });
    fake.sent = [];
    await actions('popup').takeUrl('https://other.example/cat.jpg');
    expect(start().origin).toEqual({ kind: 'url', url: 'https://other.example/cat.jpg' });
    fake.sent = [];
    await actions('workspace').takeUrl('https://page.example/cat.jpg');
    expect(start().origin.kind).toBe('url');
  });

  it('that carries its image is taken in as a file is', async () => {
    await actions().takeUrl('data:image/png;base64,iVBORw==');
    expect(fake.sent).toEqual([]);
    const [[taken]] = intake.take.mock.calls as unknown as [[[{ open(): Promise<Blob> }]]];
    expect((await taken[0].open()).size).toBe(4);
  });

  it('that is too long says so in the list; where the list is full, the person is told', async () => {
    await actions().takeUrl(`https://h.example/${'a'.repeat(20_000)}`);
    expect(start().error).toMatchObject({ code: 'address-too-long' });
    fake.refused = ['an id'];
    await expect(actions().takeUrl('https://h.example/a.png')).rejects.toMatchObject({ code: 'list-full' });
  });
});

describe('the workspace', () => {
  it('that is open comes to the front, but one image’s comparison, and a limit for all, have a tab of their own', async () => {
    fake.workspace = [{ tabId: 9 }];
    actions().openWorkspace();
    await vi.waitFor(() => expect(fake.opened).toEqual(['tab 9']));
    const { id } = ready('a.png', receipt(9, 3));
    actions().openWorkspace({ view: 'compare', id });
    await vi.waitFor(() => expect(fake.opened[1]).toBe(`x://abc/workspace.html#compare=${id}`));
    actions().openWorkspace({ view: 'total', bytes: 2_000_000 });
    await vi.waitFor(() => expect(fake.opened[2]).toBe('x://abc/workspace.html#total=2000000'));
  });
});

it('a copy is made of what the vault holds', async () => {
  const job = ready('a.png', receipt(9, 3)) as Finished;
  await vault.put(
    { id: vaultId(job.id, 'result'), jobId: job.id, part: 'result', why: 'held' },
    new Uint8Array([1, 2]),
  );
  const written: string[] = [];
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void written.push(text) } });
  await actions().copySnippet(job, 'data-uri');
  expect(written).toHaveLength(1);
});
