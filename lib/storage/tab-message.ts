/** What there is to say of an image of a tab that lets no toast be seen, until somebody looks. In memory. */
import type { StorageItems } from './storage-area.ts';

export interface TabMessage {
  readonly sentence: string;
  readonly isError: boolean;
}

export const MESSAGE_KEY_PREFIX = 'message:';

/** The last one counts. */
export async function leaveMessage(area: StorageItems, tabId: number, message: TabMessage): Promise<void> {
  await area.set({ [MESSAGE_KEY_PREFIX + tabId]: message });
}

/** Once. */
export async function takeMessage(area: StorageItems, tabId: number): Promise<TabMessage | null> {
  const key = MESSAGE_KEY_PREFIX + tabId;
  const message = (await area.get(key))[key] as TabMessage | undefined;
  if (!message) return null;
  await area.remove(key);
  return message;
}
