/**
 * Climbs the ladder of `core/model/ladder.ts` until a rung holds: it asks the background for what only a page can read,
 * fetches the rest itself, and looks at what came before it counts as the image.
 */
import { CompressionError } from '../core/errors.ts';
import { uprightSize, type Inspection } from '../core/image/inspection.ts';
import { hostOf, isPrivateHost } from '../core/model/host.ts';
import type { JobId, SourceFacts } from '../core/model/job.ts';
import {
  isShownPicture,
  nextRung,
  whyNotReached,
  type Failure,
  type ReachableImage,
  NOTHING_SEEN,
  type Rung,
  type Seen,
  type Shown,
} from '../core/model/ladder.ts';
import type { ToBackground } from '../core/protocol/messages.ts';
import type { Pace } from '../core/protocol/page-reader.ts';
import type { PageBytes } from '../platform/page-bytes.ts';
import { fetchImage, type FetchOptions, type Fetched } from './fetch-image.ts';
import { Refused, type Inspected } from './inspector.ts';

type Asked = Pick<
  ToBackground,
  'readInPage' | 'measureInPage' | 'stopReadingInPage' | 'addRequestRule' | 'removeRequestRule'
>;

export interface AcquireOptions {
  /** What a page gave comes by it. */
  readonly pageBytes: PageBytes;
  /** Messages to the background, which is woken by them. */
  readonly background: {
    readonly [K in keyof Asked]: (...data: Parameters<Asked[K]>) => Promise<ReturnType<Asked[K]>>;
  };
  readonly fetchImage?: (url: string, options: FetchOptions) => Promise<Fetched>;
  /** ms; see `Pace`. */
  readonly pace?: Pace;
  /** ms for all rungs together. */
  readonly longest?: number;
}

/** 30 s of silence, or of less than a kilobyte: what drips slower never ends. */
const PACE: Pace = { silence: 30_000, leastBytes: 1000 };
/** As long as the toast that says that work goes on. */
const LONGEST = 300_000;

export interface Acquired {
  readonly found: Inspected;
  readonly contentDisposition: string | null;
  /** The page shows the picture. */
  readonly isShown: boolean;
}

/** Reads what bytes are. @throws Refused */
export type Look = (bytes: Uint8Array<ArrayBuffer>) => Promise<Inspected>;

/** What it gives throws Refused when no rung holds. */
export type Acquire = (id: JobId, image: ReachableImage, look: Look, signal: AbortSignal) => Promise<Acquired>;

