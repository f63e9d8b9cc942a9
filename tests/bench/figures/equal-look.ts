/** How large another encoder's file is at a look, read off its curve. */
import sharp from 'sharp';
import type { Pixels } from '../../../lib/core/codecs/codec.ts';

interface Point {
  readonly look: number;
  readonly bytes: number;
}

/** By any decoder but ours, so that all are read alike. */
export async function readFileOf(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** @param encode at a quality @param lookOf of a file, against the picture that was encoded */
export async function curveOf(
  qualities: readonly number[],
  encode: (quality: number) => Promise<Uint8Array>,
  lookOf: (file: Uint8Array) => Promise<number>,
): Promise<Point[]> {
  const points: Point[] = [];
  for (const quality of qualities) {
    const file = await encode(quality);
    points.push({ look: await lookOf(file), bytes: file.length });
  }
  return points;
}

/** By the logarithm of the bytes straight between two points; NaN beyond the ends. */
export function bytesAt(points: readonly Point[], look: number): number {
  const sorted = points.toSorted((one, other) => one.look - other.look);
  const at = sorted.findIndex((point) => point.look >= look);
  const [before, after] = [sorted[at - 1], sorted[at]];
  if (!before || !after) return NaN;
  const share = (look - before.look) / (after.look - before.look || 1);
  return before.bytes * (after.bytes / before.bytes) ** share;
}
