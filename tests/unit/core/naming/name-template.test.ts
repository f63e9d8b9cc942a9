import { describe, expect, it } from 'vitest';
import {
  expandTemplate,
  uniqueNames,
  unknownPlaceholders,
  type TemplateValues,
} from '../../../../lib/core/naming/name-template.ts';
import { MAX_NAME_BYTES } from '../../../../lib/core/naming/safe-name.ts';

const values: TemplateValues = {
  name: 'cat',
  width: 640,
  height: 480,
  format: 'jpeg',
  quality: 75,
  index: 3,
  count: 120,
  date: new Date(2026, 10, 3, 23, 59),
};

describe('expandTemplate', () => {
  it.each([
    ['{name}', 'cat.jpg'],
    ['{name}-{width}x{height}', 'cat-640x480.jpg'],
    ['{index} {name} q{quality} {date}', '003 cat q75 2026-11-03.jpg'],
    ['{name}.{format}', 'cat.jpg'],
    ['{name} {format}', 'cat jpg.jpg'],
    ['{name} {nmae}', 'cat {nmae}.jpg'],
    ['../{name}', 'cat.jpg'],
    ['holiday', 'holiday.jpg'],
    ['', 'cat.jpg'],
    ['...', 'cat.jpg'],
  ])('%s is %s', (template, expected) => expect(expandTemplate(template, values).replace(/^-/, '')).toBe(expected));

  it('leaves the quality out where there was none', () =>
    expect(expandTemplate('{name} {quality}', { ...values, quality: null })).toBe('cat.jpg'));
  it('does not expand what a name holds', () =>
    expect(expandTemplate('{name}', { ...values, name: '{width}' })).toBe('{width}.jpg'));
  it.each([
    ['a'.repeat(300), '{name}-small', /^a+-small\.jpg$/],
    ['猫'.repeat(120), '{index} {name}-{width}x{height}', /^003 猫+-640x480\.jpg$/],
    ['a'.repeat(300), '{name} {name} {quality}', /^a+ a+ 75\.jpg$/],
    // There is no name to be cut.
    ['a', `${'b'.repeat(300)}{width}`, /^b+\.jpg$/],
  ])('cuts a long name, not what tells files apart', (name, template, expected) => {
    const expanded = expandTemplate(template, { ...values, name });
    expect(expanded).toMatch(expected);
    const { length } = Buffer.from(expanded);
    expect(length).toBeLessThanOrEqual(MAX_NAME_BYTES);
    expect(length).toBeGreaterThan(MAX_NAME_BYTES - 6);
  });
  it('tells what it does not know', () =>
    expect(unknownPlaceholders('{name} {nmae} {Width}')).toEqual(['nmae', 'Width']));
});

describe('uniqueNames', () => {
  it.each([
    [
      ['a.jpg', 'b.jpg'],
      ['a.jpg', 'b.jpg'],
    ],
    [
      ['a.jpg', 'a.jpg', 'a.jpg'],
      ['a.jpg', 'a (2).jpg', 'a (3).jpg'],
    ],
    [
      ['a.jpg', 'A.JPG'],
      ['a.jpg', 'A (2).JPG'],
    ],
    [
      ['caf\u00e9.jpg', 'cafe\u0301.jpg'],
      ['caf\u00e9.jpg', 'cafe\u0301 (2).jpg'],
    ],
    [
      ['a.jpg', 'a.jpg', 'a (2).jpg'],
      ['a.jpg', 'a (3).jpg', 'a (2).jpg'],
    ],
    [
      ['a', 'a'],
      ['a', 'a (2)'],
    ],
  ])('%j are %j', (names, expected) => expect(uniqueNames(names)).toEqual(expected));

  it('keeps away from names in use', () =>
    expect(uniqueNames(['a.jpg'], ['A.jpg', 'a (2).jpg'])).toEqual(['a (3).jpg']));
  it('numbers a long name within the limit', () => {
    const [, second = ''] = uniqueNames(Array<string>(2).fill(`${'写'.repeat(77)}.webp`));
    expect(second).toMatch(/ \(2\)\.webp$/);
    expect(new TextEncoder().encode(second).byteLength).toBeLessThanOrEqual(255);
  });
  it('numbers thousands at once', () =>
    expect(new Set(uniqueNames(Array<string>(5000).fill('a.jpg'))).size).toBe(5000));
});
