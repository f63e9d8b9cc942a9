import { describe, expect, it } from 'vitest';
import {
  createIntakeNote,
  forgetIntake,
  forgetSwept,
  lostIntake,
  notedIntake,
} from '../../../lib/storage/intake-note.ts';
import { newJobId } from '../../../lib/core/model/job.ts';
import { memoryArea } from './memory-area.ts';

/** Views hold locks until they close. */
function lockManager(): LockManager & { closeViews(): void } {
  const held = new Set<string>();
  return {
    request: async (name: string, work: () => Promise<void>) => {
      held.add(name);
      await work();
      held.delete(name);
    },
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
    closeViews: () => held.clear(),
  } as unknown as LockManager & { closeViews(): void };
}

const written = (): Promise<void> => new Promise((later) => setTimeout(later, 5));
const ids = [newJobId(), newJobId(), newJobId()];

describe('what a view has still to take in', () => {
  it('is no loss while the view is there', async () => {
    const [notes, locks] = [memoryArea(), lockManager()];
    createIntakeNote(notes, locks).say(ids);
    await written();
    expect(await lostIntake(notes, memoryArea(), locks)).toBe(0);
    expect(await notedIntake(notes)).toBe(3);
  });

  it('is told once when the view was closed, without what became a job meanwhile', async () => {
    const [notes, jobs, locks] = [memoryArea(), memoryArea(), lockManager()];
    createIntakeNote(notes, locks).say(ids);
    await written();
    locks.closeViews();
    jobs.content.set(`job:${ids[0]}`, {});
    expect(await lostIntake(notes, jobs, locks)).toBe(2);
    expect(await lostIntake(notes, jobs, locks)).toBe(0);
  });

  it('is not told of by two: what the vault tells of is left out', async () => {
    const [notes, locks] = [memoryArea(), lockManager()];
    createIntakeNote(notes, locks).say(ids);
    await written();
    locks.closeViews();
    await forgetSwept(notes, [ids[1] as string]);
    expect(await lostIntake(notes, memoryArea(), locks)).toBe(2);
  });

  it('is of a view whose lock is held before it takes anything in', async () => {
    const locks = lockManager();
    const { view } = createIntakeNote(memoryArea(), locks);
    const name = await view;
    expect((await locks.query()).held).toEqual([{ name }]);
  });

  it('tells nothing of an image, and goes with everything', async () => {
    const notes = memoryArea();
    notes.content.set('settings', {});
    createIntakeNote(notes, lockManager()).say(ids);
    await written();
    expect(JSON.stringify([...notes.content.values()])).toBe(JSON.stringify([{}, ids]));
    await forgetIntake(notes);
    expect([...notes.content.keys()]).toEqual(['settings']);
  });

  it('leaves no note when all is taken in', async () => {
    const notes = memoryArea();
    const note = createIntakeNote(notes, lockManager());
    note.say(ids);
    note.say([]);
    await new Promise((later) => setTimeout(later, 1100));
    expect(notes.content.size).toBe(0);
  });
});
