/** An element's shadow root, of either mode where the browser lets an extension see it; never a toast's. */

export function shadowOf(element: Element): ShadowRoot | null {
  if (!(element instanceof HTMLElement)) return null;
  const root = chrome.dom?.openOrClosedShadowRoot(element) ?? element.shadowRoot;
  return root && isToast(root) ? null : root;
}

/** Whether it is a toast's: not a part of the page. */
function isToast(root: ShadowRoot): boolean {
  return root.mode === 'closed' && root.querySelector('.stack > .card > .glyph') !== null;
}
