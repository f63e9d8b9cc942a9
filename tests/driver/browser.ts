/**
 * Chromium in a real window with the built extension, a profile of its own and a download folder of its own.
 *
 * The browser is started as a person's is, and Playwright is connected to it from outside without its usual
 * overrides: downloads, focus and appearance are the browser's own. Closing the connection never closes the browser.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { chromium, type Browser as Connection, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { builtExtension, extensionId } from './built.ts';
import { chromiumArguments, chromiumCommand, firstPreferences, type OtherExtensions } from './chromium.ts';
import { end, endOf, killTree, type RunningProcess, start } from './processes.ts';
import { protocolPipe } from './protocol-pipe.ts';
import { recordRequests, type RequestRecord } from './requests.ts';
import { openScreen, type Screen, type ScreenOptions } from './screen.ts';
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
import { until } from './waiting.ts';

// The real popup is a target of the kind `other` when it is made, and only later a `page`: without this, Playwright never shows it.
process.env['PW_CHROMIUM_ATTACH_TO_OTHER'] = '1';

export interface BrowserOptions {
  /** The built extension's folder. Default: the project's own Chrome build. */
  readonly extension?: string;
  /** Folders of other extensions that are to be there too. */
  readonly others?: OtherExtensions;
  /** Where downloads go. Default: a folder that is removed with the browser. */
  readonly downloadFolder?: string;
  /** A screen to share with another browser. Default: one of its own. */
  readonly screen?: Screen | ScreenOptions;
  /** Size of the window in px. Default: the screen's, 1280 x 900 at most. */
  readonly window?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** The interface language, such as `de`. Default: `en-US`. */
  readonly language?: string;
  /** The person's setting to be asked where each download goes, see `answerSaveDialog`. */
  readonly askWhereToSave?: boolean;
  /** Sends everything through a recording proxy, see `browser.requests`. */
  readonly recordRequests?: boolean;
  /** Leaves the page open that greets a new user. Default: it is closed, as most people soon do. */
  readonly keepWelcome?: boolean;
  /** More switches for Chromium. */
  readonly switches?: readonly string[];
}

