/** What the engine needs of the background while it acquires an image: where it is, a page's reading, and request rules. */
import { CompressionError } from '../core/errors.ts';
import { MAX_FILE_BYTES } from '../core/image/limits.ts';
import { locationOf, sameOrigin } from '../core/model/host.ts';
import { vaultId, type AsShown, type Job, type JobId, type Origin } from '../core/model/job.ts';
import type { HostAccess, ReachableImage, Shown } from '../core/model/ladder.ts';
import type { PageReadAnswer, PageReadRequest } from '../core/protocol/messages.ts';
import { isClosedFile, mayReadHost } from '../platform/host-permission.ts';
import type { JobStore } from '../storage/job-store.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { measureInPage, readInPage, stopReading, type PageReading } from './page-reading.ts';
import { createReadAhead } from './read-ahead.ts';
import { shownPixels } from './shown-pixels.ts';
import { readThroughWorker } from './worker-reading.ts';
import { addRequestRule, removeRequestRule } from './request-rules.ts';
import type { StorageItems } from '../storage/storage-area.ts';

export interface Acquisition {
  /** Where a job's image is to be had; null when its Source is held already. @throws CompressionError `source-gone`, `file-access` */
  imageOf(job: Job): Promise<ReachableImage | null>;
  /** Begins to read what the engine will ask for first; what was begun of another address is given up instead. */
  readAhead(id: JobId, origin: Origin & { kind: 'page' }): void;
  /** Of an image that becomes no job. */
  dropReading(id: JobId, origin: Origin & { kind: 'page' }): void;
  /** Its bytes go to the engine. */
  readInPage(request: PageReadRequest): Promise<PageReadAnswer>;
  measureInPage(id: JobId): Promise<Shown>;
  /** Puts what the page shows of the job's image into the vault as its Source. @throws CompressionError `page-blocked`, `not-in-view` */
  takeShown(id: JobId): Promise<AsShown>;
  stopReadingInPage(id: JobId): Promise<void>;
  /** The id of the rule, or null where the browser takes none. */
  addRequestRule(id: JobId): Promise<number | null>;
  removeRequestRule(rule: number): Promise<void>;
}

export function createAcquisition(
  store: Pick<JobStore, 'get'>,
  vault: Pick<Vault, 'has' | 'put'>,
  session: StorageItems,
  send: (reading: string, bytes: Uint8Array<ArrayBuffer>) => void,
): Acquisition {
  const ahead = createReadAhead(session);

  async function pageOrigin(id: JobId): Promise<Origin & { kind: 'page' }> {
    const origin = (await store.get(id))?.origin;
    if (origin?.kind !== 'page') throw new CompressionError('item-gone');
    return origin;
  }

  function drop(id: JobId, origin: Origin & { kind: 'page' }): void {
    ahead.drop(id);
    void stopReading(origin, aheadOf(id));
  }

  return {
    async imageOf(job) {
      if (job.origin.kind !== 'page' && job.origin.kind !== 'url') return null;
      const { url } = job.origin;
      const [isHeld, isClosed, mayRead] = await Promise.all([
        vault.has(vaultId(job.id, 'source')),
        isClosedFile(url),
        mayReadHost(url),
      ]);
      if (isHeld) return null;
      // Its bytes came with it, or by the person's word, and are gone.
      if (/^data:/i.test(url) || job.asShown) throw new CompressionError('source-gone');
      if (isClosed) throw new CompressionError('file-access');
      if (job.origin.kind === 'url') return { url, frameUrl: '', inPage: false, access: mayRead ? 'host' : 'none' };
      const access = mayRead ? 'host' : accessByTab(job.origin);
      const { tabId, frameId } = job.origin;
      const begun = ahead.urlOf(job.id) === url ? ahead.portOf(job.id) : null;
      return { url, frameUrl: frameUrlOf(job.origin), inPage: true, access, from: { tabId, frameId, begun } };
    },
    readAhead(id, origin) {
      const { url } = origin;
      const before = ahead.urlOf(id);
      if (before === url) return;
      if (before !== null) drop(id, origin);
      else if (/^(https?|blob):/i.test(url)) {
        const port = crypto.randomUUID();
        const rest = { id: aheadOf(id), port, url, maxBytes: MAX_FILE_BYTES };
        ahead.begin(id, url, port, (asked) => readInPage(origin, { ...asked, ...rest }));
      }
    },
    dropReading(id, origin) {
      if (ahead.urlOf(id) !== null) drop(id, origin);
    },
    async readInPage(request) {
      const { id, by, reading: port, cache, credentials, accept, pace } = request;
      const origin = await pageOrigin(id);
      const asked = { id, port, url: origin.url, cache, credentials, accept, pace, maxBytes: MAX_FILE_BYTES };
      const throughWorker = async (): Promise<PageReading> => {
        const { bytes, ...facts } = await readThroughWorker(origin, asked);
        if (bytes) send(port, bytes);
        return facts;
      };
      const reading =
        by === 'worker'
          ? await throughWorker()
          : ((await ahead.take(request, origin.url)) ?? (await readInPage(origin, asked)));
      const { error, shown, exact, worker, status, disposition: contentDisposition, finalUrl } = reading;
      return { error: error?.toRecord() ?? null, shown, exact, worker, status, contentDisposition, finalUrl };
    },
    async measureInPage(id) {
      const origin = await pageOrigin(id);
      return measureInPage(origin, origin.url);
    },
    async takeShown(id) {
      const origin = await pageOrigin(id);
      if ((await store.get(id))?.state !== 'failed') throw new CompressionError('item-gone');
      const { bytes, from } = await shownPixels(origin, id, origin.url);
      await vault.put({ id: vaultId(id, 'source'), jobId: id, part: 'source', format: 'png', why: 'working' }, bytes);
      return from;
    },
    async stopReadingInPage(id) {
      const origin = await pageOrigin(id);
      await Promise.all([stopReading(origin, id), stopReading(origin, aheadOf(id))]);
    },
    async addRequestRule(id) {
      const origin = await pageOrigin(id);
      return addRequestRule(origin.url, frameUrlOf(origin)).catch(() => null);
    },
    removeRequestRule,
  };
}

/** The page's name for a reading that was begun with the click, which is another than that of one that is asked for later. */
const aheadOf = (id: JobId): string => `${id}-ahead`;

/** The tab's own origin is readable while activeTab is granted, other hosts once they are allowed. */
function accessByTab({ url, pageUrl }: Origin & { kind: 'page' }): HostAccess {
  return sameOrigin(url, pageUrl) ? 'tab' : 'none';
}

/** A frame without an address of its own (`about:srcdoc`) sends that of the page around it. */
function frameUrlOf({ frameUrl = '', pageUrl }: Origin & { kind: 'page' }): string {
  return locationOf(frameUrl) ? frameUrl : pageUrl;
}
