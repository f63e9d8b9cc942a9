/** Bits a channel, grey and palettes: kept where the format has them and the file gets no larger by it, and said where not. */
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { METADATA_POLICIES } from '../../../lib/core/model/recipe.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { OUTPUT_FORMATS } from '../../../lib/core/image/inspection.ts';
import { compress, exactly, notesOf } from '../../conformance/compress.ts';
import { difference } from '../../conformance/difference.ts';
import { codedHeif } from '../../conformance/heif-turn.ts';
import { seen } from '../../conformance/seen.ts';
import { withPngChunks } from '../../images/containers.ts';
import { pngChunk } from '../../images/hand-built.ts';
import { encoded, gradient, SIZE } from '../../images/pictures.ts';
import { pattern, SIZE as HEIC_SIZE } from '../core/decoders/heic/pattern.ts';

/** Sixteen bits that no eight can hold. */
const deep = (channels: 1 | 2 | 3 | 4): Sharp =>
  sharp(
    Uint16Array.from({ length: SIZE.width * SIZE.height * channels }, (_, i) => (i * 9973) % 65_536),
    { raw: { ...SIZE, channels } },
  ).toColourspace(channels < 3 ? 'grey16' : 'rgb16');

/** IHDR: bit depth and colour type (PNG, Third Edition, 11.2.1). */
const kindOf = (png: Uint8Array): { depth: number; type: number } => ({ depth: png[24]!, type: png[25]! });
const samples = async (png: Uint8Array): Promise<Buffer> => sharp(png).raw({ depth: 'ushort' }).toBuffer();

describe('a PNG of 16 bits', () => {
  it.each([
    ['grey', 1, 0],
    ['grey with alpha', 2, 4],
    ['colour', 3, 2],
    ['colour with alpha', 4, 6],
  ] as const)('%s stays one, sample by sample', async (_, channels, type) => {
    const png = await encoded(deep(channels).png({ compressionLevel: 1 }));
    expect(kindOf(png)).toEqual({ depth: 16, type });
    const { bytes, receipt } = await compress(png);
    expect(kindOf(bytes)).toEqual({ depth: 16, type });
    expect((await samples(bytes)).equals(await samples(png))).toBe(true);
    expect(notesOf(receipt)).not.toContain('depth-reduced');
  });

  it('becomes one of 8 where the low bits say nothing', async () => {
    const eight = await gradient().raw().toBuffer();
    const png = await encoded(
      sharp(
        Uint16Array.from(eight, (value) => value * 257),
        { raw: { ...SIZE, channels: 3 } },
      )
        .toColourspace('rgb16')
        .png(),
    );
    expect(kindOf(png).depth).toBe(16);
    const { bytes } = await compress(png);
    expect(kindOf(bytes).depth).toBeLessThanOrEqual(8);
    expect((await samples(bytes)).length).toBe((await samples(png)).length);
  });

  it.each(OUTPUT_FORMATS.filter((format) => format !== 'png'))(
    'as %s has 8, and the receipt says so',
    async (format) => {
      const { bytes, receipt } = await compress(await encoded(deep(3).png()), { format });
      expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: 16, to: 8 } });
      if (format !== 'jxl') expect((await sharp(bytes).metadata()).depth).toBe('uchar');
    },
  );
});

it.each([10, 12] as const)(
  'an AVIF of %i bits becomes one of 8 when it is encoded again, and the receipt says so',
  async (bitdepth) => {
    const avif = await encoded(deep(3).avif({ quality: 100, bitdepth }));
    const { receipt } = await compress(avif, { format: 'png' });
    expect(receipt.notes).toContainEqual({
      kind: 'lost',
      code: 'depth-reduced',
      parameters: { from: bitdepth, to: 8 },
    });
  },
);

const heicOfTenBits = async (): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL('../core/decoders/heic/ten-bits.heic', import.meta.url)));

it.each(OUTPUT_FORMATS)('a HEIC of 10 bits becomes a picture of 8 as %s, and the receipt says so', async (format) => {
  const { receipt } = await compress(await heicOfTenBits(), { format });
  expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: 10, to: 8 } });
  expect(notesOf(receipt)).not.toContain('lossless');
});

