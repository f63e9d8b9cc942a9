/** How Chromium is found and started: its command, its switches and the preferences of a new profile. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** `COMPRESSIMAGE_CHROMIUM`, or the first Chromium on the PATH. Branded Chrome since 137 ignores `--load-extension`. */
export function chromiumCommand(): string {
  const named = process.env['COMPRESSIMAGE_CHROMIUM'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of ['chromium', 'chromium-browser']) {
    const folder = folders.find((one) => existsSync(join(one, name)));
    if (folder !== undefined) return join(folder, name);
  }
  throw new Error('no Chromium found: install it, or set COMPRESSIMAGE_CHROMIUM to its path');
}

/** By the time of their installation: to some questions the last one that was installed has the answer. */
export interface OtherExtensions {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

export interface ChromiumSettings {
  readonly extension: string;
  /** Folders of other extensions. */
  readonly others?: OtherExtensions;
  readonly profile: string;
  readonly window: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly language?: string;
  readonly proxyPort: number | null;
  readonly switches?: readonly string[];
}

export function chromiumArguments(settings: ChromiumSettings): string[] {
  const { before = [], after = [] } = settings.others ?? {};
  const extensions = [...before, settings.extension, ...after].join(',');
  return [
    ...CALM,
    // Names under .test are on this machine, so that a page and its images can be of different hosts.
    '--host-resolver-rules=MAP *.test 127.0.0.1',
    // The sandbox refuses root; the second switch takes away the bar that warns of the first.
    ...(process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : []),
    ...(settings.proxyPort === null
      ? []
      : [`--proxy-server=http://127.0.0.1:${settings.proxyPort}`, '--proxy-bypass-list=<-loopback>']),
    ...(settings.colorScheme === 'dark' ? ['--force-dark-mode'] : []),
    `--lang=${settings.language ?? 'en-US'}`,
    `--load-extension=${extensions}`,
    `--disable-extensions-except=${extensions}`,
    `--user-data-dir=${settings.profile}`,
    '--remote-debugging-pipe',
    '--window-position=0,0',
    `--window-size=${settings.window.width},${settings.window.height}`,
    ...(settings.switches ?? []),
  ];
}

/**
 * The address bar's list and other parts of the window as pages, which each window makes ahead and no test opens: nearly half of what
 * a start costs.
 */
const MADE_AHEAD = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'PreloadTopChromeWebUI'];

/** No first-run pages, no traffic of the browser's own, no bubble after a crash, no question for a keyring's password. */
const CALM = [
  `--disable-features=${['NetworkTimeServiceQuerying', ...MADE_AHEAD].join()}`,
  '--disable-domain-reliability',
  '--allow-browser-signin=false',
  // The first look for updates ignores --disable-component-update; an hour later nobody is there.
  '--component-updater=initial-delay=3600',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-search-engine-choice-screen',
  '--disable-breakpad',
  '--hide-crash-restore-bubble',
  '--password-store=basic',
];

/** Read by Chromium when the profile is new, and kept by it from then on. */
export function firstPreferences(downloadFolder: string, askWhereToSave: boolean): string {
  return JSON.stringify({
    download: { default_directory: downloadFolder, prompt_for_download: askWhereToSave },
    browser: { has_seen_welcome_page: true },
    // "Show downloads when they're done" would lay a bubble over the page, which takes the keys.
    download_bubble: { partial_view_enabled: false },
    // It asks a server about each download.
    safebrowsing: { enabled: false },
    extensions: { ui: { developer_mode: true } },
  });
}
