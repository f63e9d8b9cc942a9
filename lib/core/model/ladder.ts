/**
 * The ways to an image's bytes, as data, in the order in which they are tried. The first ones ask as the page itself
 * asks, so that what is shown is what is saved and a server hears nothing new; each reason that a rung did not hold is
 * kept, and the one that tells a person most is said in the end. Nothing here makes a request.
 */
import { CompressionError, type ErrorCode } from '../errors.ts';
import { uprightSize, type Inspection } from '../image/inspection.ts';
import { hostOf, isFile, isPrivateHost, locationOf, sameOrigin, siteName } from './host.ts';

export type RungName = 'page' | 'file' | 'page-worker' | 'page-anew' | 'page-cookies' | 'as-page' | 'cookies' | 'bare';

export interface Rung {
  readonly name: RungName;
  /**
   * page: a script of ours in the image's own frame. worker: the same in the page's own world, whose requests alone go
   * through the page's service worker (Chromium lets those of isolated worlds pass it by). extension: the engine, with what
   * the extension may read.
   */
  readonly by: 'page' | 'worker' | 'extension';
  readonly cache: 'force-cache' | 'no-cache' | 'default';
  readonly credentials: 'same-origin' | 'include' | 'omit';
  /** With the Referer and the Sec-Fetch headers of the page's own request, by a rule for this one request. */
  readonly asPage: boolean;
  readonly tryIf: (image: ReachableImage, failures: readonly Failure[], seen: Seen) => boolean;
}

/** What the extension may read of the image's host: all of it, what activeTab lets it while the tab stays, or what all may. */
export type HostAccess = 'host' | 'tab' | 'none';

/** The frame that shows an image. */
export interface ReadingFrame {
  readonly tabId: number;
  readonly frameId: number;
  /** The port of the reading that has begun with the click; null where none has. */
  readonly begun: string | null;
}

export interface ReachableImage {
  /** http(s) or blob. */
  readonly url: string;
  /** Of the document that shows it; '' where no page does. */
  readonly frameUrl: string;
  /** There is a tab to ask. */
  readonly inPage: boolean;
  /** Where what that gives comes from. */
  readonly from?: ReadingFrame;
  readonly access: HostAccess;
}

/** What the page shows at the address: its size in pixels, `broken` for nothing, `unknown` where no element was found. */
export type Shown = { readonly width: number; readonly height: number } | 'broken' | 'unknown';

/** What the first rung saw of the page. */
export interface Seen {
  readonly shown: Shown;
  /** Whether the size is sure: a picture for a screen of high density may say that it has fewer pixels than it has. */
  readonly exact: boolean;
  /** A service worker answers the page's requests. */
  readonly worker: boolean;
}

export const NOTHING_SEEN: Seen = { shown: 'unknown', exact: true, worker: false };

export interface Failure {
  readonly rung: RungName;
  readonly error: CompressionError;
}

/** No answer that could be read: the host is not there, or does not let itself be read, or the connection broke. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unreachable', 'page-blocked', 'connection-lost']);

/** The same image, or the same person's word, would end every other rung too. */
const ENDS_ALL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'cancelled',
  'timed-out',
  'took-too-long',
  'file-too-large',
  'too-many-pixels',
  'too-much-memory',
  'unsupported-format',
  'unsupported-variant',
  'vault-full',
  'item-gone',
  'source-gone',
]);

const isHttp = ({ url }: ReachableImage): boolean => /^https?:/i.test(url);
const isElsewhere = ({ url, frameUrl }: ReachableImage): boolean =>
  isHttp({ url } as ReachableImage) && !sameOrigin(url, frameUrl);
const last = (failures: readonly Failure[]): ErrorCode | undefined => failures.at(-1)?.error.code;
const isRefused = (failures: readonly Failure[]): boolean => failures.some(({ error }) => error.code === 'unreachable');
const wasRead = (failures: readonly Failure[]): boolean => failures.some(({ error }) => !UNREADABLE.has(error.code));
/** A page elsewhere gets nothing from the person's own network through us. */
const isOpen = ({ url, frameUrl }: ReachableImage): boolean => !isPrivateHost(url) || isPrivateHost(frameUrl);

