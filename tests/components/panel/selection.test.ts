import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDragOut, OWN_DRAG } from '../../../components/panel/drag-out.ts';
import ImageListWithTexts from './ImageListWithTexts.svelte';
import ImageList from '../../../components/panel/ImageList.svelte';
import type { PanelJobs } from '../../../components/panel/panel-jobs.svelte.ts';
import { createCommands } from '../../../components/panel/commands.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import type { Job, JobId } from '../../../lib/core/model/job.ts';
import type { Finished } from '../../../lib/core/naming/result-names.ts';
import type { PanelActions } from '../../../components/panel/panel-actions.ts';
import { show } from './with-texts.ts';
import { cancelled, compressing, error, failed, ready, receipt } from './jobs.ts';

const five: Job[] = [
  ready('a.jpg', receipt(10, 5)),
  ready('b.jpg', receipt(10, 5)),
  compressing('c.png', 10),
  failed('d.jpg', error('corrupt')),
  ready('e.jpg', receipt(10, 5)),
];
const rowsOf = (jobs: readonly Job[]): PanelJobs['rows'] => jobs.map((job) => ({ kind: 'job', id: job.id, job }));
const savableOf = (jobs: readonly Job[]): readonly Finished[] =>
  jobs.flatMap((job) => (job.state === 'ready' || job.state === 'unsaved' ? [job] : []));

const onselected = vi.fn();
const onrename = vi.fn();
const onaction = vi.fn();
const [prepare, release] = [vi.fn(), vi.fn()];
beforeEach(() => vi.clearAllMocks());
afterEach(() => document.body.replaceChildren());

const panelJobs = (jobs: readonly Job[]): PanelJobs =>
  ({
    rows: rowsOf(jobs),
    savable: savableOf(jobs),
    leaving: new Set(),
    share: () => undefined,
    order: 'newest',
    job: (id: string) => jobs.find((job) => job.id === id),
  }) as unknown as PanelJobs;

/** @returns what shows another list */
function showList(jobs: readonly Job[] = five): (then: readonly Job[]) => Promise<void> {
  const { change } = show(ImageList, {
    jobs: panelJobs(jobs),
    thumbnail: () => Promise.resolve(null),
    grid: false,
    ongrid: vi.fn(),
    onaction,
    onmenuaction: vi.fn(),
    onselected,
    onrename,
    dragOut: { prepare, start: () => true, end: vi.fn(), release, drop: vi.fn() },
  });
  return (then) => change({ jobs: panelJobs(then) });
}

const item = (name: string): HTMLElement =>
  screen.getAllByRole('listitem').find((each) => each.textContent?.includes(name))!;
const selected = (): string[] =>
  screen
    .getAllByRole('checkbox')
    .filter((box) => (box as HTMLInputElement).checked)
    .map((box) => box.getAttribute('aria-label')!.replace('Select ', ''));
const key = (name: string, options: object | string): void =>
  void fireEvent.keyDown(item(name), typeof options === 'string' ? { key: options } : options);

