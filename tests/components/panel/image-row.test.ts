import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import ImageRow from '../../../components/panel/ImageRow.svelte';
import RowMenu from '../../../components/panel/RowMenu.svelte';
import { menuOf } from '../../../components/job-row.ts';
import type { Job } from '../../../lib/core/model/job.ts';
import type { Row } from '../../../components/panel/panel-jobs.svelte.ts';
import { seen, show, viewTexts } from './with-texts.ts';
import {
  cancelled,
  chosen,
  compressing,
  error,
  failed,
  ready,
  receipt,
  running,
  saved,
  saving,
  unsaved,
} from './jobs.ts';

const onaction = vi.fn();
const onmenu = vi.fn();
const rowOf = (job: Job): Row => ({ kind: 'job', id: job.id, job });
const oncompare = vi.fn();
const ondetails = vi.fn();
const showRow = (row: Row, open = false): void =>
  void show(ImageRow, {
    row,
    active: true,
    leaving: false,
    menuOpen: false,
    open,
    thumbnail: null,
    onaction,
    onmenu,
    oncompare,
    ondetails,
  });
const text = (): string => seen(document.querySelector('.row')!);
/** Those with a name of their own: the line that unfolds has its text. */
const buttons = (): string[] =>
  screen.queryAllByRole('button').flatMap((button) => button.getAttribute('aria-label') ?? []);

describe('the picture of a row', () => {
  it('is asked for again once there is a result, and not at each step', async () => {
    const asked = vi.fn(async () => null);
    const job = compressing('cat.heic', 1_200_000);
    const common = { active: true, leaving: false, menuOpen: false, open: false };
    const { change } = show(ImageRow, {
      row: rowOf(job),
      ...common,
      thumbnail: asked,
      onaction,
      onmenu,
      oncompare,
      ondetails,
    });
    await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
    await change({ row: rowOf({ ...job, lost: 1 } as Job) });
    expect(asked).toHaveBeenCalledOnce();
    await change({ row: rowOf({ ...ready('cat.heic', receipt(1_200_000, 310_000)), id: job.id }) });
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
  });
});

