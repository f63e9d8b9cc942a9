import { describe, expect, expectTypeOf, it } from 'vitest';
import { newJobId, RUNNING, type JobState } from '../../../../lib/core/model/job.ts';
import { isIn, moved, TRANSITIONS, type Before, type JobIn } from '../../../../lib/core/model/job-transitions.ts';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';

const STATES = Object.keys(TRANSITIONS) as JobState[];

/** The states that can be reached from one, itself included. */
function reachable(from: JobState, seen = new Set<JobState>([from])): ReadonlySet<JobState> {
  for (const next of TRANSITIONS[from] as readonly JobState[]) if (!seen.has(next)) reachable(next, seen.add(next));
  return seen;
}

const queued: JobIn<'queued'> = {
  id: newJobId(),
  createdAt: 1,
  origin: { kind: 'url', url: 'https://h.example/a.png' },
  recipe: DEFAULT_RECIPE,
  delivery: 'hold',
  name: 'a.png',
  attempt: 1,
  lost: 0,
  state: 'queued',
  source: null,
};

describe('the table of a job’s states', () => {
  it('brings a job from its beginning to every state', () => {
    expect(reachable('queued')).toEqual(new Set(STATES));
  });

  it('leaves no job at work for ever: each has a way to an end', () => {
    for (const state of RUNNING) {
      const ends = [...reachable(state)].filter((each) => !RUNNING.has(each));
      expect(ends.length, state).toBeGreaterThan(0);
    }
  });

  it('lets nothing be saved without a result', () => {
    for (const state of STATES) {
      const next: readonly JobState[] = TRANSITIONS[state];
      expect(next.includes('saving'), state).toBe(['ready', 'saving', 'unsaved'].includes(state));
      // Until its bytes are let go of it is being saved, also where a view has written it into a folder.
      expect(next.includes('saved'), state).toBe(state === 'saving');
      expect(next.includes('unsaved'), state).toBe(state === 'saving');
    }
  });

  it('lets no download be taken for failed work', () => {
    expect(TRANSITIONS.saving as readonly JobState[]).not.toContain('failed');
    expect(TRANSITIONS.saved as readonly JobState[]).toEqual(['queued', 'ready']);
  });

  it('is what the compiler goes by', () => {
    expectTypeOf<Before<'saved'>>().toEqualTypeOf<'saving'>();
    expectTypeOf<Before<'acquiring'>>().toEqualTypeOf<'queued'>();
    // @ts-expect-error: nothing is saved that has no result
    moved(queued, 'saved', {});
    // @ts-expect-error: a failed job says why
    moved(queued, 'failed', { source: null });
  });
});

describe('a moved job', () => {
  it('keeps what it is, and nothing of its former state', () => {
    const source = { format: 'png', bytes: 1, width: 1, height: 1 } as const;
    const compressing = moved(queued, 'compressing', { source });
    expect(compressing).toEqual({ ...queued, state: 'compressing', source });
    const failed = moved(compressing, 'failed', { error: { code: 'corrupt', parameters: {} }, source: null });
    const again = moved(failed, 'queued', { source: null }, { attempt: 2 });
    expect(again).toEqual({ ...queued, attempt: 2 });
    expect(isIn(again, 'queued', 'acquiring')).toBe(true);
    expect(isIn(again, 'failed')).toBe(false);
  });
});
