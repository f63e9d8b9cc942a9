import { describe, expect, it } from 'vitest';
import { LOSSES_AHEAD } from '../../../../lib/core/pipeline/losses-ahead.ts';
import { NOTE_CODES, type Receipt } from '../../../../lib/core/model/receipt.ts';
import { ERROR_PARAMETERS, type ErrorCode } from '../../../../lib/core/errors.ts';
import { INPUT_FORMATS, METADATA_KINDS } from '../../../../lib/core/image/inspection.ts';
import { TRAIT_CODES } from '../../../../lib/core/image/traits.ts';
import {
  NOTE_PARAMETERS,
  TRAIT_PARAMETERS,
  textKey,
  textsWith,
  shownParameters,
} from '../../../../lib/core/texts/texts.ts';
import { english, messages } from './locale.ts';

const texts = textsWith(english);
const figures = (
  before: number,
  after: number,
  outcome: Receipt['outcome'] = 'smaller',
): Parameters<typeof texts.receiptFigures>[0] => ({ outcome, input: { bytes: before }, output: { bytes: after } });
const error = (code: ErrorCode, parameters: Record<string, string | number> = {}): string =>
  texts.errorText({ code, parameters });
const placeholders = (text: string): string[] => [...new Set(text.match(/\$\d/g))].sort();

describe('the locale file', () => {
  it('has only keys that Chrome takes, and none twice in another case', () => {
    const keys = Object.keys(messages);
    expect(keys.filter((key) => !/^[A-Za-z0-9_]+$/.test(key))).toEqual([]);
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
  });
  it('is calm: no exclamation mark, no blank text, no named placeholder', () => {
    expect(Object.entries(messages).filter(([, text]) => /!|^\s*$|\{\w+\}/.test(text))).toEqual([]);
  });
});

describe('errors', () => {
  it.each(Object.keys(ERROR_PARAMETERS) as ErrorCode[])('%s has a sentence with each of its parameters', (code) => {
    const text = messages[textKey('error', code).replaceAll('.', '_')] ?? '';
    expect(placeholders(text)).toEqual(shownParameters(code).map((_, index) => `$${index + 1}`));
    expect(text).toMatch(/^.*[.]$/);
  });
  it('has no sentence without a code', () => {
    const known = Object.keys(ERROR_PARAMETERS).map((code) => textKey('error', code).replaceAll('.', '_'));
    expect(Object.keys(messages).filter((key) => /^error_(?!detail_)/.test(key) && !known.includes(key))).toEqual([]);
  });
  it.each([
    [
      'http-status',
      { status: 500, host: 'a.example' },
      'a.example answered with error 500. Reload the page and try again.',
    ],
    [
      'http-status',
      { status: 403, host: 'a.example' },
      'a.example gives this image to its page alone (error 403). Reload the page, sign in if asked, and try again.',
    ],
    [
      'http-status',
      { status: 404, host: '' },
      'The image is no longer on the site (error 404). Reload the page and try again.',
    ],
    [
      'http-status',
      { status: 429, host: 'a.example' },
      'a.example is busy or limits requests (error 429). Wait a little and try again.',
    ],
    [
      'too-many-pixels',
      { width: 60000, height: 60000, limit: 100 },
      'The image has 60,000 × 60,000 pixels, and the limit is 100 megapixels. Choose a smaller one.',
    ],
    ['codec-failed', { format: 'jxl' }, 'The image could not be written as JPEG XL. Try another format.'],
    [
      'unsupported-format',
      { format: 'psd' },
      "PSD images can't be read yet. Save it as JPEG or PNG first, then try that file.",
    ],
    [
      'unsupported-variant',
      { format: 'webp', feature: '20000 x 300 px' },
      "This image can't be worked on as WebP (20000 x 300 px). Save it in another format.",
    ],
    [
      'too-much-memory',
      { format: 'svg', limit: 0 },
      'As SVG, this image needs more memory than the browser gives. Close other tabs, or choose a smaller image.',
    ],
    ['download-failed', { reason: 'FILE_NO_SPACE' }, 'The disk is full. Make room, then save again.'],
    [
      'vault-full',
      { megabytes: 12, others: 0 },
      'The browser has no room on the disk to hold 12 MB. Free some space there, then try again.',
    ],
    [
      'vault-full',
      { megabytes: 12, others: 3 },
      'There is no space to keep 12 MB more (other images kept: 3). Save or remove some of them first.',
    ],
    [
      'internal',
      {},
      'Something went wrong that should not have. Try again, and if it comes back, try another format or another browser.',
    ],
  ] as const)('%s %j', (code, parameters, expected) => expect(error(code, parameters)).toBe(expected));
});

