/** A place of a page that takes dropped files without having an upload field: what it does with the events of a drag tells it. */
import { everyElement, type ShadowOf } from './find-images.ts';

/** The one in focus, what calls itself so, and what the whole page does. */
export function dropPlace(document: Document, shadowOf: ShadowOf): Element | null {
  const { activeElement } = document;
  const named = everyElement(document, shadowOf).filter((element) =>
    /drop|upload/i.test(
      `${element.id} ${element.getAttribute('class') ?? ''} ${element.getAttribute('aria-label') ?? ''}`,
    ),
  );
  const transfer = new DataTransfer();
  transfer.items.add(new File([], 'image.png', { type: 'image/png' }));
  const places = [...(activeElement ? [activeElement] : []), ...named, document.body].slice(0, 200);
  return places.find((element) => takes(element, transfer)) ?? null;
}

/** HTML, 6.11.5: who takes a drop cancels `dragover`, or `dragenter`. */
function takes(element: Element, transfer: DataTransfer): boolean {
  const entered = fire(element, 'dragenter', transfer);
  const over = fire(element, 'dragover', transfer);
  fire(element, 'dragleave', transfer);
  return entered || over;
}

export function dropOn(element: Element | null, transfer: DataTransfer): boolean {
  if (!element) return false;
  fire(element, 'dragenter', transfer);
  fire(element, 'dragover', transfer);
  fire(element, 'drop', transfer);
  return true;
}

/** @returns whether it was cancelled */
function fire(element: Element, type: string, dataTransfer: DataTransfer): boolean {
  const { left, top, width, height } = element.getBoundingClientRect();
  return !element.dispatchEvent(
    new DragEvent(type, {
      bubbles: true,
      cancelable: true,
      composed: true,
      clientX: left + width / 2,
      clientY: top + height / 2,
      dataTransfer,
    }),
  );
}
