import { render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveJobs } from '../../../components/live-jobs.svelte.ts';
import WelcomePage from '../../../components/welcome/WelcomePage.svelte';
import type { Job } from '../../../lib/core/model/job.ts';
import { recordsOf } from '../../../lib/storage/job-store.ts';
import { failed, error, receipt, running, saved } from '../panel/jobs.ts';
import { seen, viewTexts } from '../panel/with-texts.ts';

const ADDRESS = 'chrome-extension://abc/welcome.html';

beforeEach(() => {
  // There is no canvas here; the picture is looked at in a real browser.
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
});

function showWith(...jobs: Job[]): void {
  const records = recordsOf(jobs);
  render(WelcomePage, {
    viewTexts,
    shortcuts: [{ label: 'Compress the image in view', keys: '' }],
    idleMinutes: 25,
    jobs: new LiveJobs({ read: () => Promise.resolve(records), watch: () => () => undefined }),
    address: `${ADDRESS}#try`,
    onsetkeys: vi.fn(),
  });
}

function here(job: Job): Job {
  return job.origin.kind === 'page' ? { ...job, origin: { ...job.origin, pageUrl: ADDRESS } } : job;
}

describe('the page for new users', () => {
  it('tells of its own picture alone', async () => {
    showWith(saved('other.jpg', receipt(2000, 1000)), here(saved('image.jpg', receipt(300_000, 90_000))));
    expect(await screen.findByText('image.jpg is in your Downloads: 300 kB to 90 kB, 70 % smaller.')).toBeDefined();
    expect(screen.queryByText(/other/)).toBeNull();
  });

  it('says while it works, and what went wrong', async () => {
    showWith(here(running('image.jpg', 'queued')));
    expect(await screen.findByText('Making it smaller')).toBeDefined();
    document.body.replaceChildren();
    showWith(here(failed('image.jpg', error('download-failed'))));
    expect(await screen.findByText(/The browser could not save the file/)).toBeDefined();
  });

  it('says for how long images are kept, and that a key is not set', () => {
    showWith();
    expect(seen(document.body)).toMatch(/until 25 minutes after you last used them/);
    expect(screen.getByRole('button', { name: 'Set keys: Compress the image in view' })).toBeDefined();
  });
});
