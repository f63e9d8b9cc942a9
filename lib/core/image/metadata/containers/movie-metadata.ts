/** The metadata of a video that is part of a photo: ISO/IEC 14496-12, 8.10 and 8.11, and QuickTime's. */
import { childrenOf, readBoxes, type Box } from '../../formats/isobmff.ts';
import { ifReadable, Reader } from '../../../bytes/reader.ts';

/**
 * Turns `udta` and `meta` boxes of the movie and its tracks (place, device, date) into free space of the same length,
 * so that no offset to the samples changes.
 *
 * @param at of the movie's first box, in a copy that may be changed
 */
export function hideMovieMetadata(bytes: Uint8Array, at: number): void {
  const movie = findMovie(bytes, at);
  if (!movie) return;
  const children = ifReadable(() => childrenOf(bytes, movie), []);
  const tracks = children
    .filter(({ type }) => type === 'trak')
    .flatMap((track) => ifReadable(() => childrenOf(bytes, track), []));
  for (const box of [...children, ...tracks]) if (box.type === 'udta' || box.type === 'meta') hide(bytes, box);
}

/** Box by box: after the last there may be a trailer that is no box. */
function findMovie(bytes: Uint8Array, from: number): Box | null {
  const reader = new Reader(bytes);
  for (let at = from, steps = 0; at < bytes.length && steps < 1000; steps++) {
    const start = at;
    const box = ifReadable(() => readBoxes(bytes, start, start + boxSize(reader, start))[0], undefined);
    if (!box || box.type === 'moov') return box ?? null;
    at = box.end;
  }
  return null;
}

function boxSize(reader: Reader, at: number): number {
  const size = reader.u32(at);
  if (size === 1) return reader.u64(at + 8);
  return size === 0 ? reader.length - at : size;
}

function hide(bytes: Uint8Array, { start, dataAt, end }: Box): void {
  bytes.set([0x66, 0x72, 0x65, 0x65], start + 4);
  bytes.fill(0, dataAt, end);
}
