import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi, type Mock } from 'vitest';
import PresetBar from '../../../components/recipe/PresetBar.svelte';
import type { PresetsChange } from '../../../components/recipe/own-presets.ts';
import PresetSheet from '../../../components/recipe/PresetSheet.svelte';
import RecipeForm from '../../../components/recipe/RecipeForm.svelte';
import TemplateField from '../../../components/kit/TemplateField.svelte';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { BUILT_IN_PRESETS } from '../../../lib/storage/settings/presets.ts';
import type { Preset } from '../../../lib/storage/settings/schema.ts';
import { seen, show } from '../panel/with-texts.ts';

describe('the form of a recipe', () => {
  it('tells each change as a whole recipe', async () => {
    const onchange = vi.fn();
    const form = show(RecipeForm, { recipe: DEFAULT_RECIPE, onchange });
    await userEvent.click(screen.getByRole('radio', { name: 'AVIF' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, format: 'avif' });
    await userEvent.click(screen.getByRole('radio', { name: 'Lossless' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'lossless' } });
    await userEvent.selectOptions(screen.getByLabelText('Size'), 'Percent');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, resize: { by: 'percent', percent: 50 } });
    await userEvent.selectOptions(screen.getByLabelText('Metadata'), 'Remove all');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, metadata: 'strip' });
    await form.change({ recipe: { ...DEFAULT_RECIPE, resize: { by: 'longest-side', pixels: 1600 } } });
    expect(screen.getByLabelText<HTMLInputElement>('Pixels').value).toBe('1600');
  });

  it('asks what becomes of a GIF where the format is to be the same', async () => {
    const onchange = vi.fn();
    const image = { format: 'gif', size: null, flattens: false } as const;
    const form = show(RecipeForm, { recipe: DEFAULT_RECIPE, image, onchange });
    expect(screen.getByText(/^Options of/)).toBeTruthy();
    await userEvent.selectOptions(screen.getByLabelText('GIFs'), 'Stay GIF');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, gif: 'keep' });
    await form.change({ recipe: { ...DEFAULT_RECIPE, gif: 'keep' } });
    expect(screen.queryByText(/^Options of/)).toBeNull();
    expect(screen.getByRole('radio', { name: 'Lossless' })).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Balanced' }).checked).toBe(true);
    await form.change({ recipe: { ...DEFAULT_RECIPE, gif: 'keep', format: 'webp' } });
    expect(screen.queryByLabelText('GIFs')).toBeNull();
    await form.change({ recipe: DEFAULT_RECIPE, image: { ...image, format: 'jpeg' } });
    expect(screen.queryByLabelText('GIFs')).toBeNull();
    await form.change({ recipe: DEFAULT_RECIPE, image: null });
    await userEvent.click(screen.getByText('More settings'));
    expect(screen.getByLabelText('GIFs')).toBeTruthy();
  });

  it('goes back to the quality that was set before it was lossless', async () => {
    const onchange = vi.fn();
    const form = show(RecipeForm, { recipe: { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 42 } }, onchange });
    await form.change({ recipe: { ...DEFAULT_RECIPE, aim: { kind: 'lossless' } } });
    expect(screen.queryByRole('spinbutton', { name: 'Quality' })).toBeNull();
    await userEvent.click(screen.getByRole('radio', { name: 'Fixed quality' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 42 } });
  });

  it.each([
    ['9999', 'at most 100'],
    ['0', 'at least 1'],
    ['7.5', 'write a whole number'],
  ])('refuses quality %s: %s', async (written, reason) => {
    const onchange = vi.fn();
    show(RecipeForm, { recipe: { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 } }, onchange });
    const field = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Quality' });
    await userEvent.clear(field);
    onchange.mockClear();
    await userEvent.paste(written);
    expect(seen(screen.getByRole('alert'))).toBe(reason);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(onchange).not.toHaveBeenCalled();
  });
});

