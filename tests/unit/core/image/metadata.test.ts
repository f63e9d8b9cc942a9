import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import type { MetadataKind } from '../../../../lib/core/image/inspection.ts';
import {
  c2paSegment,
  commentSegment,
  compressedTextChunk,
  compressedXmpChunk,
  exifSegment,
  jpegSegment,
  photoshopSegment,
  textChunk,
  withJpegSegments,
  withLateChunks,
  withPngChunks,
  xmpChunk,
  xmpSegment,
} from '../../../images/containers.ts';
import { cameraExif, exifBlock } from '../../../images/exif-block.ts';
import { bytesOf, pngChunk } from '../../../images/hand-built.ts';
import { plain } from '../../../images/still.ts';
import { editorXmp, gainMapXmp, motionPhotoXmp, xmpPacket } from '../../../images/xmp-packet.ts';

const CAMERA_KINDS: MetadataKind[] = [
  'exif',
  'comment',
  'gps',
  'serial-number',
  'owner-name',
  'maker-note',
  'thumbnail',
  'software',
  'copyright',
  'artist',
  'date',
  'camera',
  'physical-size',
];
const EDITOR_KINDS: MetadataKind[] = [
  'xmp',
  'comment',
  'gps',
  'place',
  'serial-number',
  'software',
  'copyright',
  'artist',
  'credit',
  'rights',
  'ai-provenance',
  'date',
];

const kinds = (bytes: Uint8Array): string[] => inspect(bytes).metadata.kinds.toSorted();
const jpeg = async (...segments: Uint8Array[]): Promise<string[]> =>
  kinds(withJpegSegments(await plain('jpeg'), ...segments));

describe('metadata', () => {
  it('of a plain file is none', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif'] as const)
      expect(inspect(await plain(format)).metadata, format).toEqual({ kinds: [], bytes: 0 });
  });

  it.each(['little', 'big'] as const)('of a camera is told kind by kind (%s-endian)', async (order) => {
    expect(await jpeg(exifSegment(cameraExif(6, order)))).toEqual(CAMERA_KINDS.toSorted());
  });

  it('of an editor is told kind by kind', async () => {
    expect(await jpeg(xmpSegment(editorXmp()))).toEqual(EDITOR_KINDS.toSorted());
    for (const chunk of [xmpChunk(editorXmp()), compressedXmpChunk(editorXmp())]) {
      expect(kinds(withPngChunks(await plain('png'), chunk))).toEqual(EDITOR_KINDS.toSorted());
    }
  });

  it.each<[string, Uint8Array, MetadataKind[]]>([
    ['a comment', commentSegment('hello'), ['comment']],
    [
      'IPTC',
      photoshopSegment([
        [116, '(c) Ada'],
        [80, 'Ada'],
        [110, 'Acme'],
        [90, 'Munich'],
        [40, 'Web only'],
      ]),
      ['iptc', 'copyright', 'artist', 'credit', 'place', 'rights'],
    ],
    ['C2PA', c2paSegment(), ['c2pa', 'ai-provenance']],
    ['a gain map', xmpSegment(gainMapXmp()), ['xmp', 'gain-map']],
    ['the gain map of ISO 21496-1', jpegSegment(0xe2, 'urn:iso:std:iso:ts:21496:-1\0', [0, 0, 0, 0]), ['gain-map']],
    [
      'a packet whose continuation is not there',
      xmpSegment(xmpPacket('<rdf:Description xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="0123"/>')),
      ['xmp'],
    ],
    [
      'a label for generated pictures',
      exifSegment(exifBlock({ exif: { 0x9286: { bytes: bytesOf('{"AIGC":{"Label":"1"}}') } } })),
      ['exif', 'comment', 'ai-provenance'],
    ],
    [
      'fields that nobody filled in',
      exifSegment(exifBlock({ main: { 0x8298: { text: '      ' }, 0x011a: { rationals: [[72, 1]] } } })),
      ['exif'],
    ],
    ['damaged EXIF', exifSegment(bytesOf('IX*\0', new Uint8Array(9))), ['exif']],
    ['damaged XMP', xmpSegment(bytesOf('<x:xmpmeta><rdf:RDF>')), ['xmp']],
    [
      'XMP with a document type, which could be a bomb',
      xmpSegment(bytesOf('<!DOCTYPE x [<!ENTITY a "b">]>', xmpPacket('<rdf:Description/>'))),
      ['xmp'],
    ],
  ])('finds %s', async (_, segment, expected) => {
    expect(await jpeg(segment)).toEqual(expected.toSorted());
  });

  it('calls a motion photo one only when its video is there', async () => {
    const still = withJpegSegments(await plain('jpeg'), xmpSegment(motionPhotoXmp()));
    expect(kinds(still)).not.toContain('motion-photo');
    expect(kinds(bytesOf(still, [0, 0, 0, 16], 'ftypmp42', [0, 0, 0, 0]))).toContain('motion-photo');
  });

  it.each<[string, Uint8Array, MetadataKind[]]>([
    ['text', textChunk('Comment', 'hello'), ['comment']],
    ['an author', textChunk('Author', 'Ada'), ['artist']],
    ['a copyright', compressedTextChunk('Copyright', bytesOf('(c) Ada')), ['copyright']],
    ["a generator's label", textChunk('AIGC', '{}'), ['ai-provenance']],
    ["a generator's settings", textChunk('parameters', 'a cat'), ['software']],
    ['a manifest', pngChunk('caBX', bytesOf('jumb')), ['c2pa']],
    ['a date', pngChunk('tIME', new Uint8Array(7)), ['date']],
    ['a print size', pngChunk('pHYs', bytesOf([0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1])), ['physical-size']],
    [
      'EXIF as ImageMagick wrote it',
      textChunk(
        'Raw profile type exif',
        `\nexif\n      ${cameraExif().length}\n${Buffer.from(cameraExif()).toString('hex')}\n`,
      ),
      CAMERA_KINDS,
    ],
  ])('of a PNG: %s, before and after the pixels', async (_, chunk, expected) => {
    expect(kinds(withPngChunks(await plain('png'), chunk))).toEqual(expected.toSorted());
    expect(kinds(withLateChunks(await plain('png'), chunk))).toEqual(expected.toSorted());
  });

  it('is counted in bytes', async () => {
    const block = cameraExif();
    expect(inspect(withJpegSegments(await plain('jpeg'), exifSegment(block))).metadata.bytes).toBe(block.length);
  });
});
