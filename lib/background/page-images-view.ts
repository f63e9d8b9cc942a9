/** Opening the view of all images of a tab, beside it. */
import { browser, type Browser } from 'wxt/browser';

/** The address says which tab; what the view may read there is what the click on the menu or the keys have opened. */
export async function openPageImages({ id, index }: Browser.tabs.Tab): Promise<void> {
  if (id === undefined) return;
  const url = `${browser.runtime.getURL('/')}workspace.html#page=${id}`;
  await browser.tabs.create({ url, index: index + 1, openerTabId: id });
}
