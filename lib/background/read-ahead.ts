/**
 * The first reading of an image by its page, begun with the click: before its job is written down, the engine asked, and a
 * toast drawn by the same page.
 */
import type { JobId } from '../core/model/job.ts';
import type { PageReadRequest } from '../core/protocol/messages.ts';
import type { PageReading } from './page-reading.ts';
import type { StorageItems } from '../storage/storage-area.ts';

type Asked = Pick<PageReadRequest, 'cache' | 'credentials' | 'accept' | 'pace'>;

export interface ReadAhead {
  /** Reads nothing until it is known what the engine asks for first. @param port see `ReadRequest` */
  begin(id: JobId, url: string, port: string, read: (asked: Asked) => Promise<PageReading>): void;
  /** The address of the reading that has begun. */
  urlOf(id: JobId): string | null;
  /** The port that its bytes come by; null where none has begun. */
  portOf(id: JobId): string | null;
  /** The reading that has begun as it is asked for now, once; null where there is none. */
  take(request: PageReadRequest, url: string): Promise<PageReading | null>;
  drop(id: JobId): void;
}

interface Begun {
  readonly url: string;
  readonly port: string;
  readonly asked: Promise<Asked | null>;
  readonly reading: Promise<PageReading | null>;
  dropped: boolean;
}

const KEY = 'firstReading';
/** ms that an answer waits to be asked for. */
const WAITS = 30_000;

export function createReadAhead(area: Omit<StorageItems, 'remove'>): ReadAhead {
  let first: Asked | null = null;
  const begun = new Map<JobId, Begun>();

  /** As the engine asked last in this session. */
  async function known(): Promise<Asked | null> {
    const stored = first ? null : await area.get(KEY).catch(() => null);
    return (first ??= (stored?.[KEY] as Asked | undefined) ?? null);
  }

  async function learn(asked: Asked): Promise<void> {
    const before = await known();
    first = asked;
    if (!before || !isSame(before, asked)) await area.set({ [KEY]: asked });
  }

  return {
    begin(id, url, port, read) {
      const asked = known();
      const reading = asked.then((how) => (how && !mine.dropped ? read(how) : null));
      const mine: Begun = { url, port, asked, reading, dropped: false };
      begun.set(id, mine);
      setTimeout(() => begun.delete(id), WAITS);
      // Told by whoever takes it.
      void reading.catch(() => undefined);
    },
    urlOf: (id) => begun.get(id)?.url ?? null,
    portOf: (id) => begun.get(id)?.port ?? null,
    async take({ id, by, cache, credentials, accept, pace }, url) {
      if (by !== 'page' || cache !== 'force-cache') return null;
      const wanted = { cache, credentials, accept, pace };
      const mine = begun.get(id);
      begun.delete(id);
      void learn(wanted).catch(() => undefined);
      if (mine?.url !== url) return null;
      const asked = await mine.asked;
      return asked && isSame(asked, wanted) ? mine.reading : null;
    },
    drop(id) {
      const mine = begun.get(id);
      if (mine) mine.dropped = true;
      begun.delete(id);
    },
  };
}

function isSame(one: Asked, other: Asked): boolean {
  return (
    one.cache === other.cache &&
    one.credentials === other.credentials &&
    one.accept === other.accept &&
    one.pace.silence === other.pace.silence &&
    one.pace.leastBytes === other.pace.leastBytes
  );
}
