import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSecondTries, type SecondTriesOptions } from '../../../lib/background/second-tries.ts';
import { createHostQuestions } from '../../../lib/background/host-questions.ts';
import { newJobId, type Job } from '../../../lib/core/model/job.ts';
import { memoryArea } from '../storage/memory-area.ts';

const origin = { kind: 'page', url: 'https://images.test/a.jpg', pageUrl: 'https://page.test/', tabId: 1, frameId: 0 };
const id = newJobId();
const steps: string[] = [];
let allowed: string[] = [];
const session = memoryArea();
const questions = createHostQuestions(session);

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
    tabs: { get: () => Promise.resolve({}) },
  },
}));

function secondTries(): ReturnType<typeof createSecondTries> {
  const controller = {
    retry: () => Promise.resolve(steps.push('retry') > 0),
    fail: () => Promise.resolve(void steps.push('fail')),
  };
  return createSecondTries({
    controller,
    jobs: { get: (asked: unknown) => Promise.resolve(asked === id ? ({ id, origin } as unknown as Job) : undefined) },
    ready: Promise.resolve(),
    questions,
    pageJobs: { lookForImage: () => Promise.resolve(void steps.push('look')), frameClosed: () => Promise.resolve() },
  } as unknown as SecondTriesOptions);
}

beforeEach(() => {
  steps.length = 0;
  allowed = [];
  session.content.clear();
});

describe('a page that asks for a host', () => {
  it('gets it for the job that failed for want of it', async () => {
    await secondTries().allowAndRetry(id, 'https://images.test/a.jpg');
    expect([allowed, steps]).toEqual([['https://images.test/*'], ['retry']]);
  });

  it.each([
    [id, 'https://other.test/a.jpg'],
    [newJobId(), 'https://images.test/a.jpg'],
  ])('gets no other than the job’s record names', async (asked, url) => {
    await secondTries().allowAndRetry(asked, url);
    expect([allowed, steps]).toEqual([[], []]);
  });

  it('can take nothing away that was allowed before', async () => {
    allowed.push('https://other.test/*');
    await secondTries().allowAndRetry(id, 'https://other.test/a.jpg');
    expect(allowed).toContain('https://other.test/*');
    expect(steps).toEqual([]);
  });
});

describe('a page that asks for the host of a frame', () => {
  const url = 'https://frames.test/a';

  it('gets the one that was offered there, once', async () => {
    await questions.offer(1, 'https://frames.test/*');
    await secondTries().allowAndLook(1, url);
    expect([allowed, steps]).toEqual([['https://frames.test/*'], ['look']]);
    allowed = [];
    await secondTries().allowAndLook(1, url);
    expect([allowed, steps]).toEqual([[], ['look']]);
  });

  it.each([
    [2, url],
    [1, 'https://other.test/a'],
    [1, 'http://frames.test/a'],
    [1, 'data:,'],
  ])('gets none that was not: tab %i, %s', async (tabId, asked) => {
    await questions.offer(1, 'https://frames.test/*');
    await secondTries().allowAndLook(tabId, asked);
    expect([allowed, steps]).toEqual([[], []]);
  });

  it('can take nothing away that was allowed before', async () => {
    allowed.push('https://other.test/*');
    await secondTries().allowAndLook(1, 'https://other.test/a');
    expect([allowed.includes('https://other.test/*'), steps]).toEqual([true, []]);
  });
});