describe('a row', () => {
  it.each([
    ['queued', running('cat.jpg', 'queued'), 'cat.jpg Waiting', ['Cancel cat.jpg']],
    ['acquiring', running('cat.jpg', 'acquiring'), 'cat.jpg Getting the image', ['Cancel cat.jpg']],
    [
      'queued, a file that has yet to come to its turn',
      chosen(running('cat.jpg', 'queued')),
      'cat.jpg Waiting',
      ['Cancel cat.jpg'],
    ],
    ['compressing', compressing('cat.png', 1_200_000), 'cat.png Compressing1.2 MBPNG', ['Cancel cat.png']],
    [
      'saving',
      saving('cat.jpg', receipt(1_200_000, 310_000)),
      'cat.jpg Saving. 1.2 MB → 310 kBJPEG −74 %',
      ['More for cat.jpg'],
    ],
    [
      'saved',
      saved('cat.jpg', receipt(1_200_000, 310_000)),
      'cat.jpg Saved. No copy is kept. −74 %',
      ['Remove cat.jpg'],
    ],
    [
      'ready',
      ready('cat.jpg', receipt(1_200_000, 310_000)),
      'cat.jpg Ready to save. 1.2 MB → 310 kBJPEG −74 %',
      ['Compare cat.jpg', 'Save cat.jpg', 'More for cat.jpg'],
    ],
    [
      'unsaved',
      unsaved('cat.jpg', receipt(1_200_000, 310_000), error('download-cancelled')),
      'cat.jpg Not saved. 1.2 MB → 310 kBJPEG The download was cancelled. The result is still here, so you can save it again. −74 %',
      ['Compare cat.jpg', 'Save cat.jpg', 'More for cat.jpg'],
    ],
    [
      'failed, worth another try',
      failed('cat.jpg', error('http-status', { status: 404, host: 'h.example' })),
      'cat.jpg Failed. The image is no longer on h.example (error 404). Reload the page and try again.',
      ['Try again: cat.jpg', 'More for cat.jpg'],
    ],
    [
      'failed for want of a permission',
      failed('cat.jpg', error('needs-permission', { host: 'h.example' })),
      'cat.jpg Failed. The image is on h.example, which is read only with your permission. Choose Allow, and the work goes on. Allow',
      ['Allow h.example: cat.jpg', 'More for cat.jpg'],
    ],
    [
      'failed, from a file',
      chosen(failed('cat.jpg', error('truncated'))),
      'cat.jpg Failed. The file ends too early, so a part of it is missing. Download or copy it again.',
      ['More for cat.jpg'],
    ],
    [
      'failed for good, from a file',
      chosen(failed('cat.txt', error('not-an-image'))),
      'cat.txt Failed. This is not an image in a format that can be read.',
      ['More for cat.txt'],
    ],
    ['cancelled', cancelled('cat.jpg'), 'cat.jpg Cancelled', ['Compress: cat.jpg', 'More for cat.jpg']],
    [
      'ready with its earlier result, since other settings failed',
      { ...ready('cat.jpg', receipt(1_200_000, 310_000)), setback: error('codec-failed', { format: 'avif' }) } as Job,
      'cat.jpg Ready to save. 1.2 MB → 310 kBJPEG The new settings gave no result, so this is the earlier one. The image could not be written as AVIF. Try another format. −74 %',
      ['Compare cat.jpg', 'Save cat.jpg', 'More for cat.jpg'],
    ],
  ] as const)('that is %s says so and offers what can be done', (_, job, words_, actions) => {
    showRow(rowOf(job));
    expect(text()).toBe(words_);
    expect(buttons()).toEqual(actions);
  });

  it.each([
    ['waiting', 'Waiting'],
    ['reading', 'Reading the file'],
    ['no-room', 'Waiting for space. Save or remove other images to continue.'],
    ['list-full', 'Waiting, because the list is full. Save or remove other images to continue.'],
  ] as const)('that is not a job yet (%s) says so', (state, sentence) => {
    const { id } = running('x', 'queued');
    showRow({ kind: 'pending', id, pending: { id, name: 'cat.jpg', createdAt: 1, state } });
    expect(text()).toBe(`cat.jpg ${sentence}`);
    expect(buttons()).toEqual(['Cancel cat.jpg']);
  });

  it.each([
    [
      'another format',
      receipt(2_480_000, 186_000, { output: { format: 'webp', bytes: 186_000, width: 1, height: 1 } }),
      '−93 %',
      '2.5 MB → 186 kBJPEG → WebP',
    ],
    ['a result that grew', receipt(61_000, 184_000), '+202 %', '61 kB → 184 kB'],
    ['a result that is hardly smaller', receipt(961_000, 958_000), '< 1 %', '961 kB → 958 kB'],
    [
      'the original',
      receipt(4_120, 4_120, { outcome: 'original', notes: [{ kind: 'kept', code: 'never-larger' }] }),
      'Original',
      '4.1 kBJPEG No smaller file was found, so this is the original',
    ],
    [
      'what was lost',
      receipt(410_000, 38_000, {
        notes: [
          { kind: 'lost', code: 'first-frame-only', parameters: { frames: 24 } },
          { kind: 'info', code: 'resized', parameters: { width: 1, height: 1 } },
        ],
      }),
      '−91 %',
      '410 kB → 38 kBJPEG Only the first of 24 pictures was kept; the animation is gone',
    ],
  ] as const)('tells of %s', (_, result, change, facts) => {
    showRow(rowOf(ready('cat.jpg', result)));
    expect(text()).toContain(change);
    expect(text()).toContain(facts);
  });

  const special = {
    input: {
      format: 'jpeg',
      bytes: 410_000,
      width: 10,
      height: 10,
      traits: [{ code: 'animated', parameters: { frames: 24 } }, { code: 'gps' }],
    },
  } as const;

  it('tells before the work what is special about the image', () => {
    const job = compressing('cat.png', 1_200_000);
    showRow(
      rowOf({
        ...job,
        source: { format: 'png', bytes: 1_200_000, width: 1, height: 1, traits: special.input.traits },
      } as Job),
    );
    expect(text()).toBe('cat.png Compressing1.2 MBPNG Animated (24 pictures), GPS position');
  });

  it('tells after it what was removed and kept in a line, and all of it when that is opened', async () => {
    const job = ready(
      'cat.jpg',
      receipt(410_000, 38_000, {
        ...special,
        notes: [
          { kind: 'kept', code: 'profile-kept' },
          { kind: 'info', code: 'metadata-removed', parameters: { kinds: 'gps' } },
        ],
      }),
    );
    showRow(rowOf(job));
    const line = screen.getByRole('button', {
      name: 'Removed: GPS position. The colour profile was kept',
      expanded: false,
    });
    await userEvent.click(line);
    expect(ondetails).toHaveBeenLastCalledWith(rowOf(job));
    document.body.replaceChildren();
    showRow(rowOf(job), true);
    expect(screen.getByRole('button', { name: /^Removed: GPS position/, expanded: true })).toBeDefined();
    await screen.findByText('Removed: GPS position', {}, { timeout: 20_000 });
    expect(seen(document.querySelector('.details .details')!)).toBe(
      'Original JPEG10 × 10 px410 kBanimated (24 pictures), GPS position Result JPEG10 × 10 px38 kB Made with 0 s The colour profile was kept Removed: GPS position',
    );
  });

  it('hands over what is asked of it', async () => {
    const row = rowOf(ready('cat.jpg', receipt(2, 1)));
    showRow(row);
    await userEvent.click(screen.getByRole('button', { name: 'Save cat.jpg' }));
    await userEvent.click(screen.getByRole('button', { name: 'More for cat.jpg' }));
    await userEvent.click(screen.getByRole('button', { name: 'Compare cat.jpg' }));
    expect(oncompare).toHaveBeenLastCalledWith(row);
    expect(onaction).toHaveBeenLastCalledWith('save', row);
    expect(onmenu).toHaveBeenLastCalledWith(row, screen.getByRole('button', { name: 'More for cat.jpg' }));
  });
});

