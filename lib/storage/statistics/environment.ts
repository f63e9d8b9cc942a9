/** Browser, operating system and cores, as coarse as they are of use. */

export const BROWSERS = ['Chrome', 'Edge', 'Opera', 'Firefox', 'other'] as const;
export const SYSTEMS = ['windows', 'macos', 'linux', 'chromeos', 'android', 'other'] as const;

export interface Environment {
  /** The major version; 0 when it is not known. */
  readonly browser: { readonly name: (typeof BROWSERS)[number]; readonly version: number };
  readonly system: (typeof SYSTEMS)[number];
  readonly cores: number;
}

/** Those that name others in their user agent come first. */
const NAMES = [
  ['Edge', /\bEdg\/(\d{1,4})/],
  ['Opera', /\bOPR\/(\d{1,4})/],
  ['Firefox', /\bFirefox\/(\d{1,4})/],
  ['Chrome', /\bChrome\/(\d{1,4})/],
] as const;
/** Android says Linux too, so it comes before it. */
const PLATFORMS = [
  ['windows', /Windows NT/],
  ['android', /Android/],
  ['chromeos', /CrOS/],
  ['macos', /Mac OS X/],
  ['linux', /Linux|X11/],
] as const;

/** Reads it from `navigator` (or a `WorkerNavigator`). */
export function environmentOf({
  userAgent,
  hardwareConcurrency,
}: {
  readonly userAgent: string;
  readonly hardwareConcurrency: number;
}): Environment {
  const found = NAMES.map(([name, pattern]) => ({ name, version: pattern.exec(userAgent)?.[1] })).find(
    ({ version }) => version !== undefined,
  );
  return {
    browser: found ? { name: found.name, version: Number(found.version) } : { name: 'other', version: 0 },
    system: PLATFORMS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'other',
    cores: Number.isFinite(hardwareConcurrency) ? Math.min(1024, Math.max(1, Math.trunc(hardwareConcurrency))) : 1,
  };
}
