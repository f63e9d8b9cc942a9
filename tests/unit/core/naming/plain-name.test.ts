import { expect, it } from 'vitest';
import { plainerPaths } from '../../../../lib/core/naming/plain-name.ts';

it.each([
  ['photo.jpg', ['image.jpg']],
  ['Café crème.webp', ['Cafe-creme.webp', 'image.webp']],
  ['写真.png', ['image.png']],
  ['Trip 2026/über/写真 3.png', ['Trip-2026/uber/3.png', '3.png', 'image.png']],
  ['con.jpg', ['con-.jpg', 'image.jpg']],
  ['image', []],
  [`${'a'.repeat(300)}.jpg`, [`${'a'.repeat(80)}.jpg`, 'image.jpg']],
])('%s falls back on %j', (path, expected) => expect(plainerPaths(path)).toEqual(expected));
