import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import PageImages from '../../../components/page-images/PageImages.svelte';
import { ImageChoice } from '../../../components/page-images/page-list.svelte.ts';
import { entriesOf } from '../../../components/page-images/page-weight.ts';
import type { PageImagesService } from '../../../components/page-images/page-images-service.ts';
import type { Job } from '../../../lib/core/model/job.ts';
import { frame, listed } from '../../unit/components/page-images/images.ts';
import { seen, show, viewTexts } from '../panel/with-texts.ts';
import { failed, error, ready, receipt } from '../panel/jobs.ts';

const at = (name: string, more: Parameters<typeof listed>[0] = {}): ReturnType<typeof listed> =>
  listed({ url: `https://h.example/${name}`, ...more });
const IMAGES = [
  at('large.jpg', { bytes: 900_000, pixels: { width: 2000, height: 1000 } }),
  at('small.png', { bytes: 3_000, pixels: { width: 50, height: 50 } }),
  at('hidden.webp', { bytes: 400_000, shown: false, pixels: { width: 1000, height: 1000 } }),
  at('fits.jpg', { bytes: 20_000, pixels: { width: 100, height: 100 }, name: 'A cat' }),
];
const names = (entries: readonly { readonly url: string }[]): string[] =>
  entries.map(({ url }) => url.split('/').at(-1) ?? '');

describe('the choice', () => {
  let choice: ImageChoice;
  beforeEach(() => {
    choice = new ImageChoice(entriesOf([frame(IMAGES)]));
  });

  it('begins with what is shown, the most to save first', () => {
    expect(names(choice.visible)).toEqual(['large.jpg', 'fits.jpg', 'small.png']);
  });

  it.each<[string, Partial<ImageChoice>, string[]]>([
    ['all, as on the page', { shown: 'all', order: 'page' }, ['large.jpg', 'small.png', 'hidden.webp', 'fits.jpg']],
    ['hidden', { shown: 'hidden' }, ['hidden.webp']],
    ['more pixels than shown', { shown: 'oversized' }, ['large.jpg']],
    ['a format', { format: 'png' }, ['small.png']],
    ['a size', { leastBytes: 20_000 }, ['large.jpg', 'fits.jpg']],
    ['pixels', { leastPixels: 100 }, ['large.jpg', 'fits.jpg']],
    ['a text in the address', { text: ' SMALL ' }, ['small.png']],
    ['a text in the name', { text: 'cat' }, ['fits.jpg']],
    ['by pixels', { order: 'pixels' }, ['large.jpg', 'fits.jpg', 'small.png']],
    ['by bytes', { order: 'bytes', shown: 'all' }, ['large.jpg', 'hidden.webp', 'fits.jpg', 'small.png']],
  ])('can be of %s', (_, filters, expected) => {
    Object.assign(choice, filters);
    expect(names(choice.visible)).toEqual(expected);
  });

  it('takes one, a range, all, and forgets what a filter hides', () => {
    const [first, second, third] = choice.visible.map(({ key }) => key);
    choice.toggle(first ?? '');
    choice.toggle(third ?? '', true);
    expect(names(choice.chosen)).toEqual(['large.jpg', 'fits.jpg', 'small.png']);
    choice.toggle(second ?? '');
    expect(names(choice.chosen)).toEqual(['large.jpg', 'small.png']);
    choice.format = 'png';
    expect(names(choice.chosen)).toEqual(['small.png']);
    choice.format = 'all';
    choice.toggleAll();
    expect(choice.chosen).toHaveLength(3);
    choice.toggleAll();
    expect(choice.chosen).toHaveLength(0);
  });

  it('lists the formats that there are', () => {
    expect(choice.formats).toEqual(['all', 'jpeg', 'png', 'webp']);
  });
});

