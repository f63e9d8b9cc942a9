/** Damage in a PNG's pixels that its CRCs do not show. */
import { deflateSync, inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { idatParts } from '../../../../lib/core/image/formats/png-rows.ts';
import { soundPngData } from '../../../../lib/core/decoders/png-data.ts';
import { compress, notesOf } from '../../../conformance/compress.ts';
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

describe('a PNG whose CRCs are right', () => {
  it.each<[string, string, () => Promise<Uint8Array>]>([
    ['a pixel is another than the one that was compressed', 'picture-damaged', withOtherPixel],
    [
      'the checksum is another',
      'picture-damaged',
      () => changed((data) => Buffer.concat([data.subarray(0, -1), Buffer.from([data.at(-1)! ^ 1])])),
    ],
    ['the data ends early', 'picture-parts-missing', () => changed((data) => data.subarray(0, data.length >> 1))],
    ['the checksum is missing', 'file-faulty', () => changed((data) => data.subarray(0, -4))],
  ])('is read as browsers read it where %s, and %s is said', async (_, code, make) => {
    const file = await make();
    for (const format of ['webp', 'png', 'jpeg'] as const)
      expect(notesOf((await compress(file, { format })).receipt)).toContain(code);
  });

  it('is refused where not one row can be made out', async () => {
    await expect(compress(await changed((data) => data.fill(0x55, 2, 90)))).rejects.toMatchObject({ code: 'corrupt' });
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
    const sound = await soundPngData(new Uint8Array(await changed((data) => Buffer.concat([data, junk]))));
    expect(sound.damage).toBe('spare');
    vi.unstubAllGlobals();
    expect(inflateSync(dataOf(sound.bytes)).equals(inflateSync(dataOf(await png())))).toBe(true);
  });
});

afterEach(() => vi.unstubAllGlobals());
