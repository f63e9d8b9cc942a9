/**
 * The lowest setting of an encoder that keeps a look. Settings are whole numbers from worst to best; their looks rise, by
 * steps, on plateaus and now and then the other way. Pure: what a setting gives, the caller finds out.
 */

export interface Probe {
  readonly setting: number;
  readonly look: number;
  readonly bytes: number;
}

/**
 * A result of this many bytes and more is of no use: as soon as that is certain the search ends. It is asked for only where it
 * decides, since it may be found out while the search is on.
 */
export type WorthBelow = () => number | Promise<number>;

export interface LookSearch {
  readonly from: number;
  readonly to: number;
  /** Where to begin. */
  readonly guess: number;
  /** Look that one setting more is expected to bring, about there. */
  readonly slope: number;
  readonly look: number;
  /** How far below and above the look a result is as wished. */
  readonly below: number;
  readonly above: number;
  readonly most: number;
  /** What is nearly so of results: a step by one known result is taken by these, where they tell a slope. */
  readonly hints?: readonly Pick<Probe, 'setting' | 'look'>[];
  readonly worthBelow?: WorthBelow;
  probe(setting: number): Promise<Probe>;
}

export interface LookFound {
  /** The fewest bytes among those that keep the look; else the best look. */
  readonly best: Probe;
  readonly reached: boolean;
  /** All that were tried, by setting. */
  readonly probes: readonly Probe[];
}

export async function searchLook(search: LookSearch): Promise<LookFound> {
  const { from, to, look, below, above, most, worthBelow } = search;
  const probes: Probe[] = [];
  let low: Probe | null = null;
  let high: Probe | null = null;
  let next = clamp(Math.round(search.guess), from, to);
  while (probes.length < most && !probes.some(({ setting }) => setting === next)) {
    const probe = await search.probe(next);
    probes.push(probe);
    if (probe.look >= look - below && probe.look <= look + above) break;
    if (probe.look < look) {
      if (!low || probe.setting > low.setting) low = probe;
      // More look costs more bytes still.
      if (worthBelow && probe.bytes >= (await worthBelow())) break;
    } else if (!high || probe.setting < high.setting) high = probe;
    const step = stepFrom(low, high, probes, search);
    if (step === null) break;
    next = step;
  }
  const keeping = probes.filter((probe) => probe.look >= look - below);
  const best = keeping.length
    ? keeping.reduce((one, other) => (other.bytes < one.bytes ? other : one))
    : probes.reduce((one, other) => (other.look > one.look ? other : one));
  return { best, reached: keeping.length > 0, probes: probes.sort((one, other) => one.setting - other.setting) };
}

/** The setting to try next; null when there is none between those known, or none further on. */
function stepFrom(low: Probe | null, high: Probe | null, probes: readonly Probe[], search: LookSearch): number | null {
  const { from, to } = search;
  // A little above the look, since a result below it is worth less than one as much above.
  const target = search.look + (search.above - search.below) / 2;
  if (low && high) {
    if (low.setting > high.setting) return betweenCrossed(high, probes);
    if (high.setting - low.setting <= 1) return null;
    const share = high.look > low.look ? (target - low.look) / (high.look - low.look) : 0.5;
    const secant = Math.round(low.setting + share * (high.setting - low.setting));
    // A bracket that hardly shrinks is a plateau with a step: halve it.
    const isStuck = probes.length > 3 && high.setting - low.setting > 8;
    const at = isStuck ? (low.setting + high.setting) >> 1 : secant;
    return clamp(at, low.setting + 1, high.setting - 1);
  }
  const known = low ?? high;
  if (!known) return null;
  const slope = slopeOf(probes) ?? slopeByHints(known, target, search);
  const wished = (target - known.look) / Math.max(slope, 0.05);
  const step = Math.sign(wished) * Math.max(1, Math.ceil(Math.abs(wished)));
  const at = clamp(known.setting + step, from, to);
  return at === known.setting ? null : at;
}

/** Beyond this many times the usual slope, either way, two looks say more of a step or of chance. */
const UNUSUAL = 4;

/** From the one known to the hint that is nearest beyond the target, or else nearest to it. */
function slopeByHints(known: Probe, target: number, { hints = [], slope }: LookSearch): number {
  const slopes = hints
    .toSorted((one, other) => Math.abs(one.look - target) - Math.abs(other.look - target))
    .filter(({ setting }) => Math.abs(setting - known.setting) > 1)
    .map((hint) => ({ hint, slope: (hint.look - known.look) / (hint.setting - known.setting) }))
    .filter((one) => one.slope > slope / UNUSUAL && one.slope < slope * UNUSUAL);
  const beyond = slopes.find(({ hint }) => hint.look < target !== known.look < target);
  return (beyond ?? slopes[0])?.slope ?? slope;
}

/** Of the two last known, where it can be told. */
function slopeOf(probes: readonly Probe[]): number | null {
  const [one, other] = probes.slice(-2);
  if (!one || !other || one.setting === other.setting) return null;
  const slope = (other.look - one.look) / (other.setting - one.setting);
  return slope > 0 ? slope : null;
}

/** A higher setting was worse: one that keeps the look is known, and what is below it has not been tried. */
function betweenCrossed(high: Probe, probes: readonly Probe[]): number | null {
  const below = probes.filter(({ setting }) => setting < high.setting).map(({ setting }) => setting);
  const floor = below.length ? Math.max(...below) : null;
  return floor !== null && high.setting - floor > 1 ? (floor + high.setting) >> 1 : null;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
