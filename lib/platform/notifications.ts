/** The system's notifications, for which a person may give the permission. It is the whole of that choice. */
import { browser } from 'wxt/browser';
import { watchPermissions } from './watch-permissions.ts';

const PERMISSION = { permissions: ['notifications'] as ['notifications'] };
/** Before the tab that a notification is about. */
const OF_TAB = 'tab:';

export interface NotificationAccess {
  read(): Promise<boolean>;
  /** Must be called in a click: to switch it on, the browser asks. */
  set(on: boolean): Promise<void>;
  watch(changed: () => void): () => void;
}

export function notificationAccess(): NotificationAccess {
  const { permissions } = browser;
  return {
    read: () => permissions.contains(PERMISSION),
    async set(on) {
      // A browser that has none refuses.
      await (on ? permissions.request(PERMISSION) : permissions.remove(PERMISSION)).catch(() => undefined);
    },
    watch: watchPermissions,
  };
}

/** Without the permission the browser has no such API at all. */
function api(): typeof chrome.notifications | undefined {
  return (chrome as Partial<Pick<typeof chrome, 'notifications'>>).notifications;
}

/** @returns whether it was shown */
export async function notify(tabId: number, title: string, message: string): Promise<boolean> {
  if (!(await browser.permissions.contains(PERMISSION))) return false;
  try {
    await api()?.create(OF_TAB + tabId, {
      type: 'basic',
      iconUrl: browser.runtime.getURL('/icons/128.png'),
      title,
      message,
    });
    return api() !== undefined;
  } catch {
    return false;
  }
}

/**
 * Brings the tab of a notification that is clicked to the front, of one that is allowed later too. Call it before anything is
 * awaited.
 */
export function followNotifications(): void {
  // A browser that has the listener already keeps one.
  const follow = (): void => api()?.onClicked.addListener(clicked);
  follow();
  browser.permissions.onAdded.addListener(follow);
}

function clicked(id: string): void {
  void api()?.clear(id);
  void toFront(Number(id.slice(OF_TAB.length))).catch(() => undefined);
}

async function toFront(tabId: number): Promise<void> {
  const tab = await browser.tabs.update(tabId, { active: true });
  if (tab?.windowId !== undefined) await browser.windows.update(tab.windowId, { focused: true });
}
