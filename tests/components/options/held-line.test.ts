import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { remainingText } from '../../../components/remaining.ts';
import type { HeldItem } from '../../../lib/storage/vault/item.ts';
import { english } from '../../unit/core/texts/locale.ts';
import { textsWith } from '../../../lib/core/texts/texts.ts';
import HeldLineInWords from './HeldLineInWords.svelte';

const words = { t: english, texts: textsWith(english) };
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
const show = (items: readonly HeldItem[]): void =>
  void render(HeldLineInWords, { words, items, now: 60_000, onpurge, onshow });

it('counts images, not their halves, and tells when the next one goes', async () => {
  show([item('a', 'source', 43), item('a', 'result', 51), item('b', 'result', 60)]);
  expect(screen.getByText('2 images held, the next goes in 42 min')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Purge now' }));
  await userEvent.click(screen.getByText(/2 images/));
  expect([onpurge.mock.calls.length, onshow.mock.calls.length]).toEqual([1, 1]);
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
