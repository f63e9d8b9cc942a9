import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../conformance/compress.ts';
import { unequal } from '../../../conformance/difference.ts';
import { seen } from '../../../conformance/seen.ts';
import { withPngChunks } from '../../../images/containers.ts';
import { bytesOf, pngChunk } from '../../../images/hand-built.ts';
import { encoded, gradient } from '../../../images/pictures.ts';

/** It has a limit for all that it keeps, which no option of it changes. */
describe('a PNG with more text than its decoder takes', () => {
  it.each(['uchar', 'ushort'] as const)('is read all the same (%s)', async (depth) => {
    const raw = await gradient({ width: 40, height: 30 }).raw().toBuffer();
    const samples = depth === 'uchar' ? raw : Uint16Array.from(raw, (value) => value * 257);
    const image = sharp(samples, { raw: { width: 40, height: 30, channels: 3 } });
    const png = await encoded((depth === 'uchar' ? image : image.toColourspace('rgb16')).png());
    const text = bytesOf('Comment\0\0\0\0\0', new Uint8Array(17_000_000).fill(97));
    const file = withPngChunks(png, pngChunk('iTXt', text));
    const { bytes } = await compress(file, { format: 'webp', metadata: 'strip', aim: { kind: 'lossless' } });
    expect(unequal(await seen(bytes), await seen(png))).toBe(0);
  });
});
