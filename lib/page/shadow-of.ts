/** An element's shadow root, of either mode where the browser lets an extension see it; never a toast's. */
import { isToast } from './toast-card.ts';

export function shadowOf(element: Element): ShadowRoot | null {
  if (!(element instanceof HTMLElement)) return null;
  const root = chrome.dom?.openOrClosedShadowRoot(element) ?? element.shadowRoot;
  return root && isToast(root) ? null : root;
}