export function createAcquirer({
  pageBytes,
  background,
  fetchImage: request = fetchImage,
  pace = PACE,
  longest = LONGEST,
}: AcquireOptions): Acquire {
  return async (id, image, look, cancelled) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(tooLong(image.url, longest)), longest);
    const cancel = (): void => stop.abort(new CompressionError('cancelled'));
    cancelled.addEventListener('abort', cancel, { once: true });
    if (cancelled.aborted) cancel();
    const failures: Failure[] = [];
    let seen = NOTHING_SEEN;
    let source: SourceFacts | null = null;
    try {
      for (let rung = nextRung(image, failures, seen); rung; rung = nextRung(image, failures, seen)) {
        try {
          const answer = await tryRung(rung, id, image, stop.signal, (found) => {
            seen = found;
          });
          const { status, contentDisposition } = answer;
          checkAnswer(answer, image);
          const found = await look(answer.bytes).catch((thrown: unknown) => {
            // Words that came with an error's status are the error's.
            if (thrown instanceof Refused && thrown.source === null && !isOk(status)) throw httpStatus(status, image);
            throw thrown;
          });
          if (!seen.exact && !isShownPicture(found.inspection, seen.shown)) {
            const shown = await background.measureInPage({ id });
            seen = { ...seen, exact: true, ...(typeof shown === 'object' && { shown }) };
          }
          checkPicture(found.inspection, status, rung, image, seen.shown);
          stop.signal.throwIfAborted();
          return { found, contentDisposition, isShown: typeof seen.shown === 'object' };
        } catch (thrown) {
          if (thrown instanceof Refused) source = thrown.source;
          const error = thrown instanceof Refused ? CompressionError.fromRecord(thrown.error) : thrown;
          failures.push({
            rung: rung.name,
            error: CompressionError.from(stop.signal.aborted ? stop.signal.reason : error),
          });
        }
      }
      throw new Refused(whyNotReached(image, failures, seen.shown).toRecord(), source, typeof seen.shown === 'object');
    } finally {
      clearTimeout(timer);
      cancelled.removeEventListener('abort', cancel);
    }
  };

  async function tryRung(
    rung: Rung,
    id: JobId,
    image: ReachableImage,
    signal: AbortSignal,
    onSeen: (seen: Seen) => void,
  ): Promise<Fetched> {
    if (signal.aborted) throw signal.reason;
    const accept = await imageAccept();
    if (rung.by !== 'extension') return readInPage(rung, rung.by, id, image, accept, signal, onSeen);
    const credentials = rung.credentials === 'omit' ? 'omit' : 'include';
    const rule = rung.asPage ? await background.addRequestRule({ id }) : null;
    try {
      return await request(image.url, { credentials, accept, pace, signal });
    } finally {
      if (rule !== null) await background.removeRequestRule({ rule });
    }
  }

  async function readInPage(
    { cache, credentials }: Rung,
    by: 'page' | 'worker',
    id: JobId,
    { from }: ReachableImage,
    accept: string,
    signal: AbortSignal,
    onSeen: (seen: Seen) => void,
  ): Promise<Fetched> {
    const over = new AbortController();
    const stopped = new Promise<never>((_, reject) => {
      const stop = (): void => {
        void background.stopReadingInPage({ id }).catch(() => undefined);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true, signal: over.signal });
    });
    const reading = crypto.randomUUID();
    // What was begun with the click is this rung's.
    const begun = by === 'page' && cache === 'force-cache' && from?.begun;
    const awaited = pageBytes.expect(begun ? [begun, reading] : [reading], (by === 'page' && from) || null);
    /** Of what the page says itself, nothing more is to be heard from the background. */
    const byPage = async (): Promise<Fetched> => {
      const { bytes, answer } = await awaited.given;
      if (!answer) return new Promise<never>(() => undefined);
      const { shown, exact, worker, status, disposition: contentDisposition, finalUrl } = answer;
      onSeen({ shown, exact, worker });
      return { bytes, status, contentDisposition, finalUrl };
    };
    const byBackground = async (): Promise<Fetched> => {
      const answer = await background.readInPage({ id, by, reading, cache, credentials, accept, pace });
      const { error, shown, exact, worker, status, contentDisposition, finalUrl } = answer;
      if (by === 'page' && error?.code !== 'page-blocked' && !over.signal.aborted) onSeen({ shown, exact, worker });
      if (error) throw CompressionError.fromRecord(error);
      return { bytes: (await awaited.soon()).bytes, status, contentDisposition, finalUrl };
    };
    try {
      return await Promise.race([byPage(), byBackground(), stopped]);
    } finally {
      over.abort();
      awaited.forget();
    }
  }
}

const isOk = (status: number): boolean => status === 0 || (status >= 200 && status < 300);

function httpStatus(status: number, { url }: ReachableImage): CompressionError {
  return new CompressionError('http-status', { status, host: hostOf(url) });
}

/** @throws CompressionError for what can't be the image: it ends the rung */
function checkAnswer({ bytes, status, finalUrl }: Fetched, image: ReachableImage): void {
  if (isPrivateHost(finalUrl) && !isPrivateHost(image.url) && !isPrivateHost(image.frameUrl))
    throw new CompressionError('private-address', { host: hostOf(finalUrl) });
  if (bytes.length === 0) throw isOk(status) ? new CompressionError('empty-file') : httpStatus(status, image);
}

/** @throws CompressionError for another picture than the one that the page shows */
function checkPicture(inspection: Inspection, status: number, { by }: Rung, image: ReachableImage, shown: Shown): void {
  // A page shows a picture whatever its status; to others the same status may bring a stand-in.
  if (!isOk(status) && by === 'extension' && typeof shown === 'string') throw httpStatus(status, image);
  if (typeof shown === 'string' || isShownPicture(inspection, shown)) return;
  const { width, height } = uprightSize(inspection);
  throw new CompressionError('another-picture', {
    host: hostOf(image.url),
    width,
    height,
    shownWidth: shown.width,
    shownHeight: shown.height,
  });
}

function tooLong(url: string, longest: number): CompressionError {
  return new CompressionError('took-too-long', { host: hostOf(url), minutes: Math.round(longest / 60_000) });
}

let accepted: Promise<string> | null = null;

/**
 * What this browser asks for images with, so that negotiating servers and `Vary: Accept` caches give what the page shows:
 * Chrome 155 added JPEG XL in front (seen in Chromium 156's requests).
 */
function imageAccept(): Promise<string> {
  accepted ??= (async () => {
    const jxl = typeof ImageDecoder === 'function' && (await ImageDecoder.isTypeSupported('image/jxl'));
    return `${jxl ? 'image/jxl,' : ''}image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8`;
  })();
  return accepted;
}
