import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CompareSession } from '../../components/compare/compare-session.svelte.ts';
import type { CompareService, Tried } from '../../components/compare/compare-service.ts';
import type { Receipt } from '../../lib/core/model/receipt.ts';
import { DEFAULT_RECIPE, type Recipe, type Turn } from '../../lib/core/model/recipe.ts';
import { CompressionError } from '../../lib/core/errors.ts';
import type { Job } from '../../lib/core/model/job.ts';
import { textsWith } from '../../lib/core/texts/texts.ts';
import { english } from '../unit/core/texts/locale.ts';
import { ready, receipt } from './panel/jobs.ts';
import Placed from './compare-placed.svelte';

const viewTexts = { t: english, texts: textsWith(english) };
const onclose = vi.fn();
const onapply = vi.fn();
const onuseforall = vi.fn();
const onsave = vi.fn();
const onstep = vi.fn();

interface FakeBitmap {
  readonly width: number;
  readonly height: number;
  closed: boolean;
  close(): void;
}
let bitmaps: FakeBitmap[] = [];
function bitmap(turn: Turn = 0): ImageBitmap {
  const [width, height] = turn % 180 === 0 ? [400, 300] : [300, 400];
  const made: FakeBitmap = {
    width,
    height,
    closed: false,
    close() {
      made.closed = true;
    },
  };
  bitmaps.push(made);
  return made as unknown as ImageBitmap;
}

/** The rest of the extension, with tries that end when the test says so. */
class FakeService implements CompareService {
  readonly tries: {
    recipe: Recipe;
    signal: AbortSignal;
    end(receipt: Receipt): void;
    fail(error: CompressionError): void;
  }[] = [];
  readonly applied: Recipe[] = [];
  closed = false;
  gone: () => void = () => undefined;
  source = async (turn: Turn): Promise<ImageBitmap> => bitmap(turn);
  held = async (): Promise<ImageBitmap> => bitmap();
  tried = (recipe: Recipe, signal: AbortSignal): Promise<Tried> =>
    new Promise((resolve, reject) => {
      this.tries.push({ recipe, signal, end: (made) => resolve({ bitmap: bitmap(), receipt: made }), fail: reject });
    });
  apply = async (recipe: Recipe): Promise<void> => void this.applied.push(recipe);
  onGone = (listener: () => void): (() => void) => {
    this.gone = listener;
    return () => undefined;
  };
  other: FakeService | null = null;
  beside = (): CompareService => (this.other = new FakeService());
  close = (): void => void (this.closed = true);
}

let service: FakeService;
const result = receipt(1_200_000, 310_000);
const webp = receipt(1_200_000, 120_000, {
  output: { format: 'webp', bytes: 120_000, width: 400, height: 300 },
  notes: [{ kind: 'info', code: 'resized', parameters: { width: 400, height: 300 } }],
});

async function open(job: Job = ready('cat.jpg', result)): Promise<{ unmount(): void }> {
  const shown = render(Placed, {
    viewTexts,
    job,
    service,
    onclose,
    onsave,
    onapply,
    onuseforall,
    onstep,
    place: { at: 0, count: 3 },
  });
  await vi.waitFor(() => expect(screen.queryByText('74 % smaller') ?? screen.queryByRole('alert')).not.toBeNull());
  return shown;
}
const settings = (): ReturnType<typeof within> =>
  within(screen.getByRole('complementary', { name: 'Settings of the result' }));
const use = (): HTMLButtonElement => settings().getByRole('button', { name: 'Use this' });
const nothingToUse = (): boolean => settings().queryByRole('button', { name: 'Use this' }) === null;
const nextTry = (count: number): Promise<unknown> => vi.waitFor(() => expect(service.tries).toHaveLength(count));

beforeEach(() => {
  service = new FakeService();
  bitmaps = [];
  vi.clearAllMocks();
});
afterEach(cleanup);

