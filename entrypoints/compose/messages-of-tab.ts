/** What a popup says first: what came of an image of the tab that it is over, where its page let no toast be seen. */
import { browser } from 'wxt/browser';
import type { NoticeToShow } from '../../components/panel/notices.svelte.ts';
import { notificationAccess } from '../../lib/platform/notifications.ts';
import { translate } from '../../lib/platform/translate.ts';
import type { Stores } from '../../lib/storage/stores.ts';
import { takeMessage } from '../../lib/storage/tab-message.ts';

export async function messagesOfTab({ session, privateWindow }: Stores): Promise<NoticeToShow[]> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  const message = tab?.id === undefined ? null : await takeMessage(session, tab.id);
  if (!message) return [];
  // It is read: the button's mark has done its work.
  await browser.action.setBadgeText({ tabId: tab?.id });
  await browser.action.setTitle({ tabId: tab?.id, title: translate('extension_name') });
  const access = notificationAccess();
  const offers = !privateWindow && !(await access.read());
  return [
    {
      text: message.sentence.split('\n').filter(Boolean).join(translate('sentence_separator')),
      tone: message.isError ? 'error' : 'success',
      actions: offers ? [{ label: translate('panel.notify'), run: () => void access.set(true) }] : [],
    },
  ];
}