const RUNGS: readonly Rung[] = [
  {
    // Mostly without a request: from the cache, the page's service worker, or the page's memory.
    name: 'page',
    by: 'page',
    cache: 'force-cache',
    credentials: 'same-origin',
    asPage: false,
    // Of a file: page that lets scripts in, it sees at least what is shown.
    tryIf: ({ inPage, url }) => inPage && /^(https?|blob|file):/i.test(url),
  },
  {
    // No script of a page reads a file beside it (measured in Chromium 156), and the extension does once it may.
    name: 'file',
    by: 'extension',
    cache: 'default',
    credentials: 'omit',
    asPage: false,
    // A page elsewhere gets nothing from the person's disk through us.
    tryIf: ({ url, frameUrl, access }) => isFile(url) && isFile(frameUrl) && access === 'host',
  },
  {
    // The page's own code may have changed `fetch` and sees the request, so it comes only after the cleaner way.
    name: 'page-worker',
    by: 'worker',
    cache: 'force-cache',
    credentials: 'same-origin',
    asPage: false,
    tryIf: (image, _failures, { worker }) => image.inPage && isHttp(image) && worker,
  },
  {
    // What the cache holds was asked for without an Origin, and many servers say only then who may read it.
    name: 'page-anew',
    by: 'page',
    cache: 'no-cache',
    credentials: 'same-origin',
    asPage: false,
    tryIf: (image, failures) => image.access !== 'host' && isElsewhere(image) && isRefused(failures),
  },
  {
    name: 'page-cookies',
    by: 'page',
    cache: 'no-cache',
    credentials: 'include',
    asPage: false,
    tryIf: (image, failures) => image.access !== 'host' && isElsewhere(image) && wasRead(failures),
  },
  {
    name: 'as-page',
    by: 'extension',
    cache: 'default',
    credentials: 'include',
    asPage: true,
    tryIf: (image) => isHttp(image) && isOpen(image) && image.access === 'host' && locationOf(image.frameUrl) !== null,
  },
  {
    name: 'cookies',
    by: 'extension',
    cache: 'default',
    credentials: 'include',
    asPage: false,
    tryIf: (image, failures) =>
      isHttp(image) &&
      isOpen(image) &&
      image.access !== 'none' &&
      (failures.at(-1)?.rung !== 'as-page' || !UNREADABLE.has(failures.at(-1)?.error.code ?? 'internal')),
  },
  {
    // Where the image's host sends on to one that lets everybody read, but nobody's cookies. Without a permission it
    // tells the host of the extension (`Origin`), so it is tried only where the page could not be asked.
    name: 'bare',
    by: 'extension',
    cache: 'default',
    credentials: 'omit',
    asPage: false,
    tryIf: (image, failures) =>
      isHttp(image) &&
      isOpen(image) &&
      (image.access === 'none'
        ? failures.every(({ error }) => error.code === 'page-blocked')
        : UNREADABLE.has(last(failures) ?? 'unreachable')),
  },
];

/** The rung to try next, or null when the ladder has ended. */
export function nextRung(image: ReachableImage, failures: readonly Failure[], seen: Seen): Rung | null {
  if (ENDS_ALL.has(last(failures) ?? 'internal')) return null;
  const after = RUNGS.findIndex(({ name }) => name === failures.at(-1)?.rung);
  return RUNGS.slice(after + 1).find(({ tryIf }) => tryIf(image, failures, seen)) ?? null;
}

/** From what tells a person least to what tells most. */
const TELLING: readonly ErrorCode[] = [
  'page-blocked',
  'unreachable',
  'connection-lost',
  'empty-file',
  'not-an-image',
  'html-instead',
  'http-status',
  'private-address',
  'corrupt',
  'truncated',
  'another-picture',
];

/** Why no rung held, as a person is told. */
export function whyNotReached(image: ReachableImage, failures: readonly Failure[], shown: Shown): CompressionError {
  const host = hostOf(image.url);
  const end = failures.at(-1)?.error;
  if (end && ENDS_ALL.has(end.code)) return end;
  const isBlob = /^blob:/i.test(image.url);
  const blocked = failures.every(({ error }) => error.code === 'page-blocked');
  if (isBlob) {
    // Another site's frame, or one that is shut off by `sandbox`, lets no script in before its host is allowed.
    const owner = host || hostOf(image.frameUrl);
    const isForeign = image.inPage && blocked && owner !== '' && image.access === 'none';
    return isForeign
      ? new CompressionError('needs-permission', { host: owner })
      : (end ?? new CompressionError('blob-gone'));
  }
  if (isFile(image.url) && isFile(image.frameUrl) && image.access !== 'host')
    return new CompressionError('needs-permission', { host: siteName(image.url) });
  if (!isHttp(image))
    return failures.find(({ rung }) => rung === 'file')?.error ?? new CompressionError('page-blocked');
  if (!isOpen(image) && !wasRead(failures)) return new CompressionError('private-address', { host });
  if (image.access === 'none' && shown !== 'broken' && (isRefused(failures) || blocked) && !wasRead(failures))
    return new CompressionError('needs-permission', { host });
  // The page shows it and the first host may be read, yet the browser says only "failed": a second host is in between.
  if (image.access !== 'none' && typeof shown === 'object' && isRefused(failures) && !wasRead(failures))
    return new CompressionError('redirected', { host });
  const lost = failures.find(({ error }) => error.code === 'connection-lost')?.error;
  if (lost && !wasRead(failures)) return lost;
  if (shown === 'broken' && !wasRead(failures)) return new CompressionError('not-shown', { host });
  const best = [...failures].sort((one, two) => TELLING.indexOf(two.error.code) - TELLING.indexOf(one.error.code))[0];
  return best?.error ?? new CompressionError('page-blocked');
}

/**
 * Whether what came back is the picture that the page shows: as large, once turned upright. Drawings and icons have
 * more than one size and always are.
 */
export function isShownPicture(
  image: Pick<Inspection, 'format' | 'width' | 'height' | 'orientation'>,
  shown: Shown,
): boolean {
  if (typeof shown === 'string' || image.format === 'svg' || image.format === 'ico') return true;
  const { width, height } = uprightSize(image);
  // A page may switch turning off (`image-orientation: none`).
  return (width === shown.width && height === shown.height) || (width === shown.height && height === shown.width);
}
