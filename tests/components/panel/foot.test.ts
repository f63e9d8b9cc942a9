import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import BatchBar from '../../../components/panel/BatchBar.svelte';
import BringIn from '../../../components/panel/BringIn.svelte';
import Notice from '../../../components/kit/Notice.svelte';
import PanelFoot from '../../../components/panel/PanelFoot.svelte';
import type { PanelJobs } from '../../../components/panel/panel-jobs.svelte.ts';
import { seen, show } from './with-texts.ts';
import { cancelled, error, failed, ready, receipt } from './jobs.ts';

type FootJobs = Pick<PanelJobs, 'progress' | 'sum' | 'saved' | 'savable' | 'failed' | 'cancelled'>;
const nothing: FootJobs = { progress: null, sum: null, saved: 0, savable: [], failed: [], cancelled: [] };
const children = createRawSnippet(() => ({ render: () => '<span></span>' }));
const asked = {
  oncancel: vi.fn(),
  onsaveall: vi.fn(),
  onzip: vi.fn(),
  ontotal: vi.fn(),
  onretry: vi.fn(),
  onremovefailed: vi.fn(),
  onresume: vi.fn(),
};
const showFoot = (jobs: Partial<FootJobs>): void =>
  void show(PanelFoot, { jobs: { ...nothing, ...jobs }, ...asked, children });
const finished = (name: string): FootJobs['savable'][number] =>
  ready(name, receipt(2, 1)) as FootJobs['savable'][number];

describe('the foot', () => {
  it('sums up', () => {
    showFoot({ sum: { count: 37, before: 84_100_000, after: 22_600_000 } });
    expect(screen.getByText('37 images, 84.1 MB to 22.6 MB, 73 % smaller')).toBeDefined();
  });
  it('saves one, or many as files or as one ZIP', async () => {
    showFoot({ savable: [finished('a')] });
    const buttons = screen.getAllByRole<HTMLButtonElement>('button');
    expect(buttons.map(seen)).toEqual(['Save 1 image', 'Save as one ZIP', 'Total size…']);
    expect(buttons.map(({ disabled }) => disabled)).toEqual([false, true, true]);
    document.body.replaceChildren();
    showFoot({ savable: [finished('a'), finished('b')] });
    await userEvent.click(screen.getByRole('button', { name: 'Save 2 images' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save as one ZIP' }));
    await userEvent.click(screen.getByRole('button', { name: 'Total size…' }));
    expect([asked.onsaveall, asked.onzip, asked.ontotal].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
  });
  it('offers another try only for what it may help', () => {
    showFoot({
      failed: [failed('a', error('not-an-image')), failed('b', error('timed-out', { host: 'h', seconds: 30 }))],
    });
    expect(screen.getByText('2 images failed')).toBeDefined();
    expect(screen.getAllByRole('button').map(seen).slice(0, 2)).toEqual(['Try 1 again', 'Remove failed']);
  });
});

it('the foot tells cancelled and saved ones apart from failed ones and from what is held', async () => {
  showFoot({ sum: { count: 3, before: 3000, after: 1000 }, saved: 2, cancelled: [cancelled('a'), cancelled('b')] });
  expect(screen.getByText('3 images, 3 kB to 1 kB, 67 % smaller')).toBeDefined();
  expect(screen.getByText('2 images are saved')).toBeDefined();
  expect(screen.getByText('2 images were cancelled')).toBeDefined();
  expect(screen.queryByText(/failed/)).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Compress them' }));
  expect(asked.onresume).toHaveBeenCalledOnce();
});

describe('the progress of a batch', () => {
  it.each([
    [null, '37 of 300'],
    [2000, '37 of 300a moment left'],
    [41_000, '37 of 300about 45 seconds left'],
    [70_000, '37 of 300about 1 minute left'],
    [290_000, '37 of 300about 5 minutes left'],
  ])('with %s ms left', (left, text) => {
    show(BatchBar, { progress: { done: 37, total: 300, left }, oncancel: vi.fn() });
    expect(seen(document.querySelector('.batch p')!)).toBe(text);
    expect(screen.getByRole<HTMLProgressElement>('progressbar', { name: 'Progress' }).position).toBeCloseTo(37 / 300);
  });
});

describe('an empty panel', () => {
  it('shows the ways in', async () => {
    const [onfiles, onfolder] = [vi.fn(), vi.fn()];
    show(BringIn, { gone: 0, onfiles, onfolder });
    await userEvent.click(screen.getByRole('button', { name: 'Choose images' }));
    await userEvent.click(screen.getByRole('button', { name: 'Choose a folder' }));
    expect([onfiles.mock.calls.length, onfolder.mock.calls.length]).toEqual([1, 1]);
    expect(screen.queryByRole('status')).toBeNull();
  });
  it('says what became of what was there', () => {
    show(BringIn, { gone: 37, onfiles: vi.fn(), onfolder: vi.fn() });
    expect(seen(screen.getByRole('status'))).toBe('37 images were saved. No copies are kept.');
  });
});

describe('a notice', () => {
  it.each([
    ['info', 'status'],
    ['error', 'alert'],
  ] as const)('of an %s is told at once and stays until it is closed', async (tone, role) => {
    const onclose = vi.fn();
    show(Notice, { text: 'Something', tone, onclose });
    expect(seen(screen.getByRole(role))).toBe('Something');
    await userEvent.click(screen.getByRole('button', { name: 'Close this message' }));
    expect(onclose).toHaveBeenCalledOnce();
  });
});