describe('high dynamic range', () => {
  const TRANSFERS = [
    ['PQ', 16],
    ['HLG', 18],
  ] as const;
  /** The picture of the HEIC in a PNG of 16 bits with cICP: BT.2020, full range. */
  const png = async (transfer: number): Promise<Uint8Array> =>
    withPngChunks(
      await encoded(
        sharp(
          Uint16Array.from(pattern(false), (value) => value * 257),
          { raw: { ...HEIC_SIZE, channels: 4 } },
        )
          .removeAlpha()
          .toColourspace('rgb16')
          .png(),
      ),
      pngChunk('cICP', Uint8Array.of(9, transfer, 0, 1)),
    );

  it.each(TRANSFERS.flatMap(([name, transfer]) => OUTPUT_FORMATS.map((format) => [name, format, transfer] as const)))(
    '%s in HEIC is reduced to what ordinary screens show as %s, and the receipt says so',
    async (_, format, transfer) => {
      const { bytes, receipt } = await compress(codedHeif(await heicOfTenBits(), 9, transfer), exactly(format));
      expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'tone-mapped' });
      expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: 10, to: 8 } });
      expect(receipt.input.traits).toContainEqual({ code: 'hdr' });
      expect(inspect(bytes).colour).toMatchObject({ profile: null });
      // The same numbers in another container; 10 bits of steep curves are not 16.
      const other = await compress(await png(transfer), exactly('webp'));
      expect(notesOf(other.receipt)).toContain('tone-mapped');
      const { mean, max } = difference(await seen(bytes), await seen(other.bytes));
      expect(mean).toBeLessThanOrEqual(format === 'jpeg' ? 2 : 1);
      expect(max).toBeLessThanOrEqual(format === 'jpeg' ? 24 : 12);
    },
  );

  it.each(
    TRANSFERS.flatMap(([name, transfer]) => METADATA_POLICIES.map((metadata) => [name, metadata, transfer] as const)),
  )('%s in PNG stays in PNG (%s)', async (_, metadata, transfer) => {
    const file = await png(transfer);
    const { bytes, receipt } = await compress(file, { metadata });
    expect(inspect(bytes)).toMatchObject({
      bitDepth: inspect(bytes).bitDepth,
      colour: { cicp: { primaries: 9, transfer } },
    });
    expect((await samples(bytes)).equals(await samples(file))).toBe(true);
    expect(notesOf(receipt)).not.toContain('tone-mapped');
  });
});

it('a TIFF of 16 bits: the receipt says what is lost', async () => {
  const { receipt } = await compress(await encoded(deep(3).tiff({ compression: 'lzw' })), { format: 'webp' });
  expect(receipt.notes).toContainEqual({ kind: 'lost', code: 'depth-reduced', parameters: { from: 16, to: 8 } });
});

/** In three channels that are the same. */
const greys = (): Sharp =>
  sharp(
    Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => Math.floor(i / 3) % 251),
    { raw: { ...SIZE, channels: 3 } },
  );

describe('PNG colour types', () => {
  const few = (): Sharp => gradient().png({ palette: true, colours: 16, dither: 0 });
  it.each([
    ['a palette stays one', () => few(), [3]],
    ['grey stays grey, or a palette of greys', () => gradient().toColourspace('b-w').png(), [0, 3]],
    ['grey with alpha stays so, or a palette', () => gradient(SIZE, 4).toColourspace('b-w').png(), [4, 3]],
    [
      'colours of which there are few get a palette',
      () => gradient().threshold(128, { greyscale: false }).png({ palette: false }),
      [3],
    ],
    ['grey in three channels becomes grey', () => greys().png({ palette: false }), [0, 3]],
  ] as const)('%s', async (_, make, types) => {
    const png = await encoded(make());
    const { bytes } = await compress(png);
    expect(types as readonly number[]).toContain(kindOf(bytes).type);
    expect(bytes.length).toBeLessThanOrEqual(png.length);
    const rgba = (file: Uint8Array): Promise<Buffer> =>
      sharp(file).toColourspace('srgb').ensureAlpha().raw().toBuffer();
    expect((await rgba(bytes)).equals(await rgba(png))).toBe(true);
  });

  it("a palette becomes true colour in no other format's file without need: WebP without loss holds the same pixels", async () => {
    const png = await encoded(few());
    const { bytes, receipt } = await compress(png, { format: 'webp', aim: { kind: 'lossless' } });
    const [before, after] = await Promise.all([png, bytes].map((file) => sharp(file).removeAlpha().raw().toBuffer()));
    expect(after?.equals(before ?? Buffer.alloc(0))).toBe(true);
    expect(notesOf(receipt)).toContain('lossless');
  });
});