describe('a comparison', () => {
  it('begins with what the job holds, without encoding anything', async () => {
    await open();
    expect(screen.getByText('1.2 MB → 310 kB')).toBeDefined();
    expect(screen.getByRole('slider', { name: 'Divider between the two pictures' }).getAttribute('aria-valuenow')).toBe(
      '50',
    );
    expect(service.tries).toEqual([]);
    expect(nothingToUse()).toBe(true);
  });

  it('tries another format, keeps the last result meanwhile, and shows the new one with its notes', async () => {
    await open();
    await userEvent.click(settings().getByRole('radio', { name: 'WebP' }));
    await nextTry(1);
    expect(service.tries[0]?.recipe).toEqual({ ...DEFAULT_RECIPE, format: 'webp' });
    expect(screen.getByText('74 % smaller')).toBeDefined();
    expect(use().disabled).toBe(true);
    service.tries[0]?.end(webp);
    await screen.findByText('90 % smaller');
    expect(screen.getByText('Resized to 400 × 300 pixels')).toBeDefined();
    expect(screen.getAllByRole('status').map(({ textContent }) => textContent)).toContain(
      'WebP, 1.2 MB to 120 kB, 90 % smaller',
    );
  });

  it('ends a try that is overtaken and never shows it', async () => {
    await open();
    await userEvent.click(settings().getByRole('radio', { name: 'AVIF' }));
    await nextTry(1);
    await userEvent.click(settings().getByRole('radio', { name: 'WebP' }));
    expect(service.tries[0]?.signal.aborted).toBe(true);
    await nextTry(2);
    service.tries[1]?.end(webp);
    await screen.findByText('90 % smaller');
    service.tries[0]?.end(receipt(1_200_000, 600_000));
    await new Promise((later) => setTimeout(later, 20));
    expect(screen.queryByText('50 % smaller')).toBeNull();
  });

  it('hands the shown result over, and has nothing more to hand over then', async () => {
    await open();
    await userEvent.click(settings().getByRole('radio', { name: 'WebP' }));
    await nextTry(1);
    service.tries[0]?.end(webp);
    await vi.waitFor(() => expect(use().disabled).toBe(false));
    await userEvent.click(use());
    expect(service.applied).toEqual([{ ...DEFAULT_RECIPE, format: 'webp' }]);
    expect(onapply).toHaveBeenCalledWith({ ...DEFAULT_RECIPE, format: 'webp' });
    expect(nothingToUse()).toBe(true);
    expect(document.activeElement).toBe(settings().getByRole('button', { name: 'Save' }));
    await userEvent.keyboard('{Enter}');
    expect(onsave).toHaveBeenCalledOnce();
  });

  it('is turned and cropped on both sides, by buttons, numbers and keys, and is taken so', async () => {
    await open();
    await userEvent.click(await screen.findByRole('button', { name: 'Turn right' }));
    await nextTry(1);
    expect(service.tries[0]?.recipe.framing).toEqual({ turn: 90, crop: null });
    service.tries[0]?.end(webp);
    await userEvent.click(await screen.findByRole('button', { name: 'Turn left' }));
    await screen.findByText('74 % smaller');

    await userEvent.click(screen.getByRole('button', { name: 'Crop' }));
    const bar = within(screen.getByRole('group', { name: 'Crop' }));
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'The crop' }));
    await userEvent.click(bar.getByRole('radio', { name: '1:1' }));
    const width = bar.getByRole<HTMLInputElement>('spinbutton', { name: /Width/ });
    expect(width.value).toBe('300');
    await userEvent.clear(width);
    await userEvent.type(width, '200{Tab}');
    screen.getByRole('button', { name: 'Left edge' }).focus();
    await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}');
    await userEvent.click(bar.getByRole('button', { name: 'Crop' }));
    await nextTry(2);
    expect(service.tries[1]?.recipe.framing).toEqual({
      turn: 0,
      crop: { left: 61, top: expect.any(Number), width: 189, height: 189 },
    });
    service.tries[1]?.end(webp);
    await vi.waitFor(() => expect(use().disabled).toBe(false));
    // What is for all is for all.
    await userEvent.click(settings().getByRole('button', { name: 'Use for all images' }));
    expect(onuseforall).toHaveBeenLastCalledWith(DEFAULT_RECIPE);
    await userEvent.click(use());
    expect(onapply).toHaveBeenLastCalledWith(expect.objectContaining({ framing: service.tries[1]?.recipe.framing }));
  });

  it('leaves a crop by Escape, and only then the comparison', async () => {
    await open();
    await userEvent.click(await screen.findByRole('button', { name: 'Crop' }));
    await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}{Escape}');
    expect(screen.queryByRole('group', { name: 'Crop' })).toBeNull();
    expect(onclose).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Crop' })));
    expect(service.tries).toEqual([]);
    await userEvent.keyboard('{Escape}');
    expect(onclose).toHaveBeenCalledOnce();
  });

  it('goes back to what the job holds', async () => {
    await open();
    await userEvent.click(settings().getByRole('radio', { name: 'WebP' }));
    await nextTry(1);
    service.tries[0]?.end(webp);
    await screen.findByText('90 % smaller');
    await userEvent.click(settings().getByRole('button', { name: 'Reset' }));
    await screen.findByText('74 % smaller');
    expect(service.tries).toHaveLength(1);
  });

  it('says why a recipe cannot be used, and keeps the last result', async () => {
    await open();
    await userEvent.click(settings().getByRole('radio', { name: 'JPEG XL' }));
    await nextTry(1);
    service.tries[0]?.fail(new CompressionError('too-much-memory', { format: 'jxl', limit: 20 }));
    expect((await screen.findByRole('alert')).textContent).toMatch(/^As JPEG XL, this image needs more memory/);
    expect(screen.getByText('74 % smaller')).toBeDefined();
    expect(use().disabled).toBe(true);
  });

  it('says when the image is no longer held', async () => {
    await open();
    service.gone();
    expect((await screen.findByRole('alert')).textContent).toBe(
      'The image is no longer here. Add it again to compare it.',
    );
  });

  const label = (side: string): string => document.querySelector(`.label[data-side=${side}]`)?.textContent ?? '';

  it('copies a side to the other, and keeps it there while others are tried', async () => {
    await open();
    await userEvent.click(settings().getByRole('button', { name: 'Copy this side to the other' }));
    await userEvent.click(settings().getByRole('radio', { name: 'WebP' }));
    await nextTry(1);
    service.tries[0]?.end(webp);
    await screen.findByText('90 % smaller');
    expect(label('before')).toMatch(/First.*JPEG.*310 kB.*−74 %/s);
    expect(screen.getByRole('radio', { name: 'First' })).toBeDefined();
    expect(bitmaps.map(({ closed }) => closed)).toEqual([false, false, false]);
    await userEvent.click(screen.getByRole('radio', { name: 'First side' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'The original on this side' }));
    expect(label('before')).toMatch(/Original.*1.2 MB/s);
    // The one that was copied is shown nowhere any more.
    expect(bitmaps.filter(({ closed }) => closed)).toHaveLength(1);
  });

  it('has two sides, each with settings of its own, which change places', async () => {
    await open();
    await userEvent.click(screen.getByRole('radio', { name: 'First side' }));
    expect(screen.queryByRole('radio', { name: 'WebP' })).toBeNull();
    await userEvent.click(screen.getByRole('checkbox', { name: 'The original on this side' }));
    const first = within(screen.getByRole('complementary', { name: 'Settings of the first side' }));
    await userEvent.click(first.getByRole('radio', { name: 'WebP' }));
    // The other side's tries are left alone.
    await vi.waitFor(() => expect(service.other?.tries).toHaveLength(1));
    expect(service.tries).toEqual([]);
    service.other?.tries[0]?.end(webp);
    await vi.waitFor(() => expect(label('before')).toMatch(/WebP.*120 kB/s));
    expect(label('after')).toMatch(/JPEG.*310 kB/s);
    await userEvent.click(first.getByRole('button', { name: 'Swap the sides' }));
    expect(label('before')).toMatch(/JPEG.*310 kB/s);
    expect(label('after')).toMatch(/WebP.*120 kB/s);
  });

  it('takes either side as the result; what was copied is made for its own side first', async () => {
    await open();
    await userEvent.click(settings().getByRole('radio', { name: 'WebP' }));
    await nextTry(1);
    service.tries[0]?.end(webp);
    await screen.findByText('90 % smaller');
    await userEvent.click(settings().getByRole('button', { name: 'Copy this side to the other' }));
    await userEvent.click(settings().getByRole('radio', { name: 'AVIF' }));
    await userEvent.click(screen.getByRole('radio', { name: 'First side' }));
    await userEvent.click(screen.getByRole('button', { name: 'Use this' }));
    await vi.waitFor(() => expect(service.other?.tries).toHaveLength(1));
    service.other?.tries[0]?.end(webp);
    await vi.waitFor(() => expect(service.other?.applied.map(({ format }) => format)).toEqual(['webp']));
    expect(service.applied).toEqual([]);
    expect(onapply).toHaveBeenCalledWith(expect.objectContaining({ format: 'webp' }));
  });

  it('zooms by a number, changes what is behind the image, and shows its keys', async () => {
    HTMLDialogElement.prototype.showModal ??= () => undefined;
    await open();
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Background' }), 'Black');
    const zoom = screen.getByRole<HTMLInputElement>('textbox', { name: 'Zoom' });
    await userEvent.clear(zoom);
    await userEvent.type(zoom, 'much');
    await userEvent.tab();
    expect(zoom.value).toBe('100 %');
    await userEvent.click(screen.getByRole('button', { name: 'Keys' }));
    expect(screen.getByText('Zoom in and out')).toBeDefined();
  });

  it('goes on to the next image, and back to the list by Escape', async () => {
    await open();
    expect(screen.getByText('1 of 3')).toBeDefined();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Previous image' }).disabled).toBe(true);
    await userEvent.click(screen.getByRole('button', { name: 'Next image' }));
    expect(onstep).toHaveBeenCalledWith(1);
    await userEvent.keyboard('{Escape}');
    expect(onclose).toHaveBeenCalledOnce();
  });

  it('hands its recipe to whoever wants it for all', async () => {
    await open();
    await userEvent.click(settings().getByRole('button', { name: 'Use for all images' }));
    expect(onuseforall).toHaveBeenCalledWith(DEFAULT_RECIPE);
  });

  it('lets go of every picture and of the tries when it closes', async () => {
    const { unmount } = await open();
    await userEvent.click(screen.getByRole('button', { name: 'Back to the images' }));
    expect(onclose).toHaveBeenCalledOnce();
    unmount();
    expect(service.closed).toBe(true);
    expect(bitmaps.map(({ closed }) => closed)).toEqual([true, true]);
  });
});