describe('a row’s menu', () => {
  const labels = (job: Job): string[][] => menuOf(job, viewTexts).map((group) => group.map(({ label }) => label));

  it('offers text only for what is small', () => {
    expect(labels(ready('a', receipt(300_000, 100_000)))).toEqual([
      ['Save', 'Compare', 'Settings for this image', 'Rename', 'Details'],
      ['Copy as PNG', 'Copy as data URL', 'Copy as Markdown', 'Copy as HTML'],
      ['Remove'],
    ]);
    expect(labels(ready('a', receipt(300_000, 100_001)))[1]).toEqual(['Copy as PNG']);
  });
  it('offers the page beside it what is held', () =>
    expect(menuOf(ready('a', receipt(300_000, 100_000)), viewTexts, true)[0]?.[1]?.label).toBe(
      "Use in this page's upload field",
    ));
  it('offers other settings for what failed', () =>
    expect(labels(failed('a', error('corrupt')))).toEqual([['Settings for this image', 'Rename'], ['Remove']]));

  it('is walked by arrow keys and closes before it acts', async () => {
    // Not in this DOM.
    HTMLElement.prototype.showPopover ??= () => undefined;
    const calls: string[] = [];
    const job = ready('cat.jpg', receipt(300_000, 200_000));
    show(RowMenu, {
      job,
      button: document.body,
      onaction: (action: string) => calls.push(action),
      onclose: () => calls.push('closed'),
    });
    expect(document.activeElement?.textContent).toBe('Save');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('Settings for this image');
    await userEvent.keyboard('{End}{ArrowDown}{ArrowUp}{Home}{ArrowDown}{Enter}');
    expect(calls).toEqual(['closed', 'compare']);
  });
});
