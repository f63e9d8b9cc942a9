import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import ResultsPanel from '../../../components/ResultsPanel.svelte';
import type { Shortcut } from '../../../components/shortcuts.ts';
import type { Job } from '../../../lib/jobs/job.ts';
import { textsWith } from '../../../lib/texts.ts';
import { english } from '../../unit/texts/locale.ts';
import { compressing, error, failed, ready, receipt, running, saved, saving, unsaved } from './jobs.ts';

const words = { t: english, texts: textsWith(english) };
const keys: Shortcut[] = [{ label: 'Compress the image in view', keys: 'Ctrl+Shift+Y' }, { label: 'Open this list', keys: 'Alt+Shift+K' }];
const onaction = vi.fn();
const onsetkeys = vi.fn();
const show = (jobs: readonly Job[] | null, shortcuts: readonly Shortcut[] = keys): void => void render(ResultsPanel, { words, jobs, shortcuts, onaction, onsetkeys });
const seen = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();
const row = (): HTMLElement => screen.getByRole('listitem');
const buttons = (): string[] => within(row()).getAllByRole('button').map((button) => button.getAttribute('aria-label') ?? seen(button));

describe('a row', () => {
  it.each([
    ['queued', running('cat.jpg', 'queued'), 'cat.jpg Waiting', ['Cancel cat.jpg']],
    ['acquiring', running('cat.jpg', 'acquiring'), 'cat.jpg Getting the image', ['Cancel cat.jpg']],
    ['compressing', compressing('cat.png', 1_200_000), 'cat.png CompressingPNG1.2 MB', ['Cancel cat.png']],
    ['saving', saving('cat.jpg', receipt(1_200_000, 310_000)), 'cat.jpg −74 % JPEG1.2 MB → 310 kB', ['Dismiss cat.jpg']],
    ['saved', saved('cat.jpg', receipt(1_200_000, 310_000)), 'cat.jpg −74 % Saved. JPEG1.2 MB → 310 kB', ['Dismiss cat.jpg']],
    ['ready', ready('cat.jpg', receipt(1_200_000, 310_000)), 'cat.jpg −74 % Ready to save. JPEG1.2 MB → 310 kB Save', ['Save', 'Dismiss cat.jpg']],
    ['unsaved', unsaved('cat.jpg', receipt(1_200_000, 310_000), error('download-cancelled')),
      'cat.jpg −74 % Not saved. JPEG1.2 MB → 310 kB The download was cancelled. The result is still held, so you can save it again. Save again', ['Save again', 'Dismiss cat.jpg']],
    ['failed, worth another try', failed('cat.jpg', error('http-status', { status: 404, host: 'h.example' })),
      'cat.jpg Failed. The image is no longer on h.example (error 404). Reload the page and try again. Try again', ['Try again', 'Dismiss cat.jpg']],
    ['failed for good', failed('cat.jpg', error('not-an-image')),
      'cat.jpg Failed. This is not an image in a format that can be read. Point at another one.', ['Dismiss cat.jpg']],
    ['failed for want of a permission', failed('cat.jpg', error('needs-permission', { host: 'h.example' })),
      'cat.jpg Failed. The image is on h.example, which is read only with your permission. Choose Allow, and the work goes on. Allow h.example', ['Allow h.example', 'Dismiss cat.jpg']],
  ] as const)('that is %s says so and offers what can be done', (_, job, text, actions) => {
    show([job]);
    expect(seen(row())).toBe(text);
    expect(buttons()).toEqual(actions);
  });

  it.each([
    ['another format', receipt(2_480_000, 186_000, { output: { format: 'webp', bytes: 186_000, width: 1, height: 1 } }), '−93 %', 'JPEG → WebP2.5 MB → 186 kB'],
    ['a result that grew', receipt(61_000, 184_000), '+202 %', '61 kB → 184 kB'],
    ['a result that is hardly smaller', receipt(961_000, 958_000), '< 1 %', '961 kB → 958 kB'],
    ['the original', receipt(4_120, 4_120, { outcome: 'original', notes: [{ kind: 'kept', code: 'never-larger' }] }), 'Original', 'JPEG4.1 kB No smaller file was found, so this is the original'],
    ['what was lost', receipt(410_000, 38_000, { notes: [{ kind: 'lost', code: 'first-frame-only', parameters: { frames: 24 } }, { kind: 'info', code: 'resized', parameters: { width: 1, height: 1 } }] }), '−91 %',
      '410 kB → 38 kB Only the first of 24 pictures was kept; the animation is gone'],
  ] as const)('tells of %s', (_, result, change, text) => {
    show([saved('cat.jpg', result)]);
    expect(seen(row())).toContain(change);
    expect(seen(row())).toContain(text);
  });

  it('hands over what is asked of it', async () => {
    const job = unsaved('cat.jpg', receipt(2, 1), error('download-failed', { reason: 'FILE_NO_SPACE' }));
    show([job]);
    await userEvent.click(screen.getByRole('button', { name: 'Save again' }));
    await userEvent.click(screen.getByRole('button', { name: 'Dismiss cat.jpg' }));
    expect(onaction.mock.calls).toEqual([['save', job], ['dismiss', job]]);
  });
});

describe('the panel', () => {
  it('explains the right click while there is nothing to list', () => {
    show([]);
    expect(screen.getByRole('heading', { name: 'Right-click an image' })).toBeDefined();
    expect(screen.queryByRole('list')).toBeNull();
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('shows neither list nor explanation before the first reading', () => {
    show(null);
    expect(screen.queryByRole('heading', { name: 'Right-click an image' })).toBeNull();
  });

  it('sums up what has a result', () => {
    show([saved('a.jpg', receipt(4_000_000, 1_000_000)), ready('b.jpg', receipt(2_000_000, 500_000)), failed('c.jpg', error('corrupt'))]);
    expect(seen(screen.getByRole('status'))).toBe('2 images, 6 MB to 1.5 MB, 75 % smaller');
  });

  it('shows the keys that the browser gave', () => {
    show([]);
    const [view] = screen.getAllByRole('definition');
    expect([...(view?.querySelectorAll('kbd') ?? [])].map(seen)).toEqual(['Ctrl', 'Shift', 'Y']);
  });

  it('says when it gave none, and leads to where they are set', async () => {
    show([], [{ label: 'Open this list', keys: '' }]);
    expect(screen.getByText('Not set')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Set keys: Open this list' }));
    expect(onsetkeys).toHaveBeenCalledOnce();
  });
});
