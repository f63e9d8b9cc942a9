import { describe, expect, it } from 'vitest';
import { expectedTime, shareDone } from '../../../../lib/core/model/expected-time.ts';
import type { JobIn } from '../../../../lib/core/model/job-transitions.ts';
import type { InputFormat } from '../../../../lib/core/image/inspection.ts';
import { compressing, ready, receipt } from '../../../components/panel/jobs.ts';

const job = {
  ...compressing('a.png', 1),
  source: { format: 'png', bytes: 1, width: 2000, height: 1000 },
} as JobIn<'compressing'>;
const done = (milliseconds: number, format: InputFormat = 'png'): ReturnType<typeof ready> =>
  ready('x', receipt(2, 1, { milliseconds, input: { format, bytes: 2, width: 1000, height: 1000 } }));

describe('the time that an image will take', () => {
  it('is that of others of its kind, by pixels, and what is rare among them counts little', () =>
    expect(expectedTime(job, [done(100), done(120), done(9000)])).toBeCloseTo(240));
  it('is not known from one, or from other kinds', () => {
    expect(expectedTime(job, [done(100), done(100, 'jpeg')])).toBeNull();
    expect(
      expectedTime(job, [done(100), { ...done(100), recipe: { ...job.recipe, aim: { kind: 'lossless' } } }]),
    ).toBeNull();
  });
  it('never says that it is over', () => {
    expect(shareDone(50, 100)).toBe(0.5);
    expect(shareDone(500, 100)).toBe(0.95);
    expect(shareDone(-5, 100)).toBe(0);
  });
});