describe('notes', () => {
  it.each(NOTE_CODES)('%s has a text with each of its parameters', (code) => {
    const text = messages[textKey('note', code).replaceAll('.', '_')] ?? '';
    expect(text).not.toBe('');
    expect(placeholders(text)).toEqual((NOTE_PARAMETERS[code] ?? []).map((_, index) => `$${index + 1}`));
    expect(texts.noteText({ kind: 'info', code })).not.toContain('undefined');
  });
  it.each(LOSSES_AHEAD)('%s can be told before the work, with each of its parameters', (code) => {
    const text = messages[textKey('ahead', code).replaceAll('.', '_')] ?? '';
    expect(text).toContain('will be');
    expect(placeholders(text).length).toBeLessThanOrEqual((NOTE_PARAMETERS[code] ?? []).length);
    expect(
      texts.aheadText({
        kind: 'lost',
        code,
        parameters: { from: 16, to: 8, frames: 3, colour: '#ffffff', colours: 256 },
      }),
    ).not.toContain('?');
  });
  it('are one line for a toast, without what its figures say already', () => {
    expect(
      texts.notesLine([
        { kind: 'kept', code: 'profile-kept' },
        { kind: 'info', code: 'metadata-removed', parameters: { kinds: 'gps,serial-number' } },
        { kind: 'kept', code: 'metadata-kept', parameters: { kinds: 'copyright' } },
        { kind: 'lost', code: 'depth-reduced', parameters: { from: 16, to: 8 } },
        { kind: 'info', code: 'grown' },
      ]),
    ).toBe(
      'The colour profile was kept. Removed: GPS position and serial numbers. Kept: copyright. Colour depth went from 16 to 8 bits',
    );
    expect(texts.notesLine([{ kind: 'kept', code: 'lossless' }])).toBe('');
  });
  it('fills them in', () => {
    expect(texts.noteText({ kind: 'info', code: 'resized', parameters: { width: 1600, height: 900 } })).toBe(
      'Resized to 1,600 × 900 pixels',
    );
  });
});

describe('what is special about an image', () => {
  it.each(TRAIT_CODES)('%s has a text with each of its parameters', (code) => {
    const text = messages[textKey('trait', code).replaceAll('.', '_')] ?? '';
    expect(text).not.toBe('');
    expect(placeholders(text)).toEqual((TRAIT_PARAMETERS[code] ?? []).map((_, index) => `$${index + 1}`));
  });
  it.each(METADATA_KINDS)('the kind of metadata %s has a word', (kind) => {
    expect(messages[textKey('metadata_kind', kind).replaceAll('.', '_')] ?? '').not.toBe('');
  });
  it('is listed before the work, and what became of it after', () => {
    expect(
      texts.traitsText([
        { code: 'animated', parameters: { frames: 12 } },
        { code: 'profile', parameters: { name: 'Display P3' } },
        { code: 'deep', parameters: { bits: 16 } },
        { code: 'alpha' },
        { code: 'gps' },
      ]),
    ).toBe('animated (12 pictures), Display P3, 16 bits, transparency, GPS position');
    expect(texts.noteText({ kind: 'info', code: 'metadata-removed', parameters: { kinds: 'gps,serial-number' } })).toBe(
      'Removed: GPS position and serial numbers',
    );
  });
});

describe('figures', () => {
  it.each([
    [figures(1_200_000, 310_000), 'photo.jpg  1.2 MB to 310 kB, 74 % smaller'],
    [figures(1_000_000, 999_000), 'photo.jpg  1 MB to 999 kB, less than 1 % smaller'],
    [figures(5_000_000, 1_000), 'photo.jpg  5 MB to 1 kB, 99.9 % smaller'],
    [figures(310_000, 310_000, 'original'), 'photo.jpg  310 kB, could not be made smaller, so this is the original'],
    [figures(310_000, 1_200_000, 'grown'), 'photo.jpg  310 kB to 1.2 MB, 287 % larger'],
    [figures(310_000, 310_000, 'grown'), 'photo.jpg  310 kB, the same size as before'],
  ])('%j reads %s', (receipt, expected) => expect(texts.receiptLine('photo.jpg', receipt)).toBe(expected));

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [4_540, '4.5 kB'],
    [99_499, '99 kB'],
    [310_400, '310 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [1_249_000, '1.2 MB'],
    [84_123_456, '84.1 MB'],
    [200_000_000, '200 MB'],
    [1_500_000_000, '1.5 GB'],
  ])('%i bytes are %s', (bytes, expected) => expect(texts.bytesText(bytes)).toBe(expected));

  it('sums up', () => {
    expect(texts.totalLine(37, 84_100_000, 22_600_000)).toBe('37 images, 84.1 MB to 22.6 MB, 73 % smaller');
    expect(texts.totalLine(1, 2_000_000, 1_000_000)).toBe('1 image, 2 MB to 1 MB, 50 % smaller');
  });
  it('writes figures the way the language of the texts does', () => {
    const german = textsWith((key, ...rest) => (key === 'language_tag' ? 'de' : english(key, ...rest)));
    expect(german.bytesText(1_249_000)).toBe('1,2 MB');
  });
  it('has a label for each format', () => {
    expect(INPUT_FORMATS.map((format) => texts.formatLabel(format))).not.toContain('');
    expect(texts.formatLabel('jxl')).toBe('JPEG XL');
  });
});
