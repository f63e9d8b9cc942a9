/**
 * The modal dialog that is open in a document: all outside of it is inert. One in a shadow tree is in no list of the document's,
 * and to look through all shadow trees takes a while: what has the focus is in it, and what is under a point of the page.
 */
import type { ShadowOf } from './find-images.ts';

const MODAL = 'dialog:modal';

export function openModal(document: Document, shadowOf: ShadowOf): Element | null {
  const { innerWidth = 0, innerHeight = 0 } = document.defaultView ?? {};
  return (
    modalAround(
      deepest(document, shadowOf, (root) => root.activeElement),
      shadowOf,
    ) ??
    modalAround(
      // Its backdrop counts as the dialog, wherever the dialog is.
      deepest(document, shadowOf, (root) => root.elementFromPoint(innerWidth / 2, innerHeight / 2)),
      shadowOf,
    ) ??
    lastModal(document)
  );
}

function lastModal(root: Document | ShadowRoot): Element | null {
  return [...root.querySelectorAll(MODAL)].at(-1) ?? null;
}

/** Through the shadow trees. */
function deepest(
  document: Document,
  shadowOf: ShadowOf,
  find: (root: DocumentOrShadowRoot) => Element | null,
): Element | null {
  let found = find(document);
  for (let at = found; at;) {
    const root = shadowOf(at);
    const inside = root && find(root);
    // A root answers with what is outside of it, too.
    at = inside && inside !== at && root.contains(inside) ? inside : null;
    found = at ?? found;
  }
  return found;
}

/** What is put into a slot is shown within the dialog of its parent's shadow tree. */
function modalAround(element: Element | null, shadowOf: ShadowOf): Element | null {
  for (let at = element; at;) {
    if (at.matches(MODAL)) return at;
    const shadow = shadowOf(at);
    const inside = shadow && lastModal(shadow);
    if (inside) return inside;
    const parent: ParentNode | null = at.parentNode;
    at = parent instanceof ShadowRoot ? parent.host : at.parentElement;
  }
  return null;
}
