import { describe, expect, it } from 'vitest';
import { bmpReader } from '../../../../lib/core/decoders/bmp.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { cleanMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { bytesOf } from '../../../images/hand-built.ts';

const [WIDTH, HEIGHT, HEADER] = [3, 2, 14 + 124];
const PATH = '\\\\server\\ada\\secret.icm\0';

/** BITMAPV5HEADER, 24 bits, with a profile of this type behind the pixels. */
function bmp5(type: number, profile: string, after: Uint8Array = new Uint8Array()): Uint8Array {
  const rows = Uint8Array.from({ length: 12 * HEIGHT }, (_, i) => (i % 12 < 9 ? i * 7 : 0));
  const file = bytesOf(new Uint8Array(HEADER), rows, profile, after);
  const view = new DataView(file.buffer);
  const fields: [number, number][] = [
    [2, file.length],
    [10, HEADER],
    [14, 124],
    [18, WIDTH],
    [22, HEIGHT],
    [26, 1 | (24 << 16)],
    [70, type],
    [126, 124 + rows.length],
    [130, profile.length],
  ];
  file.set(bytesOf('BM'));
  for (const [at, value] of fields) view.setUint32(at, value, true);
  return file;
}

const LINK = 0x4c494e4b;
const SRGB = 0x73524742;
const pixels = async (bytes: Uint8Array): Promise<unknown> =>
  (await bmpReader.read(new Uint8Array(bytes), loadWasm)).data;

describe('cleaning a BMP', () => {
  it.each(['protect', 'strip'] as const)('takes out the path of a profile (%s)', async (policy) => {
    const file = bmp5(LINK, PATH);
    expect(inspect(file).metadata.kinds).toEqual(['file-path']);
    const { bytes, removed, kept } = await cleanMetadata(file, 'bmp', policy);
    expect([removed, kept]).toEqual([['file-path'], []]);
    expect(Buffer.from(bytes).includes('ada')).toBe(false);
    expect(bytes.length).toBe(HEADER + 12 * HEIGHT);
    expect(inspect(bytes).metadata.kinds).toEqual([]);
    expect(await pixels(bytes)).toEqual(await pixels(file));
  });

  it('cuts off what comes after the picture', async () => {
    const file = bmp5(SRGB, '', bytesOf('of Ada'));
    expect(inspect(file).metadata.kinds).toEqual(['trailing-data']);
    const { bytes } = await cleanMetadata(file, 'bmp', 'strip');
    expect(bytes.length).toBe(HEADER + 12 * HEIGHT);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(2, true)).toBe(bytes.length);
    expect(await pixels(bytes)).toEqual(await pixels(file));
  });

  it('leaves one without them, and any that is to be kept, as it is', async () => {
    const padded = bmp5(SRGB, '', new Uint8Array(2));
    expect((await cleanMetadata(padded, 'bmp', 'strip')).bytes).toBe(padded);
    const linked = bmp5(LINK, PATH);
    expect((await cleanMetadata(linked, 'bmp', 'keep')).bytes).toBe(linked);
  });
});
