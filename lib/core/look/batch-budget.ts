/** Bytes for many images together, spread so that all look alike: what each needs for a look is read from a few of its results. Pure. */
import { LOOK_FLOOR, MOST_LOOK } from '../model/looks.ts';
import { MOST_SIZE } from '../model/aim.ts';

/** What an image was at a look. */
export interface LookPoint {
  readonly look: number;
  readonly bytes: number;
}

/** What is known of an image. */
export interface ImageNeeds {
  /** One result or more. */
  readonly points: readonly [LookPoint, ...LookPoint[]];
  /** Bytes below which it can't be. */
  readonly least: number;
  /** Bytes of which it has no use for more: a file that fits as it came keeps what it has. */
  readonly most: number;
}

/** One point of look more makes files so much larger, as a share, where only one result is known: about 2.5 times from 55 to 80. */
const GROWTH = 0.037;
/** Halvings of an interval: to less than a byte of a gigabyte. */
const STEPS = 40;

/**
 * How many bytes each image may have: what it needs for the look that all can have together, and never more than for the highest; below
 * the lowest look, a share of it. Whole numbers whose sum is at most the limit, unless the least of each are more already: then these.
 *
 * @param limit bytes of all together
 */
export function budgets(all: readonly ImageNeeds[], limit: number): readonly number[] {
  const images = all.map((image) => ({
    ...image,
    most: Math.max(image.least, Math.min(image.most, Math.ceil(bytesAt(image.points, MOST_LOOK)))),
  }));
  const atLook = (look: number): number[] => images.map((image) => within(bytesAt(image.points, look), image));
  const look = highest(LOOK_FLOOR, MOST_LOOK, (each) => sumOf(atLook(each)) <= limit);
  // Bytes may leap at a look, so that it leaves some; and less may be there than the lowest needs.
  const needed = images.map(({ points }) => Math.min(MOST_SIZE, bytesAt(points, look)));
  const shares = (scale: number): number[] =>
    images.map((image, i) => within(Math.floor((needed[i] ?? 0) * Math.exp(scale)), image));
  return shares(highest(-50, 50, (scale) => sumOf(shares(scale)) <= limit));
}

/** The highest number for which it holds, where it holds for all below that; the lowest where it holds for none. */
function highest(from: number, to: number, holds: (value: number) => boolean): number {
  if (holds(to)) return to;
  let [low, high] = [from, to];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function within(bytes: number, { least, most }: ImageNeeds): number {
  return Math.max(least, Math.min(most, bytes));
}

/** At least 1: by the logarithm of the bytes straight between two results, and on past the last. Never falls with the look. */
function bytesAt(points: ImageNeeds['points'], look: number): number {
  const sorted = points.toSorted((one, other) => one.look - other.look || one.bytes - other.bytes);
  const [first, last] = [sorted[0] ?? points[0], sorted.at(-1) ?? points[0]];
  const next = sorted.find((point) => point.look >= look);
  const before = sorted.findLast((point) => point.look < look);
  if (next && before) return Math.exp(logOf(before) + growthOf(before, next) * (look - before.look));
  const end = next ?? last;
  return Math.exp(logOf(end) + growthOf(first, last) * (look - end.look));
}

function growthOf(one: LookPoint, other: LookPoint): number {
  return other.look - one.look < 0.5 ? GROWTH : Math.max(0, (logOf(other) - logOf(one)) / (other.look - one.look));
}

function logOf({ bytes }: LookPoint): number {
  return Math.log(Math.max(1, bytes));
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
