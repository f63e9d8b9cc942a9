import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import PresetBar from '../../../components/recipe/PresetBar.svelte';
import PresetSheet from '../../../components/recipe/PresetSheet.svelte';
import RecipeForm from '../../../components/recipe/RecipeForm.svelte';
import TemplateField from '../../../components/kit/TemplateField.svelte';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { BUILT_IN_PRESETS } from '../../../lib/storage/settings/presets.ts';
import { seen, show } from './in-words.ts';

describe('the form of a recipe', () => {
  it('tells each change as a whole recipe', async () => {
    const onchange = vi.fn();
    const form = show(RecipeForm, { recipe: DEFAULT_RECIPE, onchange });
    await userEvent.click(screen.getByRole('radio', { name: 'AVIF' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, format: 'avif' });
    await userEvent.click(screen.getByRole('radio', { name: 'Every pixel' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'lossless' } });
    await userEvent.selectOptions(screen.getByLabelText('Size'), 'Percent');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, resize: { by: 'percent', percent: 50 } });
    await userEvent.selectOptions(screen.getByLabelText('Metadata'), 'Remove all');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, metadata: 'strip' });
    await form.change({ recipe: { ...DEFAULT_RECIPE, resize: { by: 'longest-side', pixels: 1600 } } });
    expect(screen.getByLabelText<HTMLInputElement>('Pixels').value).toBe('1600');
  });

  it('goes back to the quality that was set before it was lossless', async () => {
    const onchange = vi.fn();
    const form = show(RecipeForm, { recipe: { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 42 } }, onchange });
    await form.change({ recipe: { ...DEFAULT_RECIPE, aim: { kind: 'lossless' } } });
    expect(screen.queryByRole('spinbutton', { name: 'Quality' })).toBeNull();
    await userEvent.click(screen.getByRole('radio', { name: 'The look' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 42 } });
  });

  it.each([
    ['9999', 'at most 100'],
    ['0', 'at least 1'],
    ['7.5', 'write a whole number'],
  ])('refuses quality %s: %s', async (written, reason) => {
    const onchange = vi.fn();
    show(RecipeForm, { recipe: DEFAULT_RECIPE, onchange });
    const field = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Quality' });
    await userEvent.clear(field);
    onchange.mockClear();
    await userEvent.paste(written);
    expect(seen(screen.getByRole('alert'))).toBe(reason);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(onchange).not.toHaveBeenCalled();
  });
});

describe('presets', () => {
  const presets = [{ name: 'Mine', recipe: { ...DEFAULT_RECIPE, format: 'jxl' as const } }];

  it('show which one is set, or that none is', async () => {
    const onchoose = vi.fn();
    const bar = show(PresetBar, {
      recipe: { ...DEFAULT_RECIPE, metadata: 'keep' },
      presets,
      onchoose,
      onedit: vi.fn(),
    });
    const select = screen.getByLabelText<HTMLSelectElement>('Preset');
    expect(select.selectedOptions[0]?.text).toBe('Own settings');
    expect([...select.options].map(({ text }) => text)).toEqual([
      'Own settings',
      'Standard',
      'Web',
      'E-mail',
      'Lossless',
      'Archive',
      'Mine',
    ]);
    await userEvent.selectOptions(select, 'E-mail');
    expect(onchoose).toHaveBeenLastCalledWith(BUILT_IN_PRESETS[1]?.recipe);
    await bar.change({ recipe: presets[0]!.recipe });
    expect(select.selectedOptions[0]?.text).toBe('Mine');
  });

  it('are saved, renamed and deleted, and a bad file says which field is wrong', async () => {
    const onchange = vi.fn();
    const sheet = show(PresetSheet, {
      recipe: DEFAULT_RECIPE,
      presets: [],
      onchange,
      onexport: vi.fn(),
      onclose: vi.fn(),
    });
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(seen(screen.getByRole('alert'))).toBe('write something');
    await userEvent.type(screen.getByLabelText('Save as a preset'), 'Mine');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(onchange).toHaveBeenLastCalledWith([{ name: 'Mine', recipe: DEFAULT_RECIPE }]);
    await sheet.change({ presets });
    await userEvent.click(screen.getByRole('button', { name: 'Delete Mine' }));
    expect(onchange).toHaveBeenLastCalledWith([]);
    const picker = document.querySelector<HTMLInputElement>('input[type=file]')!;
    const file = {
      kind: 'compressimage-presets',
      version: 1,
      presets: [{ name: 'x', recipe: { ...DEFAULT_RECIPE, metadata: 'all' } }],
    };
    await userEvent.upload(picker, new File([JSON.stringify(file)], 'presets.json', { type: 'application/json' }));
    await waitFor(() =>
      expect(seen(screen.getByRole('alert'))).toMatch(/^presets\[0\]\.recipe\.metadata: it can be only: /),
    );
  });
});

describe('the name’s template', () => {
  it('shows what it gives, and what it does not know', async () => {
    const onset = vi.fn(() => Promise.resolve(true));
    show(TemplateField, { template: '{name}', job: null, onset });
    expect(screen.getByText('Example: image.jpg')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: '{width}' }));
    expect(screen.getByText('Example: image-1600.jpg')).toBeDefined();
    expect(onset).toHaveBeenLastCalledWith('{name}-{width}');
    const field = screen.getByLabelText('File name');
    await userEvent.clear(field);
    await userEvent.paste('{nam}');
    expect(screen.getByText('{nam} is not known and stays as it is written.')).toBeDefined();
  });
});