describe('the view', () => {
  const service = {
    list: vi.fn<PageImagesService['list']>(),
    thumbnail: vi.fn<PageImagesService['thumbnail']>(async () => ''),
    compress: vi.fn<PageImagesService['compress']>(),
    allow: vi.fn<PageImagesService['allow']>(() => Promise.resolve()),
    openList: vi.fn<PageImagesService['openList']>(),
    copy: vi.fn<PageImagesService['copy']>(() => Promise.resolve()),
  };
  const page = { url: 'https://h.example/', title: 'A page', frames: [frame(IMAGES)] };
  const done = ready('large.jpg', receipt(900_000, 200_000));
  const refused = failed('fits.jpg', error('needs-permission', { host: 'h.example' }));

  async function open(current: readonly Job[] = []): Promise<ReturnType<typeof show>> {
    service.list.mockResolvedValue(page);
    const shown = show(PageImages, { viewTexts, live: { current }, service });
    await waitFor(() => screen.getByText('A page'));
    return shown as ReturnType<typeof show>;
  }
  beforeEach(() => vi.clearAllMocks());

  it('says what the page weighs, compresses what is chosen, and then what it came to', async () => {
    const user = userEvent.setup();
    service.compress.mockResolvedValue([done.id, refused.id]);
    await open([done, refused]);
    expect(screen.getByText('4 images, 1.3 MB in all')).toBeDefined();
    expect(screen.getByText(/1 has more pixels than are shown/)).toBeDefined();
    const rows = screen.getAllByRole('listitem');
    const boxes = rows.map((row) => row.querySelector('input') as HTMLInputElement);
    await user.click(boxes[0] as HTMLInputElement);
    await user.click(boxes[1] as HTMLInputElement);
    expect(boxes.map(({ checked }) => checked)).toEqual([true, true, false]);
    await user.click(screen.getByRole('button', { name: 'Compress 2 images' }));
    expect(service.compress.mock.calls[0]?.[0].map(({ url }) => url)).toEqual([
      'https://h.example/large.jpg',
      'https://h.example/fits.jpg',
    ]);
    await waitFor(() => screen.getByText('623 kB with the one that was compressed'));
    expect(seen(screen.getAllByRole('listitem')[0] as Element)).toContain('200 kB −78 %');
    await user.click(screen.getByRole('button', { name: 'Allow these sites' }));
    expect(service.allow.mock.calls[0]?.[0]).toEqual([refused]);
  });

  it('has its boxes as they are chosen: one, a range by Shift, all, and none', async () => {
    const user = userEvent.setup();
    await open();
    const boxes = screen.getAllByRole<HTMLInputElement>('checkbox');
    const checked = (): boolean[] => boxes.map((box) => box.checked);
    const [all, first, , third] = boxes as [HTMLInputElement, HTMLInputElement, HTMLInputElement, HTMLInputElement];
    await user.click(first);
    expect([checked(), all.indeterminate]).toEqual([[false, true, false, false], true]);
    await user.keyboard('{Shift>}');
    await user.click(third);
    await user.keyboard('{/Shift}');
    expect([checked(), all.indeterminate]).toEqual([[true, true, true, true], false]);
    await user.click(third);
    await user.click(all);
    expect(checked()).toEqual([true, true, true, true]);
    await user.click(all);
    expect(checked()).toEqual([false, false, false, false]);
  });

  it('begins each image once, however often the button is pressed, and keeps the choice of what was not begun', async () => {
    const user = userEvent.setup();
    let answer: (ids: readonly (Job['id'] | null)[]) => void = () => undefined;
    service.compress.mockReturnValue(
      new Promise((resolve) => {
        answer = (ids) => resolve([...ids]);
      }),
    );
    await open([done]);
    await user.click(screen.getByRole('checkbox', { name: /^3 images/ }));
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Compress 3 images' });
    button.click();
    button.click();
    await waitFor(() => expect(button.disabled).toBe(true));
    expect(service.compress).toHaveBeenCalledOnce();
    answer([done.id, null, null]);
    await waitFor(() => screen.getByRole('button', { name: 'Compress 2 images' }));
    expect(screen.getAllByRole<HTMLInputElement>('checkbox').map(({ checked }) => checked)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('is worked by keys', async () => {
    const user = userEvent.setup();
    await open();
    (screen.getAllByRole('listitem')[0] as HTMLElement).focus();
    await user.keyboard(' ');
    expect(screen.getByRole('button', { name: 'Compress 1 image' })).toBeDefined();
    await user.keyboard('{Control>}a{/Control}');
    expect(screen.getByRole('button', { name: 'Compress 3 images' })).toBeDefined();
    await user.keyboard('{Escape}');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Compress images' }).disabled).toBe(true);
  });

  it('copies a report on what is listed', async () => {
    await open();
    await userEvent.click(screen.getByRole('button', { name: 'Copy report (CSV)' }));
    expect(service.copy.mock.calls[0]?.[0].split('\r\n')).toHaveLength(5);
    await userEvent.click(screen.getByRole('button', { name: 'Copy report (Markdown)' }));
    expect(service.copy.mock.calls[1]?.[0]).toContain('# Images on A page');
  });

  it('draws few of two thousand', async () => {
    service.list.mockResolvedValue({
      ...page,
      frames: [frame(Array.from({ length: 2000 }, (_, index) => at(`${index}.jpg`, { reference: index })))],
    });
    show(PageImages, { viewTexts, live: { current: [] }, service });
    await waitFor(() => screen.getByText(/2,000 images, about/));
    const rows = screen.getAllByRole('listitem').length;
    expect(rows).toBeLessThan(40);
    // Nor are pictures asked for of more.
    await waitFor(() => expect(service.thumbnail).toHaveBeenCalled());
    expect(service.thumbnail.mock.calls.length).toBeLessThanOrEqual(rows);
  });

  it('has a small picture in each row, of those that the page lets be had', async () => {
    const picture = 'data:image/webp;base64,AAAA';
    service.thumbnail.mockImplementation(async ({ url }) => {
      if (url.endsWith('fits.jpg')) throw new Error('closed');
      return url.endsWith('large.jpg') ? picture : '';
    });
    await open();
    await waitFor(() => expect(document.querySelectorAll('li img')).toHaveLength(1));
    expect(screen.getAllByRole('listitem')[0]?.querySelector('img')?.src).toBe(picture);
    await waitFor(() => expect(service.thumbnail).toHaveBeenCalledTimes(3));
  });

  it('takes the largest file that the page names where that is wanted, which weighs nothing on the page', async () => {
    const user = userEvent.setup();
    const images = [
      at('small.jpg', { bytes: 3_000, largest: 'https://h.example/huge.jpg' }),
      at('only.jpg', { bytes: 1_000, reference: 1 }),
    ];
    service.list.mockResolvedValue({ ...page, frames: [frame(images)] });
    service.compress.mockResolvedValue([done.id, refused.id]);
    show(PageImages, { viewTexts, live: { current: [done] }, service });
    await user.click(await screen.findByRole('checkbox', { name: 'Take the largest files' }));
    await user.click(screen.getByRole('checkbox', { name: /^2 images/ }));
    await user.click(screen.getByRole('button', { name: 'Compress 2 images' }));
    expect(service.compress.mock.calls[0]?.[0].map(({ url, largest }) => [url, largest])).toEqual([
      ['https://h.example/small.jpg', true],
      ['https://h.example/only.jpg', undefined],
    ]);
    await waitFor(() => expect(seen(screen.getAllByRole('listitem')[0] as Element)).toContain('200 kB −78 %'));
    expect(screen.getByText('2 images, 4 kB in all')).toBeDefined();
  });

  it('says why it has nothing', async () => {
    service.list.mockRejectedValue(new Error('closed'));
    show(PageImages, { viewTexts, live: { current: [] }, service });
    await waitFor(() => screen.getByRole('alert'));
  });
});