describe('rows', () => {
  it('are selected by a click, with Ctrl, with Shift, and by their box', async () => {
    showList();
    await fireEvent.click(item('b.jpg'));
    expect(selected()).toEqual(['b.jpg']);
    await fireEvent.click(item('d.jpg'), { ctrlKey: true });
    expect(selected()).toEqual(['b.jpg', 'd.jpg']);
    await fireEvent.click(item('b.jpg'), { ctrlKey: true });
    await fireEvent.click(item('e.jpg'), { shiftKey: true });
    expect(selected()).toEqual(['b.jpg', 'c.png', 'd.jpg', 'e.jpg']);
    await fireEvent.click(item('a.jpg'));
    expect(selected()).toEqual(['a.jpg']);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Select c.png' }));
    expect(selected()).toEqual(['a.jpg', 'c.png']);
    expect(screen.getByRole('status').textContent).toBe('2 selected');
    // A button of a row selects nothing.
    await userEvent.click(screen.getByRole('button', { name: 'Save e.jpg' }));
    expect(selected()).toEqual(['a.jpg', 'c.png']);
  });

  it('are selected by the keyboard', async () => {
    showList();
    item('b.jpg').focus();
    key('b.jpg', ' ');
    await vi.waitFor(() => expect(selected()).toEqual(['b.jpg']));
    key('b.jpg', { key: 'ArrowDown', shiftKey: true });
    await vi.waitFor(() => expect(document.activeElement).toBe(item('c.png')));
    key('c.png', { key: 'ArrowDown', shiftKey: true });
    await vi.waitFor(() => expect(selected()).toEqual(['b.jpg', 'c.png', 'd.jpg']));
    key('d.jpg', 'Escape');
    await vi.waitFor(() => expect(selected()).toEqual([]));
    key('d.jpg', { key: 'a', ctrlKey: true });
    await vi.waitFor(() => expect(selected()).toHaveLength(5));
  });

  it('that are selected are asked for as they are listed, and are not selected any more', async () => {
    showList();
    await fireEvent.click(item('e.jpg'));
    await fireEvent.click(item('a.jpg'), { ctrlKey: true });
    await userEvent.click(screen.getByRole('button', { name: 'Save 2 images' }));
    expect(onselected).toHaveBeenLastCalledWith('save', [five[0]!.id, five[4]!.id]);
    expect(selected()).toEqual([]);
    await fireEvent.click(item('d.jpg'));
    expect(screen.getByRole('button', { name: 'Save images' })).toHaveProperty('disabled', true);
    await userEvent.click(screen.getByRole('button', { name: 'Compress 1 image with the current settings' }));
    expect(onselected).toHaveBeenLastCalledWith('compress', [five[3]!.id]);
    item('d.jpg').focus();
    key('d.jpg', 'Delete');
    expect(onselected).toHaveBeenLastCalledWith('remove', [five[3]!.id]);
    // The key takes the row in hand alone where that is not among the selected.
    await fireEvent.click(item('a.jpg'));
    item('e.jpg').focus();
    key('e.jpg', 'Delete');
    expect(onaction).toHaveBeenLastCalledWith('dismiss', expect.objectContaining({ id: five[4]!.id }));
  });

  it('take a key where the focus is, wherever the list has moved meanwhile', async () => {
    const [a, b, c, d, e] = five as [Job, Job, Job, Job, Job];
    const change = showList();
    item('b.jpg').focus();
    await change([ready('new.jpg', receipt(10, 5)), a, b, c, d, e]);
    expect(document.activeElement).toBe(item('b.jpg'));
    expect(item('b.jpg').tabIndex).toBe(0);
    key('b.jpg', 'Delete');
    expect(onaction).toHaveBeenLastCalledWith('dismiss', expect.objectContaining({ id: b.id }));
    // Another sorting, then one above it goes.
    await change([e, d, c, b, a]);
    await change([d, c, b, a]);
    key('b.jpg', ' ');
    await vi.waitFor(() => expect(selected()).toEqual(['b.jpg']));
    key('b.jpg', 'ArrowDown');
    await vi.waitFor(() => expect(document.activeElement).toBe(item('a.jpg')));
    // The one with the focus goes: what takes its place has it, and the keys.
    key('a.jpg', 'ArrowUp');
    await vi.waitFor(() => expect(document.activeElement).toBe(item('b.jpg')));
    await change([d, c, a]);
    await vi.waitFor(() => expect(document.activeElement).toBe(item('a.jpg')));
    key('a.jpg', 'Delete');
    expect(onaction).toHaveBeenLastCalledWith('dismiss', expect.objectContaining({ id: a.id }));
  });

  it('are made ready to be dragged as the pointer goes down, and not kept so as it goes up, wherever', async () => {
    showList();
    const row = document.querySelector('.row[draggable=true]');
    row?.dispatchEvent(Object.assign(new MouseEvent('pointerdown', { bubbles: true }), { pointerType: 'mouse' }));
    expect([prepare.mock.calls.length, release.mock.calls.length]).toEqual([1, 0]);
    document.body.dispatchEvent(new MouseEvent('pointerup', { bubbles: true }));
    expect(release).toHaveBeenCalledOnce();
  });

  it('are brought into view to have the focus, wherever in the list', async () => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(300);
    const many = Array.from({ length: 200 }, (_, at) => ready(`${at}.jpg`, receipt(10, 5)));
    const [dragOut, none] = [{ prepare, start: () => true, end: vi.fn(), release, drop: vi.fn() }, vi.fn()];
    const { component } = render(ImageListWithTexts, {
      jobs: panelJobs(many),
      thumbnail: () => Promise.resolve(null),
      grid: false,
      ongrid: none,
      onaction,
      onmenuaction: none,
      onselected,
      onrename,
      dragOut,
    });
    // As many as a popup shows: one more would be drawn for its first frame, and go again.
    expect(document.querySelectorAll('[data-index]')).toHaveLength(5);
    component['show'](many[150]?.id as JobId);
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset['index']).toBe('150'));
    vi.restoreAllMocks();
  });

  it('of one image alone are not selected by a click', async () => {
    showList(five.slice(0, 1));
    await fireEvent.click(item('a.jpg'));
    expect(screen.queryByRole('checkbox')).toBeNull();
  });
});

