import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createPageJobs, type PageJobsOptions } from '../../../lib/background/page-jobs.ts';
import { newJobId, type Job } from '../../../lib/core/model/job.ts';

const origin = { kind: 'page', url: 'https://images.test/a.jpg', pageUrl: 'https://page.test/', tabId: 1, frameId: 0 };
const id = newJobId();
const steps: string[] = [];
let allowed: string[] = [];

// The browser's own part: who is asked says yes.
vi.mock('wxt/browser', () => ({
  browser: {
    permissions: {
      contains: ({ origins }: { origins: string[] }) => Promise.resolve(origins.every((one) => allowed.includes(one))),
      request: ({ origins }: { origins: string[] }) => Promise.resolve(allowed.push(...origins) > 0),
      remove: ({ origins }: { origins: string[] }) => {
        allowed = allowed.filter((one) => !origins.includes(one));
        return Promise.resolve(true);
      },
    },
  },
}));

function pageJobs(): ReturnType<typeof createPageJobs> {
  const controller = {
    retry: () => Promise.resolve(void steps.push('retry')),
    fail: () => Promise.resolve(void steps.push('fail')),
  };
  return createPageJobs({
    controller,
    jobs: { get: (asked: unknown) => Promise.resolve(asked === id ? ({ id, origin } as unknown as Job) : undefined) },
    ready: Promise.resolve(),
    questions: { answered: () => Promise.resolve() },
  } as unknown as PageJobsOptions);
}

beforeEach(() => {
  steps.length = 0;
  allowed = [];
});

describe('a page that asks for a host', () => {
  it('gets it for the job that failed for want of it', async () => {
    await pageJobs().allowAndRetry(id, 'https://images.test/a.jpg');
    expect([allowed, steps]).toEqual([['https://images.test/*'], ['retry']]);
  });

  it.each([
    [id, 'https://other.test/a.jpg'],
    [newJobId(), 'https://images.test/a.jpg'],
  ])('gets no other than the job’s record names', async (asked, url) => {
    await pageJobs().allowAndRetry(asked, url);
    expect([allowed, steps]).toEqual([[], []]);
  });

  it('can take nothing away that was allowed before', async () => {
    allowed.push('https://other.test/*');
    await pageJobs().allowAndRetry(id, 'https://other.test/a.jpg');
    expect(allowed).toContain('https://other.test/*');
    expect(steps).toEqual([]);
  });
});
