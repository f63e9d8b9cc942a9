import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { checkFileSize, checkLimits, checkOutput } from '../../../../lib/core/image/limits.ts';

const coded = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('limits', () => {
  it('takes files of up to 200 MB', () => {
    expect(() => checkFileSize(200_000_000)).not.toThrow();
    expect(() => checkFileSize(200_000_001)).toThrow(coded('file-too-large'));
    expect(() => checkFileSize(0)).toThrow(coded('empty-file'));
  });

  it('takes 100 megapixels, and a side of 65535', () => {
    expect(() => checkLimits({ format: 'png', bytes: 99_000, width: 10_000, height: 10_000 })).not.toThrow();
    expect(() => checkLimits({ format: 'png', bytes: 99, width: 10_001, height: 10_000 })).toThrow(
      coded('too-many-pixels'),
    );
    expect(() => checkLimits({ format: 'png', bytes: 99, width: 60_000, height: 60_000 })).toThrow(
      coded('too-many-pixels'),
    );
    expect(() => checkLimits({ format: 'png', bytes: 99, width: 65_536, height: 1 })).toThrow(coded('too-many-pixels'));
  });

  it('stops JPEG XL at the memory of its codec, read or written', () => {
    expect(() => checkLimits({ format: 'jxl', bytes: 99, width: 5000, height: 4000 })).not.toThrow();
    expect(() => checkLimits({ format: 'jxl', bytes: 99, width: 5000, height: 4001 })).toThrow(
      coded('too-much-memory'),
    );
    expect(() => checkOutput('jxl', { width: 5000, height: 4001 })).toThrow(coded('too-much-memory'));
  });

  it('refuses a large picture of which not half can be in so few bytes', () => {
    const size = { width: 10_000, height: 10_000 };
    expect(() => checkLimits({ format: 'jpeg', bytes: 40_000, ...size })).toThrow(coded('truncated'));
    expect(() => checkLimits({ format: 'png', bytes: 5_000, ...size })).toThrow(coded('truncated'));
    expect(() => checkLimits({ format: 'gif', bytes: 10_000, ...size })).toThrow(coded('truncated'));
    // A picture of one colour may be that small.
    expect(() => checkLimits({ format: 'webp', bytes: 36, ...size })).not.toThrow();
    expect(() => checkLimits({ format: 'jpeg', bytes: 500, width: 2000, height: 2000 })).not.toThrow();
  });

  it('takes the smallest files that encoders write for large pictures', async () => {
    // Of a piece of an even picture, so that not much has to be encoded; a whole one has no more bytes a pixel.
    const even = sharp({ create: { width: 1000, height: 1000, channels: 3, background: '#000' } }).greyscale();
    const [pieces, size] = [25, { width: 5000, height: 5000 }];
    for (const [format, image] of [
      ['jpeg', even.clone().jpeg({ mozjpeg: true })],
      ['png', even.clone().png({ compressionLevel: 9, palette: true, colours: 2 })],
      ['gif', even.clone().gif()],
    ] as const) {
      const { length } = await image.toBuffer();
      expect(() => checkLimits({ format, bytes: length * pieces, ...size })).not.toThrow();
    }
  });

  it('knows the longest side that a format can state', () => {
    expect(() => checkOutput('webp', { width: 16_383, height: 1 })).not.toThrow();
    expect(() => checkOutput('webp', { width: 16_384, height: 1 })).toThrow(coded('unsupported-variant'));
  });
});
