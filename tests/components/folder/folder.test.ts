import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Chosen } from '../../../components/panel/chosen.ts';
import { filesIn, type ChosenInPlace } from '../../../components/folder/folder-files.ts';
import { FolderWork } from '../../../components/folder/folder-work.svelte.ts';
import { planWriting, type Writable } from '../../../components/folder/plan-writing.ts';
import { sweep, writeFile, type Destination } from '../../../components/folder/write-file.ts';
import type { Job, JobId } from '../../../lib/core/model/job.ts';
import type { InputFormat } from '../../../lib/core/image/inspection.ts';
import { cancelled, compressing, error, failed, ready, receipt, saved, saving } from '../panel/jobs.ts';
import { seen, show } from '../panel/with-texts.ts';
import FolderSheet from '../../../components/folder/FolderSheet.svelte';
import { FolderInMemory } from './folder-in-memory.ts';

const OLD = 'the old picture, which is long';
const NEW = 'the new one';
const bytes = new TextEncoder().encode(NEW);
const KEEP: Destination = { kind: 'originals', keep: true };

async function chosenIn(folder: FolderInMemory): Promise<ChosenInPlace[]> {
  const all: ChosenInPlace[] = [];
  for await (const chosen of filesIn(folder.root())) all.push(chosen);
  return all;
}
async function write(folder: FolderInMemory, from: string, to = from, destination: Destination = KEEP): Promise<void> {
  const chosen = (await chosenIn(folder)).find(({ name }) => name === from);
  if (!chosen) throw new Error(`no ${from}`);
  await chosen.open();
  await writeFile(chosen.place, { from, to, before: OLD.length }, bytes, destination);
}

describe('the files of a folder', () => {
  it('are those within it, but for what was put there and what is hidden', async () => {
    const folder = new FolderInMemory({
      'a.jpg': '',
      'b.jpg.compressimage-part': '',
      'b.jpg.compressimage-part.crswap': '',
      'day 1/c.jpg': '',
      'day 1/smaller/d.jpg': '',
      '.originals/a.jpg': '',
      'day 1/.originals/c.jpg': '',
      '.git/e.png': '',
      'smaller/a.jpg': '',
    });
    expect((await chosenIn(folder)).map((each) => `${each.folder}/${each.name}`)).toEqual([
      'trip/a.jpg',
      'trip/day 1/c.jpg',
      'trip/day 1/smaller/d.jpg',
    ]);
  });
});

describe('what would be written', () => {
  const made = (format: InputFormat, before = 10, after = 5): Job =>
    ready('x', receipt(before, after, { output: { format, bytes: after, width: 1, height: 1 } }));
  it.each([
    ['the same format keeps the very name', made('jpeg'), 'a:b?.JPG', 'a:b?.JPG'],
    ['a wrong extension is the person’s own', made('jpeg'), 'a.png', 'a.png'],
    ['another format has its own extension', made('webp'), 'a.b.jpeg', 'a.b.webp'],
    ['an extension that fits already stays', made('webp'), 'a.webp', 'a.webp'],
    [
      'a name that was given is taken',
      { ...made('jpeg'), renamed: true, fileName: 'sea.jpg' } as Job,
      'a.jpg',
      'sea.jpg',
    ],
  ])('%s', (_, job, from, to) =>
    expect(planWriting(job, from)).toEqual({ kind: 'write', id: job.id, from, to, before: 10, after: 5 }),
  );
  it.each([
    ['as large', made('jpeg', 10, 10), 'no-smaller'],
    ['larger', made('webp', 10, 11), 'no-smaller'],
    ['the original', ready('x', receipt(10, 5, { outcome: 'original' })), 'no-smaller'],
    ['failed', failed('x', error('corrupt')), 'failed'],
    ['cancelled', cancelled('x'), 'cancelled'],
    ['at work', compressing('x', 1), 'running'],
  ])('is nothing when it is %s', (_, job, why) =>
    expect(planWriting(job, 'a.jpg')).toMatchObject({ kind: 'stays', why }),
  );
  it('is nothing of what is written', () => expect(planWriting(saved('x', receipt(2, 1)), 'a.jpg')).toBeNull());
});

