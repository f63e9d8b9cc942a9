/**
 * Numbers that stand for elements of this document in answers to the background. None is given twice, so that one of an
 * earlier answer never comes to mean another image, nor one of the document that was in the frame before: each document begins
 * somewhere else. What is known of an element is held weakly: nothing of the page is kept for an answer that nobody asks for.
 */

/** References stay below 10,000,000, which is what an answer may have. */
const FIRST_BELOW = 9_000_000;

export function firstReference(): number {
  return Math.floor(Math.random() * FIRST_BELOW);
}

export interface References<Facts extends object> {
  add(element: Element, facts: Facts): number;
  /** Null when the element is no longer there, or was never given such a number here. */
  find(reference: number): (Facts & { readonly element: Element }) | null;
}

export function createReferences<Facts extends object>(first = firstReference()): References<Facts> {
  const known: { readonly element: WeakRef<Element>; readonly facts: Facts }[] = [];
  return {
    add(element, facts) {
      known.push({ element: new WeakRef(element), facts });
      return first + known.length - 1;
    },
    find(reference) {
      const one = known[reference - first];
      const element = one?.element.deref();
      return one && element ? { ...one.facts, element } : null;
    },
  };
}
