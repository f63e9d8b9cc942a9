/** One toast's elements. Made node by node: a page's Trusted Types forbid innerHTML, its CSP style attributes. */
import { GLYPHS, isTrack } from '../core/protocol/glyphs.ts';
import type { ToastAction, ToastData, ToastWords } from '../core/protocol/toast.ts';

export interface ToastCard {
  readonly element: HTMLElement;
  update(toast: ToastData): void;
}

export interface CardEvents {
  onClose(): void;
  onAction(message: unknown): Promise<void>;
}

/** Whether it is a toast's: not a part of the page. */
export function isToast(root: ShadowRoot): boolean {
  return root.querySelector(':scope > .stack > .card') !== null;
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

  let actions: HTMLElement[] = [];
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
      for (const action of actions) action.remove();
      actions = [toast.action, toast.otherAction].flatMap((action) =>
        action ? [actionButton(document, action, events)] : [],
      );
      text.append(...actions);
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
  whenPressed(button, () => events.onClose());
  return button;
}

function actionButton(document: Document, { label, message }: ToastAction, events: CardEvents): HTMLElement {
  const button = htmlElement(document, 'button', 'action') as HTMLButtonElement;
  button.type = 'button';
  button.textContent = label;
  whenPressed(button, () => {
    button.disabled = true;
    void events.onAction(message);
  });
  return button;
}

/** ms from the end of a press to its click, where nobody is in the way of that. */
const CLICK_PATIENCE = 60;

/**
 * Once, by the person's own hand. The page can't reach into a closed root, but it can stop a click on its way there, and
 * any other event of the pointer; a transition that `:active` begins it does not think of. Events that a page makes up
 * never count as consent.
 */
function whenPressed(button: HTMLButtonElement, act: () => void): void {
  let pressed = false;
  const press = (): void => {
    if (pressed || button.disabled || !button.isConnected) return;
    pressed = true;
    act();
  };
  button.addEventListener('click', (event) => event.isTrusted && press());
  const soon = (event: Event): unknown => event.isTrusted && setTimeout(press, CLICK_PATIENCE);
  // The style goes back at the end of the press.
  button.addEventListener('transitionrun', (event) => {
    if (event.propertyName === 'scroll-margin-top' && !button.matches(':active') && button.matches(':hover'))
      soon(event);
  });
  let keyDown = '';
  button.addEventListener('keydown', ({ key, isTrusted }) => {
    keyDown = isTrusted && (key === 'Enter' || key === ' ') ? key : '';
  });
  button.addEventListener('keyup', (event) => {
    if (event.key === keyDown) soon(event);
  });
}
