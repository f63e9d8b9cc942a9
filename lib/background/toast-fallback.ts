/**
 * What came of an image where its page lets no toast be seen: at the toolbar button of its tab, in a notification where the
 * person wants that, else in the popup, which opens by itself where it can.
 */
import { browser } from 'wxt/browser';
import type { Tone } from '../core/protocol/toast.ts';
import { notify } from '../platform/notifications.ts';
import type { StorageItems } from '../storage/storage-area.ts';
import { leaveMessage, takeMessage } from '../storage/tab-message.ts';
import type { Badge } from './badge.ts';

export interface ToastFallbackOptions {
  readonly badge: Pick<Badge, 'say' | 'quiet'>;
  readonly session: StorageItems;
  /** Whether the person wants to be shown what happens, beyond the button. */
  readonly wanted: () => Promise<boolean>;
  /** Of a private window nothing is given to the system, which may keep it. */
  readonly privateWindow: boolean;
}

export interface ToastFallback {
  /** @param sentence what a toast says, in lines: its title, and the rest */
  say(tabId: number, sentence: string, tone: Tone): Promise<void>;
  /** Something new has begun in the tab. */
  forget(tabId: number): Promise<void>;
}

export function createToastFallback({ badge, session, wanted, privateWindow }: ToastFallbackOptions): ToastFallback {
  return {
    async say(tabId, sentence, tone) {
      // What comes of the work is said, once: a popup that says that it goes on would be in the way.
      if (tone === 'busy') return;
      const isError = tone === 'error';
      await badge.say(tabId, sentence, isError ? 'error' : 'done');
      await leaveMessage(session, tabId, { sentence, isError });
      if (!(await wanted())) return;
      const [title = '', ...rest] = sentence.split('\n');
      if (!privateWindow && (await notify(tabId, title, rest.join('\n')))) return;
      await openPopupOver(tabId);
    },
    async forget(tabId) {
      if (await takeMessage(session, tabId)) await badge.quiet(tabId);
    },
  };
}

/** Only over the tab that it is about, in front of the person. */
async function openPopupOver(tabId: number): Promise<void> {
  try {
    const { active, windowId } = await browser.tabs.get(tabId);
    // Chrome 127; where it does not open, the button says it.
    if (active) await chrome.action.openPopup({ windowId });
  } catch {
    return;
  }
}
