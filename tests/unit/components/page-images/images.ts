import type { ListedImage, PageList } from '../../../../lib/core/protocol/page-list.ts';

/** An image that a page shows at 100 x 100 CSS px, with what differs. */
export const listed = (more: Partial<ListedImage> = {}): ListedImage => ({
  kind: 'img',
  url: 'https://h.example/a.jpg',
  reference: 0,
  width: 100,
  height: 100,
  pixels: null,
  largest: '',
  standIn: false,
  name: '',
  shown: true,
  bytes: null,
  ...more,
});

export const frame = (images: readonly ListedImage[], density = 1, frameId = 0): PageList['frames'][number] => ({
  url: 'https://h.example/',
  density,
  frameId,
  images,
});