/** Opens a browser window with the extension and waits until the extension is there. */
export async function openBrowser(options: BrowserOptions = {}): Promise<Browser> {
  // Says so if there is none, before anything is started.
  extensionId(options.extension ?? builtExtension());
  const screen = isScreen(options.screen) ? options.screen : await openScreen(options.screen);
  const folder = await temporaryFolder('browser');
  const browser = new Browser(options, screen, folder, options.recordRequests ? await recordRequests() : null);
  try {
    await browser.reopen();
    return browser;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

const owners = new WeakMap<BrowserContext, Browser>();

/**
 * What much of the driver takes: a browser means its normal windows. A page means the window that it is in, since the
 * extension has a background of its own in private windows.
 */
export type Where = Browser | Page;

export function browserOf(where: Where): Browser {
  if (where instanceof Browser) return where;
  const browser = owners.get(where.context());
  if (!browser) throw new Error('the page belongs to no browser of the driver');
  return browser;
}

/** A running (or ended, and to be reopened) browser. What a person does with it is in the functions of the other files. */
export class Browser {
  readonly extension: string;
  readonly extensionId: string;
  readonly profile: string;
  readonly downloadFolder: string;
  readonly screen: Screen;
  readonly #options: BrowserOptions;
  readonly #folder: TemporaryFolder;
  readonly #requests: RequestRecord | null;
  #isNew = true;
  #process: RunningProcess | null = null;
  #connection: Connection | null = null;
  #session: Promise<CDPSession> | null = null;
  /** Chromium's id of the profile's normal windows. */
  #normalContext: string | undefined;

  constructor(options: BrowserOptions, screen: Screen, folder: TemporaryFolder, requests: RequestRecord | null) {
    this.#options = options;
    this.#folder = folder;
    this.#requests = requests;
    this.screen = screen;
    this.profile = join(folder.path, 'profile');
    this.downloadFolder = resolve(options.downloadFolder ?? join(folder.path, 'downloads'));
    this.extension = resolve(options.extension ?? builtExtension());
    this.extensionId = extensionId(this.extension);
  }

  /** Playwright's view of the browser: its tabs, the extension's pages and its service worker. */
  get context(): BrowserContext {
    const context = this.#connection?.contexts()[0];
    if (!context) throw new Error('the browser has ended');
    return context;
  }

  /** Id of the browser's main process. */
  get pid(): number {
    if (!this.#process) throw new Error('the browser has ended');
    return this.#process.pid;
  }

  /** Resolves when the browser has ended, by whoever's hand. */
  get ended(): Promise<void> {
    return this.#process?.ended ?? Promise.resolve();
  }

  /** Every request of pages, extension and browser since the record began; asked for by `recordRequests`. */
  get requests(): RequestRecord {
    if (!this.#requests) throw new Error('open the browser with recordRequests: true');
    return this.#requests;
  }

  /** Opens an address in a tab that comes to the front. The first call takes the empty tab that is there. */
  async open(url: string): Promise<Page> {
    const empty = this.context.pages().find((page) => page.url() === 'about:blank');
    const page = empty ?? (await this.context.newPage());
    await page.goto(url);
    await page.bringToFront();
    return page;
  }

  /** Whether a page is in a private window. */
  async isPrivate(page: Page): Promise<boolean> {
    return (await contextIdOf(page)) !== this.#normalContext;
  }

  /** Speaks the DevTools protocol with the browser itself, in a session of its own. */
  async withProtocol<T>(work: (session: CDPSession) => Promise<T>): Promise<T> {
    if (!this.#connection) throw new Error('the browser has ended');
    const session = await this.#connection.newBrowserCDPSession();
    try {
      return await work(session);
    } finally {
      await session.detach().catch(() => undefined);
    }
  }

  /** The same in a session that all may share who leave nothing switched on in it. */
  protocol(): Promise<CDPSession> {
    if (!this.#connection) throw new Error('the browser has ended');
    return (this.#session ??= this.#connection.newBrowserCDPSession());
  }

  /** Closes the browser as a person does, so that it can write what it wants to keep. */
  async endNormally(): Promise<void> {
    const running = this.#process;
    if (!running) return;
    await this.withProtocol((session) => session.send('Browser.close')).catch(() => undefined);
    await endOf(running, 30_000);
    await this.#forget();
  }

  /** `kill -9` for the browser and all its processes at once. */
  async killHard(): Promise<void> {
    if (this.#process) await killTree(this.#process);
    await this.#forget();
  }

  /** Starts the browser on its profile again, after `endNormally` or `killHard`. */
  async reopen(): Promise<void> {
    if (this.#process) throw new Error('the browser is running');
    await mkdir(this.downloadFolder, { recursive: true });
    const preferences = join(this.profile, 'Default', 'Preferences');
    await mkdir(join(this.profile, 'Default'), { recursive: true });
    await writeFile(preferences, firstPreferences(this.downloadFolder, this.#options.askWhereToSave ?? false), {
      flag: 'wx',
    }).catch(() => undefined);
    const running = await start(
      chromiumCommand(),
      [
        ...chromiumArguments({
          ...this.#options,
          extension: this.extension,
          profile: this.profile,
          window: this.#options.window ?? {
            width: Math.min(1280, this.screen.width),
            height: Math.min(900, this.screen.height),
          },
          proxyPort: this.#requests?.port ?? null,
        }),
        'about:blank',
      ],
      { env: this.screen.env, extraPipes: 2 },
    );
    this.#process = running;
    const [, , , toBrowser, fromBrowser] = running.child.stdio;
    this.#connection = await chromium
      .connectOverCDP(protocolPipe(toBrowser as Writable, fromBrowser as Readable), {
        noDefaults: true,
        isLocal: true,
        timeout: 90_000,
      })
      .catch((cause: unknown) => {
        throw new Error(`the browser did not start: ${running.stderr()}`, { cause });
      });
    owners.set(this.context, this);
    const tab = await until('a tab', () => this.context.pages()[0], { timeout: 90_000 });
    this.#normalContext = await contextIdOf(tab);
    if (this.#isNew) await this.#welcome();
    this.#isNew = false;
  }

  /** The first start of a profile is an installation, which opens a page that comes to the front. */
  async #welcome(): Promise<void> {
    const welcome = await until(
      'the page for new users',
      () => this.context.pages().find((page) => page.url() === `chrome-extension://${this.extensionId}/welcome.html`),
      { timeout: 90_000 },
    );
    if (!this.#options.keepWelcome) await welcome.close();
  }

  /** Ends the browser and its screen, and removes the profile. */
  async close(): Promise<void> {
    await this.#forget();
    await this.#requests?.close();
    if (!isScreen(this.#options.screen)) await this.screen.close();
    await this.#folder.remove();
  }

  async #forget(): Promise<void> {
    const [connection, running] = [this.#connection, this.#process];
    this.#connection = null;
    this.#session = null;
    this.#process = null;
    if (running) await end(running);
    await connection?.close().catch(() => undefined);
  }
}

function isScreen(screen: BrowserOptions['screen']): screen is Screen {
  return screen !== undefined && 'xdotool' in screen;
}

async function contextIdOf(page: Page): Promise<string | undefined> {
  const session = await page.context().newCDPSession(page);
  try {
    return (await session.send('Target.getTargetInfo')).targetInfo.browserContextId;
  } finally {
    await session.detach().catch(() => undefined);
  }
}
