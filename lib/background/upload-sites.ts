/**
 * The sites on which images are made smaller before they are uploaded: each is the person's own choice, on a list that can be
 * read and shortened in the options. A site is on it only as long as the extension may read it.
 */
import { CompressionError } from '../core/errors.ts';
import { hostOf, hostOfPattern } from '../core/model/host.ts';
import { messageData } from '../core/protocol/messages.ts';
import type { ToastAction, ToastData } from '../core/protocol/toast.ts';
import type { Translate } from '../core/texts/translate.ts';
import { askForHost, hostPattern, mayReadHost } from '../platform/host-permission.ts';
import { watchUploadsIn, watchUploadsOn } from '../platform/upload-watch.ts';
import { MAX_UPLOAD_SITES } from '../storage/settings/schema.ts';
import type { SettingsStore } from '../storage/settings/settings.ts';
import { createTurns } from './turns.ts';

export interface UploadSitesOptions {
  readonly settings: Pick<SettingsStore, 'load' | 'update'>;
  readonly translate: Translate;
  readonly showToast: (tabId: number, toast: ToastData) => Promise<unknown>;
  /** A private window puts no site on a list that stays. */
  readonly privateWindow: boolean;
}

export interface UploadSites {
  /** Must be called in a user gesture. @param url of the frame that the field is in @throws CompressionError */
  turnOn(tabId: number, url: string): Promise<void>;
  turnOff(tabId: number, url: string): Promise<void>;
  /** @param url an address or an origin */
  has(url: string): Promise<boolean>;
  /** Makes the browser do as the list says: call it when that, or what may be read, has changed. */
  reconcile(): Promise<void>;
}

export function createUploadSites({ settings, translate, showToast, privateWindow }: UploadSitesOptions): UploadSites {
  const list = async (): Promise<readonly string[]> => (await settings.load()).uploadSites;

  async function has(url: string): Promise<boolean> {
    const pattern = hostPattern(url);
    return pattern !== null && (await list()).includes(pattern);
  }

  /** Two at once would both find that the browser has no such script yet, and it takes it once. */
  const inTurn = createTurns<'sites'>();

  async function reconcileNow(): Promise<void> {
    if (privateWindow) return;
    const sites = await list();
    const allowed = await Promise.all(sites.map(mayReadHost));
    const gone = sites.filter((_, at) => !allowed[at]);
    if (gone.length > 0)
      await settings.update(({ uploadSites }) => ({ uploadSites: uploadSites.filter((site) => !gone.includes(site)) }));
    await watchUploadsOn(sites.filter((site) => !gone.includes(site)));
  }

  const reconcile = (): Promise<void> => inTurn('sites', reconcileNow);

  const say = (tabId: number, detail: string, ...actions: readonly ToastAction[]): Promise<unknown> =>
    showToast(tabId, { id: crypto.randomUUID(), tone: 'notice', title: translate('extension_name'), detail, actions });

  return {
    has,
    reconcile,
    async turnOn(tabId, url) {
      const pattern = hostPattern(url);
      const host = hostOf(url);
      // Files are of no site.
      if (pattern === null || host === '') throw new CompressionError('page-blocked');
      if (privateWindow) throw new CompressionError('private-choice');
      // Nothing is awaited before: the browser asks within the click alone.
      if (!(await askForHost(url))) throw new CompressionError('permission-refused', { host });
      await settings.update(({ uploadSites }) => ({
        uploadSites: [...uploadSites.filter((site) => site !== pattern), pattern].slice(-MAX_UPLOAD_SITES),
      }));
      await reconcile();
      await watchUploadsIn(tabId, pattern).catch(() => undefined);
      await say(tabId, translate('upload.on', [hostOfPattern(pattern)]), {
        label: translate('upload.turn_off'),
        message: messageData('unwatchUploads', { tabId, url }),
      });
    },
    async turnOff(tabId, url) {
      const pattern = hostPattern(url);
      await settings.update(({ uploadSites }) => ({ uploadSites: uploadSites.filter((site) => site !== pattern) }));
      await reconcile();
      await say(tabId, translate('upload.off', [hostOf(url)]));
    },
  };
}
