/** Content credentials (C2PA) are signed over the file's bytes: whatever writes those anew takes them out and says so. */
import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../../lib/core/model/recipe.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { compress, notesOf } from '../../conformance/compress.ts';
import {
  c2paSegment,
  commentSegment,
  textChunk,
  withJpegSegments,
  withPngChunks,
  withWebpChunks,
} from '../../images/containers.ts';
import { pngChunk } from '../../images/hand-built.ts';
import { animated } from '../../images/moving.ts';
import { encoded, gradient } from '../../images/pictures.ts';

/** The JUMBF box in its JPEG segment begins after marker, length, "JP", instance and packet number. */
const manifest = c2paSegment().subarray(12);
const SIGNED: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  JPEG: async () => withJpegSegments(await encoded(gradient().jpeg({ quality: 98 })), c2paSegment()),
  'JPEG that is small already': async () =>
    withJpegSegments(
      await encoded(gradient({ width: 300, height: 200 }).jpeg({ quality: 40, optimiseCoding: false })),
      c2paSegment(),
    ),
  'JPEG with a comment': async () =>
    withJpegSegments(await encoded(gradient().jpeg({ quality: 40 })), c2paSegment(), commentSegment('x')),
  PNG: async () => withPngChunks(await encoded(gradient().png({ compressionLevel: 1 })), pngChunk('caBX', manifest)),
  'PNG with a text': async () =>
    withPngChunks(await encoded(gradient().png()), pngChunk('caBX', manifest), textChunk('Copyright', 'Ada')),
  'moving WebP': async () => withWebpChunks(await animated('webp', 0), ['C2PA', manifest]),
};
const RECIPES: readonly Partial<Recipe>[] = (['strip', 'protect', 'keep'] as const).flatMap(
  (metadata) =>
    [
      { metadata },
      { metadata, aim: { kind: 'lossless' } },
      { metadata, aim: { kind: 'untouched' } },
      { metadata, format: 'webp' },
      { metadata, format: 'png' },
      { metadata, format: 'jpeg' },
    ] as const,
);

describe.each(Object.entries(SIGNED))('%s', (_, make) => {
  it.each(RECIPES)('is never left with a signature that is broken: %j', async (recipe) => {
    const before = await make();
    const { bytes, receipt } = await compress(before, recipe);
    const isSigned = inspect(bytes).metadata.kinds.includes('c2pa');
    if (isSigned) expect(Buffer.from(bytes).equals(Buffer.from(before))).toBe(true);
    expect(notesOf(receipt).includes('c2pa-removed')).toBe(!isSigned);
  });
});

it('a signed JPEG that could be packed a little better is given back, valid', async () => {
  const before = (await SIGNED['JPEG that is small already']?.()) ?? new Uint8Array();
  expect((await compress(before)).receipt.outcome).toBe('original');
  expect((await compress(before, { metadata: 'strip' })).receipt.outcome).toBe('smaller');
});

it('a PNG that was packed better keeps what else its metadata say under "keep"', async () => {
  const { bytes } = await compress((await SIGNED['PNG with a text']?.()) ?? new Uint8Array(), { metadata: 'keep' });
  expect(inspect(bytes).metadata.kinds).toEqual(['copyright']);
});
