/** What the background and the reader in a page say to each other. All of it is plain data. */
import type { Shown } from '../model/ladder.ts';
import type { DocumentSite } from './document-site.ts';

export type { Shown };

export interface ReadRequest {
  /** Names this reading: it is ended by this. */
  readonly id: string;
  /** Of the port that its bytes go to the engine by: nobody else knows it. */
  readonly port: string;
  /** http(s) or blob. */
  readonly url: string;
  /** That of the document that shows it: no other is asked. */
  readonly site: DocumentSite;
  readonly cache: RequestCache;
  readonly credentials: RequestCredentials;
  /** The page's own for images. */
  readonly accept: string;
  readonly maxBytes: number;
  readonly pace: Pace;
}

/** What the name of such a port begins with; the rest is the reading's. */
export const PORT_PREFIX = 'page-bytes:';

/** bytes: a piece is at least so many, but for the last, and at most twice as many. */
export const PIECE_BYTES = 512 * 1024;

/** What a server is held to while it answers. */
export interface Pace {
  /** ms in which at least `leastBytes` must come. */
  readonly silence: number;
  readonly leastBytes: number;
}

/**
 * refused: no answer that could be read. silent: see `Pace`. too-large: over `maxBytes`. lost: the connection broke in
 * the middle. gone: the page has let go of the blob. cancelled: by `end`. elsewhere: another site's document is there now.
 */
export const READ_FAILURES = ['refused', 'silent', 'too-large', 'lost', 'gone', 'cancelled', 'elsewhere'] as const;
export type ReadFailure = (typeof READ_FAILURES)[number];

export interface ReadAnswer {
  readonly failure: ReadFailure | null;
  readonly shown: Shown;
  /** Whether `shown` is sure; else see `PageReader.measure`. */
  readonly exact: boolean;
  /** A service worker answers the page's requests. */
  readonly worker: boolean;
  /** Bytes that were sent; with `too-large`, those that were seen. */
  readonly size: number;
  /** 0 without an answer. */
  readonly status: number;
  /** At most `LONGEST_DISPOSITION` characters of the header. */
  readonly disposition: string | null;
  /** After redirects; '' without an answer. */
  readonly finalUrl: string;
}

/** Characters. A server may send a `Content-Disposition` of 256 kB (Chromium); a file's name is in far less. */
export const LONGEST_DISPOSITION = 10_000;

export interface PixelAnswer {
  /** Bytes that wait to be taken; 0 when the browser does not let the picture be read. */
  readonly size: number;
  /** Null when it is not to be seen. */
  readonly part: ScreenPart | null;
}

/** CSS px from the corner of the tab's viewport, which is `viewport` wide. */
export interface ScreenPart {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly viewport: number;
}

export interface PageReader {
  /** Sends the bytes to the engine, and after them its answer, which this gives too. */
  read(request: ReadRequest): Promise<ReadAnswer>;
  /** What is shown at the address, in the picture's own pixels; `unknown` in a document of another site. */
  measure(url: string, site: DocumentSite): Promise<Shown>;
  /** A PNG of what is shown at the address, which waits until it is taken; else where it is on the screen. Neither in a document of another site. */
  pixels(id: string, url: string, site: DocumentSite): Promise<PixelAnswer>;
  /** base64 of a slice of that PNG; null when it is not there (any more). */
  slice(id: string, from: number, length: number): Promise<string | null>;
  /** Ends the reading, lets go of its bytes, and with the last one takes the reader away. */
  end(id: string): void;
}

/** The one name that `entrypoints/read-image.ts` sets, in the extension's own world of the page. */
export const READER_NAME = 'compressImageReader';

/**
 * Calls `onStill` once a stream has stood still, or as good as: a byte now and then is no progress. `heard` counts what came.
 */
export function watchPace(
  { silence, leastBytes }: Pace,
  onStill: () => void,
): { heard(bytes: number): void; stop(): void } {
  let timer = setTimeout(onStill, silence);
  let since = 0;
  return {
    heard(bytes) {
      since += bytes;
      if (since < leastBytes) return;
      since = 0;
      clearTimeout(timer);
      timer = setTimeout(onStill, silence);
    },
    stop: () => clearTimeout(timer),
  };
}
