import { describe, expect, it } from 'vitest';
import { planeCodingOf } from '../../../../../lib/core/decoders/planes/plane-coding.ts';
import { readSequenceColour } from '../../../../../lib/core/image/formats/av1-sequence.ts';
import { oddAvifs } from '../../../../images/odd/avif.ts';
import { oddJpegs } from '../../../../images/odd/jpeg.ts';
import { encoded, gradient } from '../../../../images/pictures.ts';
import { recorded } from '../../../../images/recorded.ts';
import { cmykJpeg, greyJpeg, plain, withAlpha } from '../../../../images/still.ts';

const BT601 = { red: 0.299, blue: 0.114 };

describe('planes are read', () => {
  it('of a JPEG by its sampling', async () => {
    const coding = async (options: object): Promise<unknown> =>
      planeCodingOf(await encoded(gradient().jpeg(options)), 'jpeg');
    const said = { as: 'libjpeg', width: 61, height: 37 };
    expect(await coding({})).toEqual({ ...said, formats: ['I420'] });
    expect(await coding({ progressive: true })).toEqual({ ...said, formats: ['I420'] });
    expect(await coding({ chromaSubsampling: '4:4:4' })).toEqual({ ...said, formats: ['I444'] });
  });

  it('of an AVIF by what its coded picture says where the file itself says nothing', async () => {
    const avif = await encoded(gradient().avif({ bitdepth: 8 }));
    expect(Buffer.from(avif).includes('colr')).toBe(false);
    const said = { as: 'libavif', matrix: BT601, fullRange: true };
    expect(planeCodingOf(avif, 'avif')).toMatchObject(said);
    expect(planeCodingOf(avif.subarray(0, 200), 'avif')).toBeNull();
  });

  it('of odd AVIFs where neither decoder can differ', async () => {
    const read = (await oddAvifs()).filter(({ bytes }) => planeCodingOf(bytes, 'avif') !== null);
    const names = read.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['sound', 'no colr', 'irot', 'imir', 'irot before imir']));
    expect(names.filter((name) => /alpha|clap|unknown property|cut/.test(name))).toEqual(['a box behind that is cut']);
  });
});

describe('planes are not read', () => {
  it.each([
    ['a grey JPEG', 'jpeg', greyJpeg],
    ['inks', 'jpeg', cmykJpeg],
    ['a JPEG that is three columns wide', 'jpeg', () => encoded(gradient({ width: 3, height: 9 }).jpeg())],
    ['an AVIF with alpha', 'avif', () => withAlpha('avif')],
    ['an AVIF of 10 bits', 'avif', () => encoded(gradient().avif({ bitdepth: 10 }))],
    ['an AVIF without loss, which is RGB', 'avif', () => encoded(gradient().avif({ lossless: true, bitdepth: 8 }))],
    ['a film', 'avif', async () => recorded('animated.avif')],
    ['a PNG', 'png', () => plain('png')],
    ['a WebP', 'webp', () => plain('webp')],
  ] as const)('of %s', async (_what, format, make) => {
    expect(planeCodingOf(await make(), format)).toBeNull();
  });

  it('of JPEGs whose components are no luma and chroma', async () => {
    const files = new Map((await oddJpegs()).map(({ name, bytes }) => [name, bytes]));
    for (const name of ['a sampling of 3 x 1', 'a depth of 9', 'two frames'])
      expect(planeCodingOf(files.get(name) ?? new Uint8Array(), 'jpeg')).toBeNull();
    const jpeg = await encoded(gradient().jpeg({ chromaSubsampling: '4:4:4' }));
    // Adobe's segment, which says that nothing was transformed.
    const adobe = Buffer.concat([
      Buffer.from([0xff, 0xee, 0, 14]),
      Buffer.from('Adobe'),
      Buffer.from([0, 100, 0, 0, 0, 0, 0]),
    ]);
    const rgb = Buffer.concat([jpeg.subarray(0, 2), adobe, jpeg.subarray(2)]);
    expect(planeCodingOf(rgb, 'jpeg')).toBeNull();
  });
});

describe('the colours that a coded AV1 picture states', () => {
  const bytesOf = (bits: string): number[] =>
    (bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2));
  /** Profile 0, a still picture; sizes of one bit each. */
  const reduced = (colours: string): number[] =>
    bytesOf(`000 1 1 00000 0000 0000 0 0 000 000 ${colours}`.replaceAll(' ', ''));
  const film = (colours: string): number[] =>
    bytesOf(
      `000 0 0 0 0 00000 ${'0'.repeat(12)} 01000 0 0000 0000 0 0 1 0000 000 000 0000 1 00 1 1 111 000 ${colours}`.replaceAll(
        ' ',
        '',
      ),
    );
  const inObu = (header: number[]): Uint8Array => Uint8Array.of(0x12, 0, 0x0a, header.length, ...header);
  const BT709_LIMITED = '0 0 1 00000001 00001101 00000001 0';

  it('are found behind what comes before them', () => {
    const stated = { primaries: 1, transfer: 13, matrix: 1, fullRange: false };
    expect(readSequenceColour(inObu(reduced(BT709_LIMITED)))).toEqual(stated);
    expect(readSequenceColour(inObu(film(BT709_LIMITED)))).toEqual(stated);
    expect(readSequenceColour(inObu(reduced('0 0 0 1')))).toEqual({
      primaries: 2,
      transfer: 2,
      matrix: 2,
      fullRange: true,
    });
  });

  it('are unknown without a header, and an error in one that ends', () => {
    expect(readSequenceColour(Uint8Array.of(0x12, 0))).toBeNull();
    expect(() => readSequenceColour(Uint8Array.of(0x0a, 1, 0x18))).toThrow('corrupt');
    expect(() => readSequenceColour(Uint8Array.of(0x0a, 0x80))).toThrow('corrupt');
  });
});
