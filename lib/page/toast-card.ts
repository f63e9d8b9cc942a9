/** One toast's elements. Made node by node: a page's Trusted Types forbid innerHTML, its CSP style attributes. */
import { GLYPHS, isTrack } from '../core/protocol/glyphs.ts';
import type { ToastData, ToastWords } from '../core/protocol/toast.ts';

export interface ToastCard {
  readonly element: HTMLElement;
  update(toast: ToastData): void;
}

export interface CardEvents {
  onClose(): void;
  onAction(message: unknown): void;
}

const HTML = 'http://www.w3.org/1999/xhtml';
const SVG = 'http://www.w3.org/2000/svg';

export function createCard(document: Document, words: ToastWords, events: CardEvents): ToastCard {
  const card = htmlElement(document, 'div', 'card');
  const glyph = svgElement(document, 'svg', { class: 'glyph', viewBox: '0 0 20 20', 'aria-hidden': 'true' });
  const text = htmlElement(document, 'div', 'words');
  const title = htmlElement(document, 'div', 'title');
  const detail = htmlElement(document, 'div', 'detail');
  // A name in Hebrew keeps its own direction in an English toast.
  const name = htmlElement(document, 'bdi', '');
  title.append(name);
  text.append(title, detail);
  card.setAttribute('role', 'group');
  card.append(glyph, text, closeButton(document, words, events));

  let action: HTMLElement | null = null;
  return {
    element: card,
    update(toast) {
      if (card.dataset['tone'] !== toast.tone) {
        card.dataset['tone'] = toast.tone;
        glyph.replaceChildren(
          ...GLYPHS[toast.tone].map((d, index) =>
            svgElement(document, 'path', isTrack(toast.tone, index) ? { d, class: 'track' } : { d }),
          ),
        );
      }
      name.textContent = toast.title;
      title.title = toast.title;
      detail.textContent = toast.detail;
      card.setAttribute('aria-label', toast.title);
      action?.remove();
      action = toast.action ? actionButton(document, toast.action, events) : null;
      if (action) text.append(action);
    },
  };
}

export function htmlElement(document: Document, name: string, className: string): HTMLElement {
  // In an SVG or XML document `createElement` makes elements of no namespace.
  const element = document.createElementNS(HTML, name) as HTMLElement;
  if (className !== '') element.className = className;
  return element;
}

function svgElement(document: Document, name: string, attributes: Readonly<Record<string, string>>): Element {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function closeButton(document: Document, words: ToastWords, events: CardEvents): HTMLElement {
  const button = htmlElement(document, 'button', 'close') as HTMLButtonElement;
  button.type = 'button';
  button.setAttribute('aria-label', words.close);
  const cross = svgElement(document, 'svg', { viewBox: '0 0 14 14', 'aria-hidden': 'true' });
  cross.append(svgElement(document, 'path', { d: 'M3 3l8 8M11 3l-8 8' }));
  button.append(cross);
  button.addEventListener('click', () => events.onClose());
  return button;
}

function actionButton(
  document: Document,
  { label, message }: NonNullable<ToastData['action']>,
  events: CardEvents,
): HTMLElement {
  const button = htmlElement(document, 'button', 'action') as HTMLButtonElement;
  button.type = 'button';
  button.textContent = label;
  // The page can't reach into a closed root, but a click that it makes up elsewhere must never count as consent.
  button.addEventListener('click', (event) => {
    if (!event.isTrusted || button.disabled) return;
    button.disabled = true;
    events.onAction(message);
  });
  return button;
}
