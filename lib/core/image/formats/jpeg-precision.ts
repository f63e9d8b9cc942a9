/**
 * How far the scans of a progressive JPEG have come: ITU-T T.81, G.1.1.1. Where low frequencies are not known to the last
 * bit, libjpeg smooths between blocks (jdcoefct.c, smoothing_ok), so what is shown hangs on more than the coefficients.
 */
import type { JpegFrame } from './jpeg-frame.ts';
import { MARKER, type JpegLayout } from './jpeg-segments.ts';

/** No scan has coded it. */
export const NEVER_CODED = -1;

const SOF2 = 0xc2;

export class ScanPrecision {
  /** For each component, by the place in zigzag order: the lowest bit that is known, or `NEVER_CODED`. */
  readonly lowest: readonly Int8Array[];

  constructor(components: number) {
    this.lowest = Array.from({ length: components }, () => new Int8Array(64).fill(NEVER_CODED));
  }

  /** @param components their indices in the frame @param end the last coefficient of the scan @param low its bit position */
  coded(components: readonly number[], start: number, end: number, low: number): void {
    for (const index of components) this.lowest[index]?.fill(low, start, end + 1);
  }

  /** Every coefficient is there with all its bits. */
  get isFull(): boolean {
    return this.lowest.every((component) => component.every((low) => low === 0));
  }
}

/** Whether scans that complete the picture are missing; by their headers alone, and of progressive Huffman coding alone. */
export function lacksScans(bytes: Uint8Array, { segments }: JpegLayout, frame: JpegFrame): boolean {
  if (frame.marker !== SOF2) return false;
  const precision = new ScanPrecision(frame.components.length);
  for (const { marker, dataAt } of segments) {
    if (marker !== MARKER.SOS) continue;
    const count = bytes[dataAt] ?? 0;
    const ids = Array.from({ length: count }, (_, i) => bytes[dataAt + 1 + i * 2]);
    const at = dataAt + 1 + count * 2;
    precision.coded(
      ids.map((id) => frame.components.findIndex((component) => component.id === id)),
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      (bytes[at + 2] ?? 0) & 15,
    );
  }
  return !precision.isFull;
}
