import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { icoReader } from '../../../../lib/core/decoders/ico.ts';
import { loadWasm } from '../../../node-wasm.ts';
import { icoFile, iconBitmap, pixelsOf, type BmpShape } from './bitmaps.ts';

const entry = (
  shape: BmpShape,
  rows: number[],
  mask: number[],
): { width: number; height: number; bits: number; data: number[] } => ({
  width: shape.width,
  height: shape.height,
  bits: shape.bits,
  data: iconBitmap(shape, rows, mask),
});

const SMALL = entry({ width: 1, height: 1, bits: 24 }, [0, 0, 0, 0], [0, 0, 0, 0]);

describe('an icon', () => {
  it('gives its largest picture, and says so', async () => {
    const large = entry(
      { width: 2, height: 2, bits: 24 },
      [3, 2, 1, 6, 5, 4, 0, 0, 9, 8, 7, 12, 11, 10, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
    );
    const found = await icoReader.read(icoFile([SMALL, large, SMALL]), loadWasm);
    expect([...found.data]).toEqual([...pixelsOf(['070809ff 0a0b0cff', '010203ff 040506ff']).data]);
    expect(found.notes).toEqual([{ kind: 'info', code: 'largest-picture', parameters: { pictures: 3 } }]);
  });

  it.each([
    ['256 colours, after 16', [16, 0], 1],
    ['256 colours, before 16', [0, 16], 0],
    ['17 colours, after 16', [16, 17], 1],
    ['the first of two with as many', [0, 0], 0],
  ])('whose directory says no bits: %s', async (_, colours, wanted) => {
    const entries = [1, 2].map((grey) => entry({ width: 1, height: 1, bits: 24 }, [grey, grey, grey, 0], [0, 0, 0, 0]));
    const file = icoFile(entries.map((one, i) => ({ ...one, bits: 0, colours: colours[i] })));
    expect((await icoReader.read(file, loadWasm)).data[0]).toBe(wanted + 1);
  });

  it('that is a cursor has the place of its hot spot where icons have bits', async () => {
    const entries = [1, 2].map((grey) => entry({ width: 1, height: 1, bits: 24 }, [grey, grey, grey, 0], [0, 0, 0, 0]));
    const file = icoFile(entries.map((one, i) => ({ ...one, bits: i === 0 ? 9 : 0, colours: i === 0 ? 16 : 0 })));
    file[2] = 2;
    expect((await icoReader.read(file, loadWasm)).data[0]).toBe(2);
  });

  it.each([
    ['version 4 without a mask for alpha', { headerSize: 108, masks: [0xff0000, 0xff00, 0xff, 0] }],
    ['bit fields without one', { compression: 3, masks: [0xff0000, 0xff00, 0xff] }],
  ])('of 32 bits, %s, has its mask', async (_, shape) => {
    const file = icoFile([
      entry({ width: 2, height: 1, bits: 32, ...shape }, [3, 2, 1, 9, 60, 50, 40, 128], [0x40, 0, 0, 0]),
    ]);
    expect([...(await icoReader.read(file, loadWasm)).data]).toEqual([...pixelsOf(['010203ff 28323c00']).data]);
  });

  it('of few colours is cut out by its mask', async () => {
    const found = await icoReader.read(
      icoFile([
        entry(
          {
            width: 3,
            height: 1,
            bits: 4,
            palette: [
              [0, 0, 0],
              [255, 0, 0],
            ],
          },
          [0x10, 0x10, 0, 0],
          [0b01000000, 0, 0, 0],
        ),
      ]),
      loadWasm,
    );
    expect([...found.data]).toEqual([...pixelsOf(['ff0000ff 00000000 ff0000ff']).data]);
    expect(found.notes).toEqual([]);
  });

  it('of 32 bits has its alpha, straight, and no mask', async () => {
    const found = await icoReader.read(
      icoFile([entry({ width: 2, height: 1, bits: 32 }, [3, 2, 1, 1, 6, 5, 4, 255], [0xff, 0, 0, 0])]),
      loadWasm,
    );
    expect([...found.data]).toEqual([...pixelsOf(['01020301 040506ff']).data]);
  });

  it('of 32 bits with empty alpha has its mask', async () => {
    const found = await icoReader.read(
      icoFile([entry({ width: 2, height: 1, bits: 32 }, [3, 2, 1, 0, 6, 5, 4, 0], [0b10000000, 0, 0, 0])]),
      loadWasm,
    );
    expect([...found.data]).toEqual([...pixelsOf(['01020300 040506ff']).data]);
  });

  it('holding a PNG gives its exact pixels', async () => {
    const data = new Uint8Array(Array.from({ length: 16 * 16 * 4 }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24));
    const png = new Uint8Array(
      await sharp(data, { raw: { width: 16, height: 16, channels: 4 } })
        .png()
        .toBuffer(),
    );
    const found = await icoReader.read(icoFile([SMALL, { width: 16, height: 16, bits: 32, data: png }]), loadWasm);
    expect(Buffer.from(found.data).equals(data)).toBe(true);
  });

  it.each([
    ['a picture past the end', icoFile([SMALL]).slice(0, 40), 'truncated'],
    ['no picture', icoFile([]), 'corrupt'],
    [
      'a PNG that is none',
      icoFile([{ width: 1, height: 1, bits: 32, data: [0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4, 5, 6, 7, 8] }]),
      undefined,
    ],
  ])('with %s: an error', async (_, file, code) => {
    await expect(icoReader.read(file, loadWasm)).rejects.toMatchObject({
      name: 'CompressionError',
      ...(code && { code }),
    });
  });
});