describe('what to keep', () => {
  it('is a look by its name or its number', async () => {
    const onchange = vi.fn();
    show(RecipeForm, { recipe: { ...DEFAULT_RECIPE, aim: { kind: 'look', look: 70 } }, onchange });
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Balanced' }).checked).toBe(true);
    await userEvent.click(screen.getByRole('radio', { name: 'Looks identical' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'look', look: 90 } });
    const number = screen.getByRole('spinbutton', { name: 'Look' });
    await userEvent.clear(number);
    await userEvent.paste('63');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'look', look: 63 } });
  });

  it('is a limit of the file’s size, offered or written', async () => {
    const onchange = vi.fn();
    show(RecipeForm, { recipe: { ...DEFAULT_RECIPE, aim: { kind: 'size', bytes: 200_000 } }, onchange });
    await userEvent.click(screen.getByRole('radio', { name: '500 kB' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'size', bytes: 500_000 } });
    const limit = screen.getByRole('spinbutton', { name: 'At most' });
    await userEvent.clear(limit);
    await userEvent.paste('345.5');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'size', bytes: 345_500 } });
    await userEvent.clear(limit);
    await userEvent.paste('12.36');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, aim: { kind: 'size', bytes: 12_360 } });
    await userEvent.clear(limit);
    onchange.mockClear();
    await userEvent.paste('0');
    expect(seen(screen.getByRole('alert'))).toBe('at least 1');
    expect(onchange).not.toHaveBeenCalled();
  });

  it('of the smallest format asks who is to open it', async () => {
    const onchange = vi.fn();
    const form = show(RecipeForm, { recipe: DEFAULT_RECIPE, onchange });
    expect(screen.queryByLabelText('Opens')).toBeNull();
    await userEvent.click(screen.getByRole('radio', { name: 'Smallest' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, format: 'auto' });
    await form.change({ recipe: { ...DEFAULT_RECIPE, format: 'auto' } });
    await userEvent.selectOptions(screen.getByLabelText('Opens'), "In today's browsers");
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, format: 'auto', audience: 'modern' });
  });
});

describe('the form where one image is known', () => {
  const image = { format: 'png', size: { width: 301, height: 200 }, flattens: true } as const;
  it('offers only what makes a difference for it, and says what comes out', async () => {
    const onchange = vi.fn();
    const form = show(RecipeForm, { recipe: DEFAULT_RECIPE, image, onchange });
    // PNG can have fewer colours, or every pixel as it is.
    expect(screen.getByRole('radio', { name: 'Lossless' })).toBeDefined();
    expect(screen.getByText('301 × 200 px')).toBeDefined();
    await userEvent.selectOptions(screen.getByLabelText('Size'), 'Width');
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, resize: { by: 'width', pixels: 151 } });
    await form.change({ recipe: { ...DEFAULT_RECIPE, resize: { by: 'percent', percent: 50 } } });
    expect(screen.getByText('151 × 100 px')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: '75 %' }));
    expect(onchange).toHaveBeenLastCalledWith({ ...DEFAULT_RECIPE, resize: { by: 'percent', percent: 75 } });
  });

  it('has the options of each encoder, and of the one that writes', async () => {
    const onchange = vi.fn();
    const form = show(RecipeForm, { recipe: DEFAULT_RECIPE, onchange });
    expect(screen.queryByText('Options of CompressImage JPEG')).toBeNull();
    await userEvent.click(screen.getByText('Encoder options'));
    expect(await screen.findByText('Options of CompressImage JPEG')).toBeDefined();
    expect(screen.getByText('Options of oxipng')).toBeDefined();
    await form.change({ recipe: { ...DEFAULT_RECIPE, format: 'avif' } });
    expect(screen.queryByText('Options of CompressImage JPEG')).toBeNull();
    await userEvent.click(screen.getByText(/^Options of libavif/));
    await userEvent.click(await screen.findByRole('radio', { name: 'Full (4:4:4)' }));
    expect(onchange).toHaveBeenLastCalledWith({
      ...DEFAULT_RECIPE,
      format: 'avif',
      options: { avif: { subsample: 3 } },
    });
    const speed = screen.getByRole('spinbutton', { name: 'Speed' });
    await userEvent.clear(speed);
    await userEvent.paste('8');
    expect(seen(screen.getByRole('alert'))).toMatch(/^it can be only: /);
  });
});