describe('a file', () => {
  it('is replaced, and the original is kept beside it', async () => {
    const folder = new FolderInMemory({ 'a.jpg': OLD, 'day/b.jpg': OLD });
    await write(folder, 'a.jpg');
    await write(folder, 'b.jpg');
    expect(folder.content).toMatchObject({
      'a.jpg': NEW,
      '.originals/a.jpg': OLD,
      'day/b.jpg': NEW,
      'day/.originals/b.jpg': OLD,
    });
  });

  it('never takes the place of an earlier original', async () => {
    const folder = new FolderInMemory({ 'a.jpg': OLD, '.originals/a.jpg': 'first', '.originals/a (2).jpg': 'second' });
    await write(folder, 'a.jpg');
    expect(folder.content).toMatchObject({
      '.originals/a.jpg': 'first',
      '.originals/a (2).jpg': 'second',
      '.originals/a (3).jpg': OLD,
    });
  });

  it('of another format takes the place of the original, but of no other file', async () => {
    const folder = new FolderInMemory({ 'a.png': OLD, 'b.png': OLD, 'b.webp': 'mine' });
    await write(folder, 'a.png', 'a.webp', { kind: 'originals', keep: false });
    await expect(write(folder, 'b.png', 'b.webp')).rejects.toMatchObject({ code: 'name-taken' });
    expect(folder.content).toEqual({ 'a.webp': NEW, 'b.png': OLD, 'b.webp': 'mine' });
  });

  it('goes into the subfolder with its folders, over what an earlier run put there', async () => {
    const folder = new FolderInMemory({ 'day/a.jpg': OLD, 'smaller/day/a.jpg': 'earlier' });
    await write(folder, 'a.jpg', 'a.jpg', { kind: 'subfolder' });
    expect(folder.content).toMatchObject({ 'day/a.jpg': OLD, 'smaller/day/a.jpg': NEW });
  });

  it('that was changed since it was read is left as it is', async () => {
    const folder = new FolderInMemory({ 'a.jpg': OLD });
    const [chosen] = (await chosenIn(folder)) as [ChosenInPlace];
    await chosen.open();
    folder.put('a.jpg', new TextEncoder().encode(OLD));
    const writing = writeFile(chosen.place, { from: 'a.jpg', to: 'a.jpg', before: OLD.length }, bytes, KEEP);
    await expect(writing).rejects.toMatchObject({ code: 'file-changed', parameters: { name: 'a.jpg' } });
    expect(folder.content).toEqual({ 'a.jpg': OLD });
  });

  it('is as it was when the disk is full, and nothing half is left', async () => {
    const folder = new FolderInMemory({ 'a.jpg': OLD });
    folder.full = true;
    await expect(write(folder, 'a.jpg', 'a.jpg', { kind: 'originals', keep: false })).rejects.toMatchObject({
      code: 'write-failed',
    });
    expect(folder.content).toEqual({ 'a.jpg': OLD });
  });

  it.each([
    ['in its place', 'a.jpg', KEEP],
    ['in its place, the original not kept', 'a.jpg', { kind: 'originals', keep: false } as Destination],
    ['in another format', 'a.webp', KEEP],
    ['into a subfolder', 'a.jpg', { kind: 'subfolder' } as Destination],
  ])('written %s is the old or the new one, whole, whichever step the browser ends at', async (_, to, destination) => {
    const whole = new FolderInMemory({ 'a.jpg': OLD });
    await write(whole, 'a.jpg', to, destination);
    for (let at = 0; at < whole.steps; at++) {
      const folder = new FolderInMemory({ 'a.jpg': OLD });
      folder.endsAt = at;
      void write(folder, 'a.jpg', to, destination);
      await vi.waitFor(() => expect(folder.steps).toBe(at));
      await new Promise((later) => setTimeout(later));
      const left = Object.entries(folder.content).filter(
        ([path]) => !path.endsWith('/') && !path.includes('.compressimage-part'),
      );
      // Each is whole, and one of the two is under a name of its own.
      for (const [path, content] of left) expect([OLD, NEW], `${path} at step ${at}`).toContain(content);
      expect(
        left.some(([path]) => path === 'a.jpg' || path === to),
        `step ${at}`,
      ).toBe(true);
      if (destination.kind === 'subfolder') expect(folder.content['a.jpg']).toBe(OLD);
      else if (destination.keep)
        expect(
          left.map(([, content]) => content),
          `step ${at}`,
        ).toContain(OLD);
      // The next writing takes away what is half.
      folder.endsAt = Infinity;
      await sweep(folder.root());
      expect(Object.keys(folder.content).filter((path) => path.includes('.compressimage-part'))).toEqual([]);
    }
    expect(whole.steps).toBeGreaterThan(3);
  });
});