describe('a name', () => {
  it('is given in the row, by F2, without the extension', async () => {
    showList();
    item('a.jpg').focus();
    key('a.jpg', 'F2');
    const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'New name for a.jpg' });
    await vi.waitFor(() => expect(document.activeElement).toBe(field));
    expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(['a', 0, 1]);
    await userEvent.keyboard('beach{Enter}');
    expect(onrename).toHaveBeenCalledExactlyOnceWith(five[0]!.id, 'beach');
    await vi.waitFor(() => expect(document.activeElement).toBe(item('a.jpg')));
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('stays after Escape, when it is the same, and when no file can have it', async () => {
    showList();
    for (const keys of ['beach{Escape}', '{Enter}', '???{Enter}{Escape}']) {
      item('b.jpg').focus();
      key('b.jpg', 'F2');
      const field = await screen.findByRole('textbox');
      await vi.waitFor(() => expect(document.activeElement).toBe(field));
      await userEvent.keyboard(keys);
      await vi.waitFor(() => expect(screen.queryByRole('textbox')).toBeNull());
    }
    key('b.jpg', 'F2');
    const field = await screen.findByRole('textbox');
    await vi.waitFor(() => expect(document.activeElement).toBe(field));
    await userEvent.keyboard('..');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await fireEvent.blur(field);
    expect(onrename).not.toHaveBeenCalled();
    // What is being worked on has no name of its own yet.
    item('c.png').focus();
    key('c.png', 'F2');
    await new Promise((later) => setTimeout(later));
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('is given from the menu, and the field keeps the keyboard', async () => {
    HTMLElement.prototype.showPopover ??= () => undefined;
    showList();
    await userEvent.click(screen.getByRole('button', { name: 'More for a.jpg' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Rename' }));
    const field = await screen.findByRole('textbox', { name: 'New name for a.jpg' });
    await new Promise((later) => setTimeout(later, 20));
    expect(document.activeElement).toBe(field);
  });
});

describe('all that is selected', () => {
  it('is saved, packed, compressed by the settings of now, and removed, each as far as it can be', () => {
    const jobs = [...five, cancelled('f.jpg')];
    const calls: unknown[] = [];
    const note =
      (name: string) =>
      (...given: unknown[]): Promise<void> => {
        calls.push([name, ...given]);
        return Promise.resolve();
      };
    const { actOnAll } = createCommands({
      actions: {
        save: note('save'),
        saveAll: note('saveAll'),
        saveArchive: note('saveArchive'),
        retry: note('retry'),
        cancel: note('cancel'),
      } as unknown as PanelActions,
      jobs: { rows: rowsOf(jobs), savable: savableOf(jobs) },
      recipe: () => DEFAULT_RECIPE,
      template: () => '{name}',
      compare: vi.fn(),
      editRecipe: vi.fn(),
      copied: vi.fn(),
      fail: vi.fn(),
      remove: note('remove'),
      askOfStale: note('askOfStale'),
    });
    const [a, b, c, d] = jobs as [Job, Job, Job, Job];
    actOnAll('save', [a.id, d.id]);
    actOnAll('save', [a.id, b.id]);
    actOnAll('zip', [a.id, b.id, c.id]);
    actOnAll('compress', [a.id, c.id, d.id]);
    actOnAll('remove', [a.id, c.id]);
    expect(calls).toEqual([
      ['save', a, '{name}'],
      ['saveAll', [a, b], '{name}'],
      ['saveArchive', [a, b], '{name}'],
      ['retry', a.id, DEFAULT_RECIPE],
      ['retry', d.id, DEFAULT_RECIPE],
      ['cancel', c.id],
      ['remove', [a.id]],
    ]);
  });
});

describe('a result that is dragged out', () => {
  it('is a file and an address to download it from, once its bytes are there', async () => {
    const job = five[0] as Finished;
    let give: (bytes: Uint8Array<ArrayBuffer>) => void = () => undefined;
    const drag = createDragOut(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
      () => 'beach.jpg',
    );
    const given = new Map<string, string>();
    const files: File[] = [];
    const transfer = {
      items: { add: (file: File) => files.push(file) },
      setData: (type: string, text: string) => given.set(type, text),
    } as unknown as DataTransfer;
    drag.prepare(job);
    expect(drag.start(job, transfer)).toBe(false);
    give(new Uint8Array([1, 2, 3]));
    await vi.waitFor(() => expect(drag.start(job, transfer)).toBe(true));
    expect(given.get('DownloadURL')).toMatch(/^image\/jpeg:beach\.jpg:blob:/);
    expect(given.has(OWN_DRAG)).toBe(true);
    expect(files.map(({ name, type, size }) => [name, type, size])).toEqual([['beach.jpg', 'image/jpeg', 3]]);
    drag.end();
    expect(drag.start(job, transfer)).toBe(false);
  });

  it('is there for the next try when a drag came before its bytes', async () => {
    const job = five[0] as Finished;
    let give: (bytes: Uint8Array<ArrayBuffer>) => void = () => undefined;
    const reads = vi.fn(() => new Promise<Uint8Array<ArrayBuffer>>((resolve) => (give = resolve)));
    const drag = createDragOut(reads, () => 'beach.jpg');
    const transfer = { items: { add: vi.fn() }, setData: vi.fn() } as unknown as DataTransfer;
    drag.prepare(job);
    expect(drag.start(job, transfer)).toBe(false);
    drag.release();
    drag.prepare(job);
    give(new Uint8Array([1]));
    await vi.waitFor(() => expect(drag.start(job, transfer)).toBe(true));
    expect(reads).toHaveBeenCalledOnce();
    drag.drop();
  });

  it('is let go of after a mere click, and at a purge with what the browser still reads', async () => {
    const [job, other] = [five[0] as Finished, five[1] as Finished];
    const reads = vi.fn(async () => new Uint8Array([1]));
    const [made, revoked] = [vi.spyOn(URL, 'createObjectURL'), vi.spyOn(URL, 'revokeObjectURL')];
    const drag = createDragOut(reads, () => 'beach.jpg');
    const transfer = { items: { add: vi.fn() }, setData: vi.fn() } as unknown as DataTransfer;
    drag.prepare(job);
    await vi.waitFor(() => expect(made).toHaveBeenCalledTimes(1));
    drag.release();
    expect(revoked.mock.calls).toEqual([[made.mock.results[0]?.value]]);
    expect(drag.start(job, transfer)).toBe(false);
    drag.prepare(other);
    await vi.waitFor(() => expect(drag.start(other, transfer)).toBe(true));
    drag.release();
    drag.end();
    expect(revoked).toHaveBeenCalledTimes(1);
    drag.drop();
    expect(revoked.mock.calls[1]).toEqual([made.mock.results[1]?.value]);
  });
});
