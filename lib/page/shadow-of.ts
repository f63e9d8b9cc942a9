/** An element's shadow root, of either mode where the browser lets an extension see it; never a toast's. */
export function shadowOf(element: Element): ShadowRoot | null {
  if (!(element instanceof HTMLElement)) return null;
  const root = rootOf(element);
  return root && isToast(root) ? null : root;
}

function rootOf(element: HTMLElement): ShadowRoot | null {
  try {
    return chrome.dom?.openOrClosedShadowRoot(element) ?? element.shadowRoot;
  } catch {
    // The extension has ended, and left this script alone in the page.
    return element.shadowRoot;
  }
}

/** Whether it is a toast's: not a part of the page. */
function isToast(root: ShadowRoot): boolean {
  return root.mode === 'closed' && root.querySelector('.stack > .card > .glyph') !== null;
}