async function openFolder({
  allowed = true,
  onread = (): void => undefined,
  files = ['a.jpg', 'b.jpg', 'c.jpg'],
} = {}): Promise<{ folder: FolderInMemory; work: FolderWork; jobs: Job[]; written: string[] }> {
  const folder = new FolderInMemory(Object.fromEntries(files.map((name) => [name, OLD])));
  const root = folder.root();
  const taken = new Map<JobId, Chosen>();
  const jobs: Job[] = [];
  const written: string[] = [];
  const work = new FolderWork({
    access: { supported: true, choose: () => Promise.resolve(root), mayWrite: () => Promise.resolve(allowed) },
    take: async (files) => {
      for await (const chosen of files) {
        await chosen.open();
        const job = ready(chosen.name, receipt(OLD.length, chosen.name === 'b.jpg' ? OLD.length : bytes.length));
        jobs.push(job);
        taken.set(job.id, chosen);
      }
    },
    chosen: (id) => taken.get(id),
    read: () => {
      onread();
      return Promise.resolve(bytes);
    },
    written: (_, name) => Promise.resolve(written.push(name)),
  });
  await work.choose();
  return { folder, work, jobs, written };
}

describe('a folder in place', () => {
  const toWrite = (work: FolderWork, jobs: Job[]): Writable[] =>
    work.plan(jobs, 'originals').flatMap((each) => (each.kind === 'write' ? [each] : []));

  it('is looked at first, then written, and reported', async () => {
    const { folder, work, jobs, written } = await openFolder();
    expect(
      work.plan([...jobs, ready('other.jpg', receipt(2, 1))], 'originals').map(({ kind, from }) => [kind, from]),
    ).toEqual([
      ['write', 'a.jpg'],
      ['stays', 'b.jpg'],
      ['write', 'c.jpg'],
    ]);
    const before = folder.content;
    expect(Object.values(before)).toEqual([OLD, OLD, OLD]);
    folder.put('c.jpg', new TextEncoder().encode('changed meanwhile'));
    await work.write(toWrite(work, jobs), KEEP);
    expect(work.report).toMatchObject({
      written: [{ from: 'a.jpg' }],
      failed: [{ from: 'c.jpg', error: { code: 'file-changed' } }],
      stopped: false,
    });
    expect(written).toEqual(['a.jpg']);
    expect(folder.content).toMatchObject({ 'a.jpg': NEW, 'b.jpg': OLD, 'c.jpg': 'changed meanwhile' });
  });

  it('is not written to when the person does not allow it', async () => {
    const { folder, work, jobs } = await openFolder({ allowed: false });
    await expect(work.write(toWrite(work, jobs), KEEP)).rejects.toMatchObject({ code: 'folder-closed' });
    expect(Object.values(folder.content)).toEqual([OLD, OLD, OLD]);
    expect(work.progress).toBeNull();
  });

  it('is as it was from where it is stopped', async () => {
    const { folder, work, jobs } = await openFolder({ onread: () => work.stop() });
    await work.write(toWrite(work, jobs), KEEP);
    expect(work.report?.stopped).toBe(true);
    expect(folder.content).toMatchObject({ 'a.jpg': NEW, 'c.jpg': OLD });
  });
});

describe('a folder whose images become one format', () => {
  const asWebp = (job: Job): Job =>
    ({
      ...job,
      receipt: receipt(OLD.length, NEW.length, { output: { format: 'webp', bytes: 11, width: 1, height: 1 } }),
    }) as Job;
  const toWrite = (work: FolderWork, jobs: readonly Job[]): Writable[] =>
    work.plan(jobs, 'subfolder').flatMap((each) => (each.kind === 'write' ? [each] : []));

  it('has each in the subfolder under a name of its own, also of a later writing, over those of an earlier run', async () => {
    const { folder, work, jobs } = await openFolder({
      files: ['photo.jpg', 'photo.png', 'Photo.gif', 'day/photo.jpg', 'day/photo.png'],
    });
    folder.put('smaller/photo.webp', new TextEncoder().encode('of an earlier run'));
    const all = jobs.map(asWebp);
    const planned = toWrite(work, all);
    expect(planned.map(({ to }) => to)).toEqual([
      'photo.webp',
      'photo (2).webp',
      'Photo (3).webp',
      'photo.webp',
      'photo (2).webp',
    ]);
    await work.write(planned.slice(0, 1), { kind: 'subfolder' });
    // What is written is planned no more, and keeps its file.
    const second = toWrite(work, all.slice(1));
    expect(second.map(({ to }) => to)[0]).toBe('photo (2).webp');
    await work.write(second, { kind: 'subfolder' });
    const put = Object.keys(folder.content).filter((path) => /^smaller\/.*webp$/.test(path));
    expect(put.sort()).toEqual([
      'smaller/Photo (3).webp',
      'smaller/day/photo (2).webp',
      'smaller/day/photo.webp',
      'smaller/photo (2).webp',
      'smaller/photo.webp',
    ]);
    expect(work.report?.failed).toEqual([]);
    expect(folder.content['smaller/photo.webp']).toBe(NEW);
  });
});

