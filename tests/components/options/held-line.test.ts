import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { remainingText, untilNextText } from '../../../components/remaining.ts';
import type { HeldItem } from '../../../lib/storage/vault/item.ts';
import { english } from '../../unit/core/texts/locale.ts';
import { textsWith } from '../../../lib/core/texts/texts.ts';
import HeldLineWithTexts from './HeldLineWithTexts.svelte';

const viewTexts = { t: english, texts: textsWith(english) };
const item = (job: string, part: 'source' | 'result', minutes: number): HeldItem => ({
  id: `${job}:${part}`,
  jobId: job as HeldItem['jobId'],
  part,
  format: null,
  bytes: 1,
  created: 0,
  touched: 0,
  deadline: minutes * 60_000,
  why: 'held',
});
const onpurge = vi.fn();
const onshow = vi.fn();
const show = (items: readonly HeldItem[], unsaved = 0): void =>
  void render(HeldLineWithTexts, { viewTexts, items, now: 60_000, unsaved, onpurge, onshow });

it('counts images, not their halves, and tells when the next one goes', async () => {
  show([item('a', 'source', 43), item('a', 'result', 51), item('b', 'result', 60)]);
  expect(screen.getByText('2 images are kept, the first for 42 min more')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Remove all' }));
  await userEvent.click(screen.getByText(/2 images/));
  expect([onpurge.mock.calls.length, onshow.mock.calls.length]).toEqual([1, 1]);
});

it('asks what would be lost, and keeps it unless that is wanted', async () => {
  onpurge.mockClear();
  show([item('a', 'result', 43), item('b', 'result', 43)], 2);
  await userEvent.click(screen.getByRole('button', { name: 'Remove all' }));
  expect(screen.getByText('2 images are not saved. Remove everything?')).toBeDefined();
  expect(document.activeElement?.textContent?.trim()).toBe('Keep them');
  await userEvent.keyboard('{Enter}');
  expect(onpurge).not.toHaveBeenCalled();
  expect(document.activeElement?.textContent?.trim()).toBe('Remove all');
  await userEvent.keyboard('{Enter}');
  await userEvent.click(screen.getByRole('button', { name: 'Remove all' }));
  expect(onpurge).toHaveBeenCalledOnce();
});

it('is not there when nothing is held any more', () => {
  show([item('a', 'result', 1)]);
  expect(screen.queryByRole('button')).toBeNull();
});

it.each([
  [3_600_000, '60 min'],
  [119_999, '1 min'],
  [59_999, '59 sec'],
  [400, '1 sec'],
])('says %i ms as %s', (ms, text) => {
  expect(remainingText(ms, 'en')).toBe(text);
});

it.each([
  [[], Infinity],
  [[-5], Infinity],
  [[150_000], 30_001],
  [[150_000, 121_500], 1501],
  [[119_999, -1], 60_000],
  // Not more often than a person can read.
  [[2300, 400], 1000],
])('holds for what ends in %j ms for %i ms', (left, ms) => {
  expect(
    untilNextText(
      left.map((each) => 1_000_000 + each),
      1_000_000,
    ),
  ).toBe(ms);
});
