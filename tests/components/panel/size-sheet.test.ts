import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import SizeSheet from '../../../components/panel/SizeSheet.svelte';
import { running } from './jobs.ts';
import { show } from './with-texts.ts';

it('keeps what was written while the image goes on', async () => {
  const onanswer = vi.fn();
  const job = running('photo.jpg', 'queued');
  const { change } = show(SizeSheet, { job, kilobyte: 1000, onanswer, onclose: vi.fn() });
  const field = screen.getByLabelText('At most');
  await userEvent.clear(field);
  await userEvent.type(field, '20');
  await userEvent.tab();
  await change({ job: { ...job, ...running('photo.jpg', 'acquiring'), id: job.id } });
  await userEvent.click(screen.getByRole('button', { name: 'Compress' }));
  expect(onanswer).toHaveBeenCalledWith(20_000);
});
