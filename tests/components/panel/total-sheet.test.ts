import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import SizeSheet from '../../../components/panel/SizeSheet.svelte';
import TotalSheet from '../../../components/panel/TotalSheet.svelte';
import { running } from './jobs.ts';
import { seen, show } from './with-texts.ts';

const onanswer = vi.fn();
const asked = { count: 2, running: 0, bytes: 3_000_000, kilobyte: 1000 as const, onanswer, onclose: vi.fn() };
const field = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>('At most');

beforeEach(() => {
  document.body.replaceChildren();
  vi.clearAllMocks();
});

it.each([
  [{}, '1.5'],
  // Those at work are taken to be like the others, and where nothing is known, for 200 kB each.
  [{ running: 2 }, '3'],
  [{ count: 0, bytes: 0, running: 5 }, '1'],
])('offers half of what all have: %o', (more, offered) => {
  show(TotalSheet, { ...asked, ...more });
  expect(field().value).toBe(offered);
});

it('takes so much for each image as one may have', async () => {
  show(TotalSheet, asked);
  await userEvent.clear(field());
  await userEvent.type(field(), '1500');
  await userEvent.click(screen.getByRole('button', { name: 'Compress' }));
  expect(onanswer).toHaveBeenCalledWith(1_500_000_000);
  await userEvent.clear(field());
  await userEvent.type(field(), '2001');
  expect(seen(screen.getByRole('alert'))).toBe('at most 2,000');
});

it('takes no number that was good before more images came', async () => {
  const { change } = show(TotalSheet, { ...asked, bytes: 20_000 });
  expect(screen.getByRole('button', { name: 'Compress' }).hasAttribute('disabled')).toBe(false);
  await change({ running: 1000 });
  expect(screen.getByRole('button', { name: 'Compress' }).hasAttribute('disabled')).toBe(true);
});

it('is answered by Enter as by the button: the browser does not stop what the button lets through', async () => {
  show(TotalSheet, asked);
  expect(field().form?.noValidate).toBe(true);
  await userEvent.clear(field());
  await userEvent.type(field(), '0.5123{Enter}');
  expect(onanswer).toHaveBeenCalledWith(512_300);
  document.body.replaceChildren();
  show(SizeSheet, { job: running('photo.jpg', 'queued'), kilobyte: 1000, onanswer, onclose: vi.fn() });
  expect(field().form?.noValidate).toBe(true);
});

it('has the keyboard in its number', () => {
  show(TotalSheet, asked);
  expect(field().autofocus).toBe(true);
});
