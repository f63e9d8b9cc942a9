/**
 * The first reading of an image by its page, begun with the click: before its job is written down, the engine asked, and a
 * toast drawn by the same page.
 */
import type { JobId } from '../core/model/job.ts';
import type { PageReadRequest } from '../core/protocol/messages.ts';
import type { PageReading } from './page-reading.ts';

type Asked = Pick<PageReadRequest, 'cache' | 'credentials' | 'accept' | 'pace'>;

export interface ReadAhead {
  /** Does nothing until it is known what the engine asks for first. */
  begin(id: JobId, read: (asked: Asked) => Promise<PageReading>): void;
  /** The reading that has begun as it is asked for now, once; null where there is none. */
  take(request: PageReadRequest): Promise<PageReading> | null;
}

/** ms that an answer waits to be asked for. */
const WAITS = 30_000;

export function createReadAhead(): ReadAhead {
  /** A cache: without it the engine's word is waited for. */
  let first: Asked | null = null;
  const begun = new Map<JobId, Promise<PageReading>>();

  return {
    begin(id, read) {
      if (!first) return;
      begun.set(id, read(first));
      setTimeout(() => begun.delete(id), WAITS);
    },
    take({ id, by, cache, credentials, accept, pace }) {
      if (by !== 'page' || cache !== 'force-cache') return null;
      first = { cache, credentials, accept, pace };
      const reading = begun.get(id) ?? null;
      begun.delete(id);
      return reading;
    },
  };
}
