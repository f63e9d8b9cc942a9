/** What a file holds beside its picture, and loses with a new encoding: a motion photo's video, a gain map. */
import { ifReadable } from '../../bytes/reader.ts';
import type { InputFormat } from '../inspection.ts';
import { findBox, readFileBoxes } from './isobmff.ts';
import { readJpegSegments } from './jpeg-segments.ts';

/** Bytes: of a JPEG all that follows its first image; of a HEIF file the video (Google's "Motion Photo format", `mpvd`). */
export function bytesBesidePicture(bytes: Uint8Array, format: InputFormat): number {
  if (format === 'jpeg') return ifReadable(() => bytes.length - readJpegSegments(bytes).end, 0);
  if (format !== 'heic' && format !== 'avif') return 0;
  const video = ifReadable(() => findBox(readFileBoxes(bytes), 'mpvd'), undefined);
  return video ? video.end - video.start : 0;
}
