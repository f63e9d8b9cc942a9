/** Which passes a progressive file is made of: what costs least, tried out on the picture itself. */
import { costOf, costOfFirstPass, sumOf, type CostedScan } from './scan-cost.ts';
import { fitsOneMcu, type Frame, type Scan } from './coefficients.ts';
import { SPLITS, type ScanCoder } from './scan-coder.ts';

/** One bit that costs this much more than it spares is not made good by the next. */
const HOPELESS = 1.03;
/** Bits that a first pass may leave to refinements. */
const MOST_REFINEMENTS = 3;

/** @param coder holds the picture */
export function chooseSequential(frame: Frame, coder: ScanCoder): CostedScan[] {
  return groups(frame).map((components) =>
    costOf(coder, { components, spectralStart: 0, spectralEnd: 63, high: 0, low: 0 }, false),
  );
}

/** DC of all components first, then AC of each: low frequencies, high ones, refinements. @param coder holds the picture */
export function chooseProgressive(frame: Frame, coder: ScanCoder): CostedScan[] {
  const dc = (high: number, low: number): CostedScan[] =>
    groups(frame).map((components) => costOf(coder, { components, spectralStart: 0, spectralEnd: 0, high, low }, true));
  return [
    ...cheaper(dc(0, 0), [...dc(0, 1), ...dc(1, 0)]),
    ...frame.components.flatMap((_, component) => chooseAc(coder, component)),
  ];
}

/** One scan for all where they may be interleaved, else one for each. */
function groups(frame: Frame): number[][] {
  const all = frame.components.map((_, i) => i);
  return all.length === 1 || fitsOneMcu(frame, all) ? [all] : all.map((component) => [component]);
}

function chooseAc(coder: ScanCoder, component: number): CostedScan[] {
  const scan = (spectralStart: number, spectralEnd: number, high: number, low: number): Scan => ({
    components: [component],
    spectralStart,
    spectralEnd,
    high,
    low,
  });
  /** Whole, or parted where it costs least. */
  const firstPasses = (low: number): CostedScan[] => {
    const { whole, parts } = coder.countSplits(component, low);
    return parts.reduce(
      (best, [lower = whole, upper = whole], split) => {
        const at = SPLITS[split] ?? 0;
        const parted = [costOfFirstPass(lower, scan(1, at, 0, low)), costOfFirstPass(upper, scan(at + 1, 63, 0, low))];
        return cheaper(best, parted);
      },
      [costOfFirstPass(whole, scan(1, 63, 0, low))],
    );
  };

  const refinements: CostedScan[] = [];
  let best = firstPasses(0);
  for (let low = 1; low <= MOST_REFINEMENTS; low++) {
    refinements.unshift(costOf(coder, scan(1, 63, low, low - 1), true));
    const scans = [...firstPasses(low), ...refinements];
    if (sumOf(scans) > sumOf(best) * HOPELESS) break;
    best = cheaper(best, scans);
  }
  return best;
}

function cheaper(a: CostedScan[], b: CostedScan[]): CostedScan[] {
  return sumOf(b) < sumOf(a) ? b : a;
}
