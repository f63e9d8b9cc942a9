/** What is written in a field of a number stays as it was written, and only a number that can be used leaves it. */
import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import NumberField from '../../../components/kit/NumberField.svelte';
import { show } from '../panel/with-texts.ts';

const onset = vi.fn();
const check = vi.fn((value: number) => (value < 0.01 ? 'at least 0.01' : value > 1500 ? 'at most 1500' : ''));

/** As where it is used: what is set becomes the value. */
function showField(value: number): { field: HTMLInputElement; change(value: number): Promise<void> } {
  const shown = show(NumberField, { label: 'At most', value, min: 0.01, max: 1500, step: 0.01, check, onset });
  onset.mockImplementation((next: number) => void shown.change({ value: next }));
  const change = (next: number): Promise<void> => shown.change({ value: next });
  return { field: screen.getByLabelText<HTMLInputElement>('At most'), change };
}

beforeEach(() => {
  document.body.replaceChildren();
  vi.clearAllMocks();
});

it.each(['0.5', '12.50', '1e3', '0.05'])('takes %s as it is typed', async (written) => {
  const { field } = showField(20);
  await userEvent.clear(field);
  await userEvent.type(field, written);
  expect(onset).toHaveBeenLastCalledWith(Number(written));
  expect(field.value).toBe(written);
});

it('leaves what is typed as it is where its value has fewer digits, and shows a value that is set with few', async () => {
  const { change } = show(NumberField, { label: 'At most', value: 20, min: 1, max: 1500, decimals: 1, check, onset });
  // As a form does that keeps whole bytes.
  onset.mockImplementation((next: number) => void change({ value: Math.round(next * 1024) / 1024 }));
  const field = screen.getByLabelText<HTMLInputElement>('At most');
  await userEvent.clear(field);
  await userEvent.type(field, '12.36');
  expect(field.value).toBe('12.36');
  await change({ value: 100_000 / 1024 });
  expect(field.value).toBe('97.7');
});

it('tells its unit, too, to those who do not see it, and has the keyboard where it is asked to', async () => {
  show(NumberField, {
    ...{ label: 'At most', value: 20, min: 1, max: 1500, unit: 'MB', autofocus: true, check, onset },
  });
  const field = screen.getByLabelText<HTMLInputElement>('At most');
  const described = (): string[] =>
    (field.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '');
  expect(described()).toEqual(['MB']);
  expect(field.autofocus).toBe(true);
  await userEvent.clear(field);
  expect(described()).toEqual(['MB', 'write a number']);
});

it('does not take an empty field for a number', async () => {
  const { field, change } = showField(20);
  await userEvent.clear(field);
  expect(onset).not.toHaveBeenCalled();
  expect(check.mock.calls.flat().some(Number.isNaN)).toBe(false);
  expect(screen.getByRole('alert').textContent).toBe('write a number');
  // Set from elsewhere, it says that.
  await change(30);
  expect(field.value).toBe('30');
  expect(screen.queryByRole('alert')).toBeNull();
});
