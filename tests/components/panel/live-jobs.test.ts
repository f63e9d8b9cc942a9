import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LiveJobs, type JobSource } from '../../../components/live-jobs.svelte.ts';
import { recordsOf } from '../../../lib/storage/job-store.ts';
import { receipt, running, saved } from './jobs.ts';

function storage(
  items: Record<string, unknown>,
): JobSource & { change: (changed: Record<string, unknown>) => void; watching: () => boolean } {
  let listener: ((changed: Record<string, unknown>) => void) | null = null;
  return {
    read: () => Promise.resolve(items),
    watch(changed) {
      listener = changed;
      return () => {
        listener = null;
      };
    },
    change: (changed) => listener?.(changed),
    watching: () => listener !== null,
  };
}

const names = (live: LiveJobs): string[] | undefined => live.current?.map(({ name, state }) => `${name} ${state}`);

describe('live jobs', () => {
  const [a, b] = [running('a', 'queued'), running('b', 'queued')];

  it('are none known, then all, newest first, without what else is stored', async () => {
    const live = new LiveJobs(storage({ ...recordsOf([a, b]), 'vault-key': 'x' }));
    expect(live.current).toBeNull();
    await Promise.resolve();
    expect(names(live)).toEqual(['b queued', 'a queued']);
  });

  it('follow each change, and let go of what went', async () => {
    const source = storage(recordsOf([a, b]));
    const live = new LiveJobs(source);
    await Promise.resolve();
    source.change(recordsOf([{ ...saved('b', receipt(2, 1)), id: b.id }]));
    expect(names(live)).toEqual(['b saved', 'a queued']);
    source.change({ [`job:${a.id}`]: undefined });
    await expect.poll(() => names(live)).toEqual(['b saved']);
  });

  it('are the same objects as before where nothing changed, since each that is new is drawn again', async () => {
    const source = storage(recordsOf([a, b]));
    const live = new LiveJobs(source);
    await Promise.resolve();
    const [, before] = live.current ?? [];
    source.change(recordsOf([{ ...running('b', 'acquiring'), id: b.id, createdAt: b.createdAt }]));
    expect(names(live)).toEqual(['b acquiring', 'a queued']);
    expect(live.current?.[1]).toBe(before);
  });

  it('take many changes in a row as one', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const source = storage(recordsOf([a, b]));
    const live = new LiveJobs(source);
    await Promise.resolve();
    source.change(recordsOf([{ ...running('b', 'acquiring'), id: b.id }]));
    const first = live.current;
    for (const state of ['queued', 'acquiring'] as const)
      for (const job of [a, b]) source.change(recordsOf([{ ...running(job.name, state), id: job.id }]));
    expect(live.current).toBe(first);
    await vi.advanceTimersByTimeAsync(200);
    expect(live.current?.map(({ state }) => state)).toEqual(['acquiring', 'acquiring']);
  });

  it('lose no change that comes while they are read', async () => {
    const source = storage(recordsOf([a]));
    const live = new LiveJobs(source);
    source.change(recordsOf([{ ...running('a', 'acquiring'), id: a.id }]));
    await Promise.resolve();
    expect(names(live)).toEqual(['a acquiring']);
  });

  it('stop watching when told', () => {
    const source = storage({});
    new LiveJobs(source).stop();
    expect(source.watching()).toBe(false);
  });
});
