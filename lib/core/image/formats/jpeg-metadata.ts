/** The metadata segments of a JPEG file, joined: each kind may go over several segments, and stand there several times. */
import { joinBytes } from '../../bytes/bytes.ts';
import { startsWith } from '../../bytes/reader.ts';
import { extendedGuid, joinExtendedXmp, joinXmp } from '../metadata/join-xmp.ts';
import { partOf, payloadOf, type SIGNATURE } from './jpeg-parts.ts';
import type { JpegLayout } from './jpeg-segments.ts';

export interface JpegMetadata {
  /** Blocks from their TIFF header on, in the file's order. */
  readonly exif: readonly Uint8Array[];
  /** All packets and their continuation in one; null when there is none. */
  readonly xmp: Uint8Array | null;
  /** Bytes of continuations that belong to no packet, or of which a part is missing. */
  readonly strayXmp: number;
  /** Image resources, all segments of them one after the other. */
  readonly resources: Uint8Array | null;
}

export function readJpegMetadata(bytes: Uint8Array, { segments }: JpegLayout): JpegMetadata {
  const all = (part: keyof typeof SIGNATURE): Uint8Array[] =>
    segments.filter((segment) => partOf(bytes, segment) === part).map((segment) => payloadOf(bytes, segment, part));
  const packets = all('xmp');
  const chunks = all('extendedXmp');
  const continuations = joinExtendedXmp(chunks);
  const named = packets.length > 0 && chunks.length > 0 ? packets.map(extendedGuid) : [];
  const continued = [...new Set(named)].flatMap((guid) => continuations.get(guid ?? '') ?? []);
  const total = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);
  const photoshop = [...all('photoshop'), ...all('oldPhotoshop')];
  return {
    exif: joinExif(all('exif')),
    xmp: joinXmp([...packets, ...continued]),
    strayXmp: continued.length === continuations.size ? 0 : Math.max(1, total(chunks) - total(continued)),
    // Photoshop cuts a list of more than 64 kB wherever a segment is full; several complete lists make a list too.
    resources: photoshop.length > 0 ? joinBytes(photoshop) : null,
  };
}

/** A segment that does not begin with a TIFF header goes on with the block of the one before it, as exiftool writes and reads it. */
function joinExif(payloads: readonly Uint8Array[]): Uint8Array[] {
  const blocks: Uint8Array[][] = [];
  for (const payload of payloads) {
    const begins = startsWith(payload, 'II*\0') || startsWith(payload, 'MM\0*');
    if (begins || blocks.length === 0) blocks.push([payload]);
    else blocks.at(-1)?.push(payload);
  }
  return blocks.map((parts) => (parts.length === 1 ? parts[0]! : joinBytes(parts)));
}