describe('two sides that fill boxes of different shapes', () => {
  it('are both seen whole, each at its place in the original', async () => {
    const session = new CompareSession(ready('cat.jpg', result), service);
    await vi.waitFor(() => expect(session.original).not.toBeNull());
    expect(session.part).toEqual({ left: 0, top: 0, width: 400, height: 300 });
    const fill = (width: number, height: number): Recipe => ({
      ...DEFAULT_RECIPE,
      resize: { by: 'fill', width, height },
    });
    session.try('after', fill(100, 300));
    expect(session.part).toEqual({ left: 150, top: 0, width: 100, height: 300 });
    session.try('before', fill(400, 100));
    expect(session.part).toEqual({ left: 0, top: 0, width: 400, height: 300 });
    await nextTry(1);
    service.tries[0]?.end(receipt(1_200_000, 120_000));
    await vi.waitFor(() =>
      expect(session.picture('after')?.part).toEqual({ left: 150, top: 0, width: 100, height: 300 }),
    );
    session.stop();
  });
});

describe('the settings', () => {
  it('are those of the format: no lossless JPEG, no quality of a PNG', async () => {
    await open();
    expect(settings().queryByRole('radio', { name: 'Lossless' })).toBeNull();
    await userEvent.click(settings().getByRole('radio', { name: 'PNG' }));
    expect(settings().queryByRole('slider', { name: 'Quality' })).toBeNull();
    expect(settings().getByText('PNG keeps every pixel as it is.')).toBeDefined();
    await userEvent.click(settings().getByRole('radio', { name: 'AVIF' }));
    await userEvent.click(settings().getByRole('radio', { name: 'Lossless' }));
    // On a slow machine the formats on the way were tried as well.
    await vi.waitFor(() => expect(service.tries.at(-1)?.recipe.aim).toEqual({ kind: 'lossless' }));
  });

  it('say why a number can’t be used, and try nothing then', async () => {
    await open();
    const look = settings().getByRole('spinbutton', { name: 'Look' });
    await userEvent.clear(look);
    await userEvent.paste('900');
    expect((await settings().findByRole('alert')).textContent).toBe('at most 95');
    expect(look.getAttribute('aria-invalid')).toBe('true');
    await userEvent.clear(look);
    await userEvent.paste('60');
    expect(settings().queryByRole('alert')).toBeNull();
    await nextTry(1);
    expect(service.tries.map(({ recipe }) => recipe.aim)).toEqual([{ kind: 'look', look: 60 }]);
  });

  it('of a look say how much each side looks like the original, and what the other formats came to', async () => {
    await open();
    await userEvent.click(settings().getByRole('radio', { name: 'WebP' }));
    await nextTry(1);
    service.tries[0]?.end({
      ...webp,
      look: 71,
      rivals: [
        { format: 'jpeg', bytes: 140_000, atLeast: false },
        { format: 'png', bytes: 310_000, atLeast: true },
      ],
    });
    await screen.findByText('71 of 100, looks good');
    expect(screen.getByText('100 of 100, the original')).toBeDefined();
    expect(settings().getByText(/^Other formats: JPEG.140 kB, PNG over 310 kB$/)).toBeDefined();
  });

  it('have metadata and the rest of a recipe here too', async () => {
    await open();
    await userEvent.selectOptions(settings().getByRole('combobox', { name: 'Metadata' }), 'Remove all');
    await nextTry(1);
    expect(service.tries[0]?.recipe).toEqual({ ...DEFAULT_RECIPE, metadata: 'strip' });
  });

  it('change an encoder’s own options and the size', async () => {
    await open();
    await userEvent.click(settings().getByText('Options of CompressImage JPEG'));
    await userEvent.click(settings().getByRole('switch', { name: 'Progressive' }));
    await userEvent.selectOptions(settings().getByRole('combobox', { name: 'Size' }), 'percent');
    // On a slow machine the first change was tried alone as well.
    await vi.waitFor(() =>
      expect(service.tries.at(-1)?.recipe).toMatchObject({
        options: { jpeg: { progressive: false } },
        resize: { by: 'percent', percent: 50 },
      }),
    );
    expect(settings().getByText('200 × 150 px')).toBeDefined();
  });
});

describe('the divider', () => {
  it('is moved by keys', async () => {
    await open();
    const divider = screen.getByRole('slider', { name: 'Divider between the two pictures' });
    divider.focus();
    const value = (): string | null => divider.getAttribute('aria-valuenow');
    await userEvent.keyboard('{ArrowRight}');
    expect(value()).toBe('51');
    await userEvent.keyboard('{Home}');
    expect(value()).toBe('0');
    await userEvent.keyboard('{ArrowLeft}');
    expect(value()).toBe('0');
    await userEvent.keyboard('{PageUp}');
    expect(value()).toBe('10');
    await userEvent.keyboard('{End}');
    expect(divider.getAttribute('aria-valuetext')).toBe('100 % of the first');
  });

  it('is there only where there are two sides', async () => {
    await open();
    await userEvent.click(screen.getByRole('radio', { name: 'Difference' }));
    expect(screen.queryByRole('slider', { name: /Divider/ })).toBeNull();
    expect(screen.getByRole('slider', { name: 'Brighter × 16' })).toBeDefined();
  });
});
