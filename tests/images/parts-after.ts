/** JPEG files with something after the first image: gain maps and videos. */
import { exifSegment, jpegSegment, withJpegSegments, xmpSegment } from './containers.ts';
import { exifBlock } from './exif-block.ts';
import { bytesOf, u16be, u32be } from './hand-built.ts';
import { gainMapXmp, motionPhotoXmp, xmpPacket } from './xmp-packet.ts';

/** An index of two images (CIPA DC-007), the second at `offset` from the index's own header. */
function multiPicture(primaryLength: number, secondLength: number, offset: number): Uint8Array {
  const entries = bytesOf(
    u32be(0x20030000),
    u32be(primaryLength),
    u32be(0),
    [0, 0, 0, 0],
    u32be(0),
    u32be(secondLength),
    u32be(offset),
    [0, 0, 0, 0],
  );
  return jpegSegment(
    0xe2,
    'MPF\0',
    'MM',
    u16be(42),
    u32be(8),
    u16be(3),
    u16be(0xb000),
    u16be(7),
    u32be(4),
    '0100',
    u16be(0xb001),
    u16be(4),
    u32be(1),
    u32be(2),
    u16be(0xb002),
    u16be(7),
    u32be(32),
    u32be(50),
    u32be(0),
    entries,
  );
}

/** As phones write Ultra HDR, with EXIF in the gain map too. `more` are further segments of the first image. */
export function withGainMap(jpeg: Uint8Array, gainMap: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array {
  const second = withJpegSegments(
    gainMap,
    exifSegment(exifBlock({ main: { 0x010e: { text: 'a secret in the gain map' } } })),
    xmpSegment(
      xmpPacket(
        '<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" hdrgm:GainMapMax="2.5"/>',
      ),
    ),
  );
  const head = [...more, xmpSegment(gainMapXmp())];
  const length = withJpegSegments(jpeg, ...head, multiPicture(0, 0, 0)).length;
  // The index is the last of the added segments; its header comes 8 bytes into it.
  const base = bytesOf(...head).length + 2 + 8;
  return bytesOf(withJpegSegments(jpeg, ...head, multiPicture(length, second.length, length - base)), second);
}

const box = (type: string, ...data: readonly Uint8Array[]): Uint8Array => {
  const body = bytesOf(...data);
  return bytesOf(u32be(body.length + 8), type, body);
};

/** Not a video that plays, but boxes as one has them. */
export const VIDEO = bytesOf(
  box('ftyp', bytesOf('mp42', u32be(0), 'mp42')),
  box('mdat', new Uint8Array(100).fill(0x33)),
  box(
    'moov',
    box('mvhd', new Uint8Array(100)),
    box('udta', box('\xa9xyz', bytesOf([0, 18, 0x15, 0xc7], '+48.1351+011.5820/'))),
  ),
);

export function withVideo(jpeg: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array {
  return bytesOf(withJpegSegments(jpeg, ...more, xmpSegment(motionPhotoXmp())), VIDEO);
}
