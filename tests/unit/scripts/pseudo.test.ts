import { describe, expect, it } from 'vitest';
import { lengthened } from '../../../scripts/pseudo.mjs';

describe('a text for looking at the layout', () => {
  it.each([
    ['Save', 'Savelö'],
    ['Save as one ZIP', 'Save as one ZIPlörem'],
    ['$1 of $2', '$1 of $2l'],
    ['$1 → $2', '$1 → $2'],
    ['1 image | $1 images', '1 imagelö | $1 imageslör'],
  ])('“%s” is “%s”', (text, longer) => expect(lengthened(text)).toBe(longer));

  it('is a third longer, by words, and keeps what is filled in', () => {
    const text =
      'There is no image in what you dropped, and no address of $1. Drop files, folders or images from a page.';
    const longer = lengthened(text);
    expect(longer.startsWith(text)).toBe(true);
    const letters = (of: string): number => of.match(/\p{L}/gu)?.length ?? 0;
    expect(letters(longer) / letters(text)).toBeCloseTo(1.35, 1);
    expect(
      Math.max(
        ...longer
          .slice(text.length)
          .split(' ')
          .map((word) => word.length),
      ),
    ).toBeLessThan(8);
  });
});