describe('presets', () => {
  /** What the last change makes of presets that another one has changed meanwhile. */
  const made = (of: Mock<(change: PresetsChange) => void>, now: readonly Preset[]): unknown =>
    of.mock.lastCall?.[0]?.(now);
  const presets = [{ name: 'Mine', recipe: { ...DEFAULT_RECIPE, format: 'jxl' as const } }];

  it('show which one is set, or that none is', async () => {
    const onchoose = vi.fn();
    const bar = show(PresetBar, {
      recipe: { ...DEFAULT_RECIPE, metadata: 'keep' },
      presets,
      onchoose,
      onpresets: null,
      onedit: vi.fn(),
    });
    const select = screen.getByLabelText<HTMLSelectElement>('Preset');
    expect(select.selectedOptions[0]?.text).toBe('Your own settings');
    expect([...select.options].map(({ text }) => text)).toEqual([
      'Your own settings',
      'Standard',
      'Web',
      'E-mail',
      'Lossless',
      'Archive',
      'Mine',
    ]);
    await userEvent.selectOptions(select, 'E-mail');
    expect(onchoose).toHaveBeenLastCalledWith(BUILT_IN_PRESETS[1]?.recipe);
    await bar.change({ recipe: BUILT_IN_PRESETS[1]!.recipe });
    expect(screen.getByText('A small JPEG of at most 1600 px that opens everywhere. All metadata goes.')).toBeDefined();
    await bar.change({ recipe: presets[0]!.recipe });
    expect(select.selectedOptions[0]?.text).toBe('Mine');
  });

  it('are made of the settings where these are, and a name that exists asks first', async () => {
    const onpresets = vi.fn<(change: PresetsChange) => void>();
    const recipe = { ...DEFAULT_RECIPE, metadata: 'keep' as const };
    show(PresetBar, { recipe, presets, onchoose: vi.fn(), onpresets, onedit: vi.fn() });
    const save = screen.getByRole('button', { name: 'Save these settings as a preset' });
    await userEvent.click(save);
    expect(document.activeElement).toBe(screen.getByLabelText('Name of the preset'));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(seen(screen.getByRole('alert'))).toBe('write something');
    await userEvent.type(screen.getByLabelText('Name of the preset'), 'mine{Enter}');
    expect(seen(screen.getByRole('alert'))).toBe('You have a preset named Mine. Replace it, or choose another name.');
    expect(onpresets).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Replace it' }));
    expect(made(onpresets, presets)).toEqual([{ name: 'mine', recipe }]);
    await userEvent.click(screen.getByRole('button', { name: 'Save these settings as a preset' }));
    await userEvent.type(screen.getByLabelText('Name of the preset'), 'Other{Enter}');
    const meanwhile = [...presets, { name: 'Meanwhile', recipe }];
    expect(made(onpresets, meanwhile)).toEqual([...meanwhile, { name: 'Other', recipe }]);
  });

  it('are renamed with the name selected, deleted and had back', async () => {
    const onchange = vi.fn<(change: PresetsChange) => void>();
    const sheet = show(PresetSheet, { presets, onchange, onexport: vi.fn(), onclose: vi.fn() });
    await userEvent.click(screen.getByRole('button', { name: 'Rename Mine' }));
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Rename Mine' });
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, 4]);
    await userEvent.keyboard('Yours{Enter}');
    const another = { name: 'Another', recipe: DEFAULT_RECIPE };
    expect(made(onchange, [...presets, another])).toEqual([{ ...presets[0], name: 'Yours' }, another]);
    await sheet.change({ presets });
    await userEvent.click(screen.getByRole('button', { name: 'Delete Mine' }));
    expect(made(onchange, [...presets, another])).toEqual([another]);
    await sheet.change({ presets: [] });
    expect(screen.getByText('Mine was deleted.')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(made(onchange, [another])).toEqual([...presets, another]);
  });

  it('of a bad file say which preset and which field are wrong', async () => {
    const onchange = vi.fn<(change: PresetsChange) => void>();
    show(PresetSheet, { presets, onchange, onexport: vi.fn(), onclose: vi.fn() });
    const picker = document.querySelector<HTMLInputElement>('input[type=file]')!;
    const file = {
      kind: 'compressimage-presets',
      version: 1,
      presets: [{ name: 'x', recipe: { ...DEFAULT_RECIPE, metadata: 'all' } }],
    };
    await userEvent.upload(picker, new File([JSON.stringify(file)], 'presets.json', { type: 'application/json' }));
    await waitFor(() => expect(seen(screen.getByRole('alert'))).toBe('preset 1, Metadata: this value is not known'));
    expect(onchange).not.toHaveBeenCalled();
  });
});

describe('the name’s template', () => {
  it('shows what it gives, and what it does not know', async () => {
    const onset = vi.fn(async (template: string) => {
      await field.change({ template });
      return true;
    });
    const field = show(TemplateField, { label: 'File name', template: '{name}', job: null, onset });
    expect(screen.getByText('Example: holiday.jpg')).toBeDefined();
    const input = screen.getByLabelText<HTMLInputElement>('File name');
    await userEvent.type(input, '-');
    input.setSelectionRange(6, 6);
    await userEvent.click(screen.getByRole('button', { name: '{width}' }));
    expect(onset).toHaveBeenLastCalledWith('{name}{width}-');
    expect(screen.getByText('Example: holiday1600-.jpg')).toBeDefined();
    expect(document.activeElement).toBe(input);
    await userEvent.clear(input);
    await userEvent.paste('{nam}');
    expect(screen.getByText(/\{nam\} is not known and stays as it is written\./)).toBeDefined();
  });
});
