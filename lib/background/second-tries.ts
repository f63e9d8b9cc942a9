/** What failed for want of a file or of a permission, tried again by the person's word from a toast. */
import { browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import { hostOf, siteName } from '../core/model/host.ts';
import { permissionUrl, type AsShown, type JobId } from '../core/model/job.ts';
import { askForAllHosts, askForHost, forbidHost, hostPattern, mayReadHost } from '../platform/host-permission.ts';
import type { JobReader } from '../storage/job-store.ts';
import type { HostQuestions } from './host-questions.ts';
import type { JobController } from './job-controller.ts';
import type { PageJobs } from './page-jobs.ts';

export interface SecondTriesOptions {
  readonly controller: Pick<JobController, 'retry' | 'fail'>;
  readonly jobs: Pick<JobReader, 'get'>;
  readonly ready: Promise<unknown>;
  readonly questions: Pick<HostQuestions, 'answered' | 'wasOffered'>;
  readonly takeShown: (id: JobId) => Promise<AsShown>;
  readonly pageJobs: Pick<PageJobs, 'lookForImage' | 'frameClosed'>;
}

export interface SecondTries {
  /** The pixels that the page shows, in place of the file that could not be had. */
  saveAsShown(id: JobId): Promise<void>;
  /** These three must be called in a user gesture. */
  /** @param url a word of the page's: only the host that the job's record names stays allowed */
  allowAndRetry(id: JobId, url: string): Promise<void>;
  allowAllAndRetry(id: JobId): Promise<void>;
  /**
   * Once the host is allowed, looks for the image in view again.
   * @param url a word of the page's: a host that was not offered there does not stay allowed
   */
  allowAndLook(tabId: number, url: string): Promise<void>;
}

export function createSecondTries({
  controller,
  jobs,
  ready,
  questions,
  takeShown,
  pageJobs,
}: SecondTriesOptions): SecondTries {
  return {
    async saveAsShown(id) {
      await ready;
      try {
        const asShown = await takeShown(id);
        await controller.retry(id, null, { asShown });
      } catch (thrown) {
        await controller.fail(id, CompressionError.from(thrown).toRecord());
      }
    },
    async allowAndRetry(id, url) {
      // Chrome asks within the click alone, which is over once the record has been read.
      const wasAllowed = mayReadHost(url);
      const asked = askForHost(url);
      await ready;
      const origin = (await jobs.get(id))?.origin;
      const allowed = await asked;
      const host = siteName(url);
      if (origin?.kind !== 'page' || hostPattern(permissionUrl(origin)) !== hostPattern(url)) {
        if (allowed && !(await wasAllowed)) await forbidHost(url);
        return;
      }
      await questions.answered(host, allowed);
      if (allowed) await controller.retry(id, null);
      else await controller.fail(id, new CompressionError('permission-refused', { host }).toRecord());
    },
    async allowAllAndRetry(id) {
      const allowed = await askForAllHosts();
      await ready;
      if (allowed) await controller.retry(id, null);
    },
    async allowAndLook(tabId, url) {
      const wasAllowed = mayReadHost(url);
      const allowed = await askForHost(url);
      await ready;
      if (!(await questions.wasOffered(tabId, hostPattern(url)))) {
        if (allowed && !(await wasAllowed)) await forbidHost(url);
        return;
      }
      await questions.answered(hostOf(url), allowed);
      if (allowed) await pageJobs.lookForImage(await browser.tabs.get(tabId));
      else await pageJobs.frameClosed(tabId, url, 'permission-refused');
    },
  };
}
