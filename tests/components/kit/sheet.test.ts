import { fireEvent, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import Sheet from '../../../components/kit/Sheet.svelte';
import { show } from '../panel/with-texts.ts';

const children = createRawSnippet(() => ({ render: () => '<p>What there is to do</p>' }));

it('a sheet says that a person closed it, and nothing when whoever opened it takes it away', async () => {
  const onclose = vi.fn();
  const closed = vi.spyOn(HTMLDialogElement.prototype, 'close').mockImplementation(function (this: HTMLDialogElement) {
    this.removeAttribute('open');
    // A task of its own, after whoever closed it is done (HTML, 4.11.4).
    setTimeout(() => this.dispatchEvent(new Event('close')));
  });
  const sheet = show(Sheet, { title: 'Settings', onclose, children });
  const dialog = screen.getByRole('dialog', { name: 'Settings' });
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(onclose).toHaveBeenCalledTimes(1);
  sheet.remove();
  await new Promise((later) => setTimeout(later, 5));
  expect(closed).toHaveBeenCalled();
  expect(dialog.isConnected).toBe(false);
  expect(onclose).toHaveBeenCalledTimes(1);
});

it('a sheet is closed by a press beside it, not by one that began within it', async () => {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  const onclose = vi.fn();
  show(Sheet, { title: 'Draft', onclose, children });
  const dialog = screen.getByRole('dialog', { name: 'Draft' });
  const press = async (from: Element): Promise<void> => {
    await fireEvent.pointerDown(from);
    // The click goes to what both ends have in common.
    await fireEvent.click(dialog);
  };
  await press(screen.getByText('What there is to do'));
  expect(onclose).not.toHaveBeenCalled();
  await press(dialog);
  expect(onclose).toHaveBeenCalledOnce();
});
