/** Which passes a progressive file is made of: what costs least, tried out on the picture itself. */
import { costOf, sumOf, type CostedScan } from './scan-cost.ts';
import { fitsOneMcu, type Coefficients, type Frame, type Scan } from './coefficients.ts';

/** Where the low frequencies are parted from the rest, besides nowhere: as mozjpeg tries. */
const SPLITS = [2, 5, 8, 12, 18];
const USUAL_SPLIT = 8;
/** One bit that costs this much more than it spares is not made good by the next. */
const HOPELESS = 1.03;
/** Bits that a first pass may leave to refinements. */
const MOST_REFINEMENTS = 3;

export function chooseSequential(frame: Frame, all: readonly Coefficients[]): CostedScan[] {
  return groups(frame).map((components) =>
    costOf(frame, all, { components, spectralStart: 0, spectralEnd: 63, high: 0, low: 0 }, false),
  );
}

/** DC of all components first, then AC of each: low frequencies, high ones, refinements. */
export function chooseProgressive(frame: Frame, all: readonly Coefficients[]): CostedScan[] {
  const dc = (high: number, low: number): CostedScan[] =>
    groups(frame).map((components) =>
      costOf(frame, all, { components, spectralStart: 0, spectralEnd: 0, high, low }, true),
    );
  return [
    ...cheaper(dc(0, 0), [...dc(0, 1), ...dc(1, 0)]),
    ...frame.components.flatMap((_, component) => chooseAc(frame, all, component)),
  ];
}

/** One scan for all where they may be interleaved, else one for each. */
function groups(frame: Frame): number[][] {
  const all = frame.components.map((_, i) => i);
  return all.length === 1 || fitsOneMcu(frame, all) ? [all] : all.map((component) => [component]);
}

function chooseAc(frame: Frame, all: readonly Coefficients[], component: number): CostedScan[] {
  const cost = (spectralStart: number, spectralEnd: number, high: number, low: number): CostedScan =>
    costOf(frame, all, { components: [component], spectralStart, spectralEnd, high, low } satisfies Scan, true);
  const split = (at: number, low: number): CostedScan[] => [cost(1, at, 0, low), cost(at + 1, 63, 0, low)];

  const refinements: CostedScan[] = [];
  let best = { low: 0, scans: cheaper([cost(1, 63, 0, 0)], split(USUAL_SPLIT, 0)) };
  let bestSum = sumOf(best.scans);
  for (let low = 1; low <= MOST_REFINEMENTS; low++) {
    refinements.unshift(cost(1, 63, low, low - 1));
    const first = cheaper([cost(1, 63, 0, low)], split(USUAL_SPLIT, low));
    const sum = sumOf(first) + sumOf(refinements);
    if (sum < bestSum) [best, bestSum] = [{ low, scans: first }, sum];
    else if (sum > bestSum * HOPELESS) break;
  }
  let { scans } = best;
  for (const at of SPLITS) if (at !== USUAL_SPLIT) scans = cheaper(scans, split(at, best.low));
  return [...scans, ...refinements.slice(refinements.length - best.low)];
}

function cheaper(a: CostedScan[], b: CostedScan[]): CostedScan[] {
  return sumOf(b) < sumOf(a) ? b : a;
}
