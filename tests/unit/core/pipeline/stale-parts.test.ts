/** A picture that is encoded anew says nothing of parts that it has no more. */
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { OUTPUT_FORMATS } from '../../../../lib/core/image/inspection.ts';
import { compress, notesOf } from '../../../conformance/compress.ts';
import { exifSegment, xmpSegment } from '../../../images/containers.ts';
import { cameraExif } from '../../../images/exif-block.ts';
import { withGainMap, withVideo } from '../../../images/parts-after.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { gainMapXmp, motionPhotoXmp } from '../../../images/xmp-packet.ts';

/** Of Ultra HDR and ISO 21496-1, of CIPA's multi-picture format, of motion photos. */
const STALE = [
  'hdrgm',
  'hdr-gain-map',
  'urn:iso:std:iso:ts:21496',
  'MPF\0',
  'GContainer',
  'Container:',
  'MotionPhoto',
  'MicroVideo',
];

const large = { width: 240, height: 160 };

describe.each(OUTPUT_FORMATS)('as %s', (format) => {
  it.each(['keep', 'protect', 'strip'] as const)('nothing of a gain map or a video is left (%s)', async (metadata) => {
    const plain = await encoded(gradient(large).jpeg({ quality: 98 }));
    const map = await encoded(gradient({ width: 60, height: 40 }).jpeg());
    const files = [
      withGainMap(plain, map, exifSegment(cameraExif(6)), xmpSegment(gainMapXmp())),
      withVideo(plain, exifSegment(cameraExif()), xmpSegment(motionPhotoXmp())),
    ];
    for (const [i, file] of files.entries()) {
      const kind = i === 0 ? 'gain-map' : 'motion-photo';
      expect(inspect(file).metadata.kinds).toContain(kind);
      const { bytes, receipt } = await compress(file, { format, metadata, resize: { by: 'width', pixels: 100 } });
      expect(notesOf(receipt)).toContain(`${kind}-lost`);
      expect(inspect(bytes).metadata.kinds).not.toContain(kind);
      expect(STALE.filter((word) => Buffer.from(bytes).includes(word))).toEqual([]);
    }
  });
});
