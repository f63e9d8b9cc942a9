/** Boxes of JPEG XL and HEIF that tell something of the person or the program, beside the EXIF and XMP that are known. */
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readers } from '../../../../lib/core/decoders/readers.ts';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { cleanMetadata, embedMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { box } from '../../../../lib/core/image/metadata/containers/box.ts';
import { EMPTY_METADATA } from '../../../../lib/core/image/metadata/metadata-set.ts';
import { compress } from '../../../conformance/compress.ts';
import { cameraExif } from '../../../images/exif-block.ts';
import { bytesOf } from '../../../images/hand-built.ts';
import { recorded } from '../../../images/recorded.ts';
import { editorXmp } from '../../../images/xmp-packet.ts';
import { loadWasm } from '../../../node-wasm.ts';

const says = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text);

describe('metadata that JPEG XL compresses by Brotli', () => {
  const packed = (type: string, data: Uint8Array): Uint8Array =>
    box('brob', bytesOf(type), new Uint8Array(brotliCompressSync(data)));
  const image = recorded('container-16-bit.jxl');
  const file = bytesOf(image, packed('Exif', bytesOf([0, 0, 0, 0], cameraExif(6))));

  it('is seen, goes under a policy that can’t look into it, and is named', async () => {
    expect(inspect(file).metadata.kinds).toEqual(['compressed-metadata']);
    for (const policy of ['protect', 'strip'] as const) {
      const { bytes, removed, kept } = await cleanMetadata(file, 'jxl', policy);
      expect([removed, kept]).toEqual([['compressed-metadata'], []]);
      expect(says(bytes, 'brob')).toBe(false);
    }
    const { receipt } = await compress(file, { format: 'png', metadata: 'protect' });
    expect(receipt.notes).toContainEqual({
      kind: 'info',
      code: 'metadata-removed',
      parameters: { kinds: 'compressed-metadata' },
    });
  });

  it('is named beside what is read, and of whatever box it is', async () => {
    const both = await embedMetadata(image, 'jxl', { ...EMPTY_METADATA, xmp: editorXmp() });
    const { receipt } = await compress(bytesOf(both, packed('note', bytesOf('by Ada'))), { metadata: 'strip' });
    const removed = receipt.notes.find(({ code }) => code === 'metadata-removed');
    expect(removed?.parameters?.['kinds']).toMatch(/compressed-metadata/);
  });

  it('stays where all is to be kept', async () => {
    expect((await cleanMetadata(file, 'jxl', 'keep')).bytes).toBe(file);
  });
});

describe('what programs put into HEIF beside the picture', () => {
  const heic = recorded('plain.heic');

  /** A property of any type, by way of the profile's. */
  async function withProperty(type: string, text: string): Promise<Uint8Array> {
    const file = await embedMetadata(heic, 'avif', { ...EMPTY_METADATA, icc: bytesOf(text) });
    const at = Buffer.from(file).indexOf('colrprof');
    file.set(bytesOf(`${type}\0\0\0\0`), at);
    return file;
  }

  it.each([
    ['udes', 'comment'],
    ['crtt', 'date'],
    ['mdft', 'date'],
  ])('goes with the property %s, and the picture stays', async (type, kind) => {
    const file = await withProperty(type, 'en\0A walk with Ada\0Munich\0\0');
    expect(inspect(file).metadata.kinds).toEqual([kind]);
    const { bytes, removed, kept } = await cleanMetadata(file, 'heic', 'protect');
    expect([removed, kept]).toEqual([[kind], []]);
    expect(says(file, 'Munich')).toBe(true);
    expect(says(bytes, 'Munich')).toBe(false);
    const { data } = await readers.heic.read(new Uint8Array(heic), loadWasm);
    expect((await readers.heic.read(new Uint8Array(bytes), loadWasm)).data).toEqual(data);
  });

  it.each([
    ['uuid', bytesOf('0123456789abcdef', 'of Munich'), 'software'],
    ['sefd', bytesOf('of Munich'), 'software'],
    ['note', bytesOf('of Munich'), 'software'],
    ['free', bytesOf('of Munich'), 'trailing-data'],
    ['skip', bytesOf('of Munich'), 'trailing-data'],
  ])('goes with a box %s beside it', async (type, data, kind) => {
    for (const [format, picture] of [
      ['heic', heic],
      ['avif', recorded('turned.avif')],
    ] as const) {
      const file = bytesOf(picture, box(type, data));
      expect(inspect(file).metadata.kinds).toEqual([kind]);
      const { bytes, removed } = await cleanMetadata(file, format, 'strip');
      expect(removed).toEqual([kind]);
      expect(says(bytes, 'Munich')).toBe(false);
      expect(inspect(bytes)).toEqual({ ...inspect(picture), bytes: bytes.length });
    }
  });

  it('stays where an item of the picture is in it', async () => {
    const file = new Uint8Array(heic);
    file.set(bytesOf('sefd'), Buffer.from(file).lastIndexOf('mdat'));
    const { data: pixels } = await readers.heic.read(new Uint8Array(heic), loadWasm);
    const { bytes } = await cleanMetadata(file, 'heic', 'strip');
    expect((await readers.heic.read(new Uint8Array(bytes), loadWasm)).data).toEqual(pixels);
  });

  it('leaves free space that is free', async () => {
    const file = bytesOf(heic, box('free', new Uint8Array(99)));
    expect((await cleanMetadata(file, 'heic', 'strip')).bytes).toBe(file);
  });
});