describe('a folder that is closed while it is written', () => {
  it('has the file that is under way, whole, and is closed after it', async () => {
    const { folder, work, jobs } = await openFolder({ onread: () => work.close() });
    const files = work.plan(jobs, 'originals').flatMap((each) => (each.kind === 'write' ? [each] : []));
    const writing = work.write(files, KEEP);
    expect(work.progress).not.toBeNull();
    // A second click.
    await work.write(files, KEEP);
    await writing;
    expect(folder.content).toMatchObject({ 'a.jpg': NEW, '.originals/a.jpg': OLD, 'c.jpg': OLD });
    expect(Object.keys(folder.content).filter((path) => path.startsWith('.originals/'))).toHaveLength(2);
    expect([work.name, work.progress, work.report]).toEqual([null, null, null]);
  });
});

describe('the sheet of a folder', () => {
  // Not in this DOM as in a browser.
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  const text = (): string => seen(document.querySelector('.folder')!);

  it('says what would be written, where to, and what came of it', async () => {
    document.body.replaceChildren();
    const { folder, work, jobs } = await openFolder();
    show(FolderSheet, { folder: work, jobs, onclose: vi.fn() });
    expect(text()).toContain('2 files get smaller: 22 bytes instead of 60 bytes.');
    expect(text()).toContain('b.jpgNo smaller file was found. It stays as it is.');
    await userEvent.click(screen.getByRole('switch', { name: 'Keep the originals in .originals' }));
    await userEvent.click(screen.getByRole('button', { name: 'Write 2 files' }));
    await screen.findByText('2 files were written: 22 bytes instead of 60 bytes.');
    expect(text()).toContain('The originals were not kept.');
    expect(folder.content).toEqual({ 'a.jpg': NEW, 'b.jpg': OLD, 'c.jpg': NEW });
    screen.getByRole('button', { name: 'Choose another folder' });
  });

  it('names what was written once, though the list has not heard of it yet', async () => {
    document.body.replaceChildren();
    const { work, jobs } = await openFolder();
    const { change } = show(FolderSheet, { folder: work, jobs, onclose: vi.fn() });
    await userEvent.click(screen.getByRole('button', { name: 'Write 2 files' }));
    await screen.findByText('2 files were written: 22 bytes instead of 60 bytes.');
    await change({ jobs: jobs.map((job) => ({ ...saving(job.name, receipt(30, 11)), id: job.id })) });
    expect(seen(screen.getByRole('list')).match(/a\.jpg/g)).toHaveLength(1);
  });

  it('names the first of many, and says how many more there are', async () => {
    document.body.replaceChildren();
    const { work, jobs } = await openFolder({ files: Array.from({ length: 102 }, (_, at) => `${at}.jpg`) });
    show(FolderSheet, { folder: work, jobs, onclose: vi.fn() });
    expect(screen.getAllByRole('listitem')).toHaveLength(101);
    expect(text()).toMatch(/and 2 more$/);
  });

  it('says so where the browser has no such thing, and what to do instead', async () => {
    document.body.replaceChildren();
    const work = new FolderWork({
      access: { supported: false, choose: () => Promise.resolve(null), mayWrite: () => Promise.resolve(false) },
      take: () => Promise.resolve(),
      chosen: () => undefined,
      read: () => Promise.resolve(bytes),
      written: () => Promise.resolve(),
    });
    show(FolderSheet, { folder: work, jobs: [], onclose: vi.fn() });
    expect(text()).toContain('This browser does not let an extension write into a folder.');
    expect(screen.queryByRole('button', { name: 'Choose a folder' })).toBeNull();
  });
});
