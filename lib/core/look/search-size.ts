/**
 * The highest setting of an encoder whose file fits a limit. Settings are whole numbers from the smallest file to the largest;
 * their bytes rise, by steps, on plateaus and now and then the other way. Pure: what a setting gives, the caller finds out.
 */

export interface SizeProbe {
  readonly setting: number;
  readonly bytes: number;
}

export interface SizeSearch {
  readonly from: number;
  readonly to: number;
  readonly guess: number;
  /** By how much the logarithm of the bytes is expected to rise with one setting. */
  readonly growth: number;
  readonly limit: number;
  /** A file of this share of the limit is full enough. */
  readonly enough: number;
  readonly most: number;
  /** More tries once something fits. */
  readonly spare?: number;
  probe(setting: number): Promise<SizeProbe>;
}

export interface SizeFound {
  /** The most bytes that fit; null when nothing that was tried does. */
  readonly best: SizeProbe | null;
  readonly smallest: SizeProbe;
  readonly tries: number;
}

export async function searchSize(search: SizeSearch): Promise<SizeFound> {
  const { from, to, limit, enough, most, spare = 0 } = search;
  const probes: SizeProbe[] = [];
  let fits: SizeProbe | null = null;
  let over: SizeProbe | null = null;
  let next = within(Math.round(search.guess), from, to);
  while (probes.length < most + (fits ? spare : 0)) {
    const probe = await search.probe(next);
    probes.push(probe);
    if (probe.bytes > limit) {
      if (!over || probe.setting < over.setting) over = probe;
    } else if (!fits || probe.bytes > fits.bytes) fits = probe;
    if (fits && (fits.bytes >= limit * enough || fits.setting === to)) break;
    const step = nextSetting(fits, over, probes, search);
    if (step === null || probes.some(({ setting }) => setting === step)) break;
    next = step;
  }
  const smallest = probes.reduce((one, other) => (other.bytes < one.bytes ? other : one));
  return { best: fits, smallest, tries: probes.length };
}

function nextSetting(
  fits: SizeProbe | null,
  over: SizeProbe | null,
  probes: readonly SizeProbe[],
  { from, to, limit, enough, growth }: SizeSearch,
): number | null {
  // The middle of what is full enough, so that a try lands in it from either side.
  const target = Math.log((limit * (1 + enough)) / 2);
  if (fits && over) {
    if (over.setting - fits.setting <= 1) return null;
    const rise = Math.log(over.bytes) - Math.log(fits.bytes);
    const share = rise > 0 ? (target - Math.log(fits.bytes)) / rise : 0.5;
    const straight = fits.setting + share * (over.setting - fits.setting);
    const most = (over.setting - fits.setting) / 4;
    const at = within(bent(probes, target, fits, over) ?? straight, straight - most, straight + most);
    return within(Math.floor(at), fits.setting + 1, over.setting - 1);
  }
  const known = fits ?? over;
  if (!known) return null;
  const [one, other] = probes.slice(-2);
  const seen = one && other && one.setting !== other.setting;
  const measured = seen ? (Math.log(other.bytes) - Math.log(one.bytes)) / (other.setting - one.setting) : 0;
  const step = (target - Math.log(known.bytes)) / (measured > 0.002 ? measured : growth);
  const at = within(known.setting + (fits ? Math.max(1, Math.floor(step)) : Math.min(-1, Math.floor(step))), from, to);
  return at === known.setting ? null : at;
}

/**
 * By the parabola through three probes, settings over the logarithm of their bytes: files grow faster towards the best quality, and
 * a straight line through a bracket comes near the limit from one side by ever smaller steps. Null where there are no three, or
 * where a higher setting gave the smaller file: there is no curve to follow then.
 */
function bent(probes: readonly SizeProbe[], target: number, fits: SizeProbe, over: SizeProbe): number | null {
  const third = probes
    .filter((probe) => probe !== fits && probe !== over)
    .toSorted((one, other) => Math.abs(Math.log(one.bytes) - target) - Math.abs(Math.log(other.bytes) - target))[0];
  if (!third) return null;
  const rising = [third, fits, over].toSorted((one, other) => one.setting - other.setting);
  if (rising.some(({ bytes }, at) => bytes < (rising[at - 1]?.bytes ?? 0))) return null;
  const points = rising.map(({ setting, bytes }) => ({ setting, at: Math.log(bytes) }));
  let sum = 0;
  for (const one of points) {
    let share = 1;
    for (const other of points) if (other !== one) share *= (target - other.at) / (one.at - other.at);
    sum += one.setting * share;
  }
  return Number.isFinite(sum) ? sum : null;
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
