/** Damage in a PNG's pixels that its CRCs do not show. */
import { deflateSync, inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { idatParts } from '../../../../lib/core/image/formats/png-rows.ts';
import { checkPngData } from '../../../../lib/core/decoders/png-data.ts';
import { compress } from '../../../conformance/compress.ts';
import { bytesOf, pngChunk } from '../../../images/hand-built.ts';
import { encoded, gradient } from '../../../images/pictures.ts';

/** The same file with this data in one IDAT chunk, whose CRC is right. */
function withData(png: Uint8Array, data: Uint8Array): Uint8Array {
  return bytesOf(png.subarray(0, 33), pngChunk('IDAT', data), pngChunk('IEND', new Uint8Array()));
}

const png = (options = {}): Promise<Uint8Array> => encoded(gradient().png(options));
const dataOf = (file: Uint8Array): Buffer => Buffer.concat(idatParts(file));

/** Not compressed, so that one byte of a pixel can be another. */
async function withOtherPixel(): Promise<Uint8Array> {
  const file = await png();
  const stored = deflateSync(inflateSync(dataOf(file)), { level: 0 });
  stored[500]! ^= 0xff;
  return withData(file, stored);
}

async function changed(change: (data: Buffer) => Uint8Array): Promise<Uint8Array> {
  const file = await png();
  return withData(file, change(Buffer.from(dataOf(file))));
}

const FORMATS = ['webp', 'png', 'jpeg'] as const;

describe('a PNG whose CRCs are right', () => {
  it.each<[string, () => Promise<Uint8Array>]>([
    ['a pixel is another than the one that was compressed', withOtherPixel],
    [
      'the checksum is another',
      () => changed((data) => Buffer.concat([data.subarray(0, -1), Buffer.from([data.at(-1)! ^ 1])])),
    ],
    ['the data is damaged', () => changed((data) => data.fill(0x55, 60, 90))],
    ['the data ends early', () => changed((data) => data.subarray(0, data.length >> 1))],
    ['the checksum is missing', () => changed((data) => data.subarray(0, -4))],
  ])('is refused where %s', async (_, make) => {
    const file = await make();
    for (const format of FORMATS)
      await expect(compress(file, { format })).rejects.toMatchObject({
        code: expect.stringMatching(/^(corrupt|truncated)$/) as string,
      });
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ['it is interlaced', () => png({ progressive: true })],
    ['bytes are behind its data', () => changed((data) => Buffer.concat([data, Buffer.from('left behind')]))],
    [
      'it has more rows than it says',
      async () => {
        const file = await png();
        const rows = inflateSync(dataOf(file));
        return withData(file, deflateSync(Buffer.concat([rows, rows])));
      },
    ],
  ])('is read where %s', async (_, make) => {
    const { bytes } = await compress(await make(), { format: 'webp', aim: { kind: 'lossless' } });
    expect((await sharp(bytes).raw().toBuffer()).equals(await gradient().raw().toBuffer())).toBe(true);
  });

  // As Chromium's does; Node's passes over them.
  it('is read where bytes are behind its data and the platform refuses them', async () => {
    vi.stubGlobal(
      'DecompressionStream',
      class extends TransformStream {
        constructor() {
          super({
            transform: (_, { error }) => {
              error(new TypeError('Junk found after end of compressed data.'));
            },
          });
        }
      },
    );
    const junk = Buffer.from('left behind');
    await checkPngData(await changed((data) => Buffer.concat([data, junk])));
    await expect(
      checkPngData(await changed((data) => Buffer.concat([data.subarray(0, -4), junk]))),
    ).rejects.toMatchObject({ code: 'corrupt' });
  });
});

afterEach(() => vi.unstubAllGlobals());
