import { describe, expect, it, vi } from 'vitest';
import { newJobId } from '../../../lib/core/model/job.ts';
import { createUnfinished, takeLost, watchLost } from '../../../lib/storage/unfinished.ts';
import { memoryArea } from './memory-area.ts';

const [a, b, c] = [newJobId(), newJobId(), newJobId()];
const NOTHING = { fetching: 0, archives: {} };

describe('what an end cuts off', () => {
  it('is nothing when all was brought to its end', async () => {
    const notes = memoryArea();
    const unfinished = createUnfinished(notes);
    await Promise.all([unfinished.fetching(a), unfinished.fetching(b), unfinished.archive('/archive/1.zip', 12)]);
    await Promise.all([unfinished.fetched([a]), unfinished.fetched([b]), unfinished.archiveEnded('/archive/1.zip')]);
    expect([...notes.content.keys()]).toEqual([]);
    await unfinished.begin([]);
    expect(await takeLost(notes)).toEqual(NOTHING);
  });

  it('is told once, and not of what the vault tells', async () => {
    const notes = memoryArea();
    const unfinished = createUnfinished(notes);
    await unfinished.fetching(a);
    await unfinished.fetching(b);
    await unfinished.archive('/archive/1.zip', 12);
    // The next start. One of the two was in the vault already.
    await createUnfinished(notes).begin([b]);
    expect(await takeLost(notes)).toEqual({ fetching: 1, archives: { '/archive/1.zip': 12 } });
    expect(await takeLost(notes)).toEqual(NOTHING);
    expect([...notes.content.keys()]).toEqual([]);
  });

  it('adds up when nobody looked in between', async () => {
    const notes = memoryArea();
    for (const id of [a, b]) {
      await createUnfinished(notes).fetching(id);
      await createUnfinished(notes).begin([]);
    }
    expect(await takeLost(notes)).toEqual({ fetching: 2, archives: {} });
  });

  it('is known to a background that was stopped in between', async () => {
    const notes = memoryArea();
    await createUnfinished(notes).fetching(a);
    const woken = createUnfinished(notes);
    await woken.fetching(c);
    await createUnfinished(notes).fetched([a]);
    await createUnfinished(notes).begin([]);
    expect(await takeLost(notes)).toEqual({ fetching: 1, archives: {} });
  });

  it('is on its way to the disk before anything is awaited, and no loss of the session that it began', async () => {
    const notes = memoryArea();
    const unfinished = createUnfinished(notes);
    const set = vi.spyOn(notes, 'set');
    const noted = unfinished.fetching(a);
    expect(set).toHaveBeenCalledWith({ [`unfinished:fetching:${a}`]: true });
    await unfinished.begin([]);
    await noted;
    expect(await takeLost(notes)).toEqual(NOTHING);
    expect([...notes.content.keys()]).toEqual([`unfinished:fetching:${a}`]);
  });

  it('is none of what is fetched while the notes are read', async () => {
    const notes = memoryArea();
    const unfinished = createUnfinished(notes);
    await unfinished.fetching(a);
    const woke = unfinished.woke([]);
    await unfinished.fetched([a]);
    await woke;
    expect(await takeLost(notes)).toEqual(NOTHING);
  });

  it('goes with everything, and names nothing', async () => {
    const notes = memoryArea();
    notes.content.set('settings', {});
    const unfinished = createUnfinished(notes);
    await unfinished.fetching(a);
    await unfinished.archive('/archive/1.zip', 2);
    expect(JSON.stringify(Object.fromEntries(notes.content))).toBe(
      JSON.stringify({ settings: {}, [`unfinished:fetching:${a}`]: true, 'unfinished:archive:/archive/1.zip': 2 }),
    );
    await unfinished.forget();
    expect([...notes.content.keys()]).toEqual(['settings']);
    // Nor does what ends afterwards write the others down again.
    await unfinished.fetching(b);
    await unfinished.fetched([b]);
    expect([...notes.content.keys()]).toEqual(['settings']);
  });

  it('is told of a click whose background was stopped before it was a job; what is a job goes on', async () => {
    const notes = memoryArea();
    const stopped = createUnfinished(notes);
    await Promise.all([stopped.fetching(a), stopped.fetching(b)]);
    const woken = createUnfinished(notes);
    await woken.fetching(c);
    const lost = vi.fn();
    watchLost(notes, lost);
    await woken.woke([b]);
    expect(lost).toHaveBeenCalledOnce();
    expect(await takeLost(notes)).toEqual({ fetching: 1, archives: {} });
    // That it is told is no loss.
    expect(lost).toHaveBeenCalledOnce();
    expect([...notes.content.keys()]).toEqual([`unfinished:fetching:${b}`, `unfinished:fetching:${c}`]);
    await woken.woke([b]);
    expect(await takeLost(notes)).toEqual(NOTHING);
  });
});
