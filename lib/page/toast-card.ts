/** One toast's elements. Made node by node: a page's Trusted Types forbid innerHTML, its CSP style attributes. */
import { GLYPHS, isTrack } from '../core/protocol/glyphs.ts';
import type {
  CardEvents,
  CreateCard,
  ToastAction,
  ToastData,
  ToastProgress,
  ToastTexts,
} from '../core/protocol/toast.ts';
import { htmlElement } from './html-element.ts';

const SVG = 'http://www.w3.org/2000/svg';

export const createCard: CreateCard = (document, texts, events) => {
  const card = htmlElement(document, 'div', 'card');
  const glyph = svgElement(document, 'svg', { class: 'glyph', viewBox: '0 0 20 20', 'aria-hidden': 'true' });
  const text = htmlElement(document, 'div', 'text');
  const title = htmlElement(document, 'div', 'title');
  const detail = htmlElement(document, 'div', 'detail');
  // A name in Hebrew keeps its own direction in an English toast.
  const name = htmlElement(document, 'bdi', '');
  title.append(name);
  text.append(title, detail);
  card.setAttribute('role', 'group');
  const bar = createBar(document, texts);
  const close = closeButton(document, texts, events);
  card.append(glyph, text, close);
  const pressed: CardEvents = {
    ...events,
    onAction(message) {
      isPressed = true;
      return events.onAction(message);
    },
  };
  let buttons: HTMLElement[] = [];
  /** What the buttons are of, and whether one was pressed. */
  let [offered, isPressed] = ['', false];
  /** The button with the focus. */
  let focused: (EventTarget & { readonly textContent?: string | null }) | null = null;
  text.addEventListener('focusin', ({ target }) => {
    focused = target;
  });
  text.addEventListener('focusout', () => {
    focused = null;
  });

  /** Only where they are others: a press goes on from step to step, and the focus stays. What failed after a press can be pressed again. */
  function offer({ actions = [], choices, tone }: ToastData): void {
    const offer = JSON.stringify([actions, choices]);
    if (offer === offered && (tone === 'busy' || !isPressed)) return;
    [offered, isPressed] = [offer, false];
    const former = focused?.textContent;
    for (const button of buttons) button.remove();
    buttons = actions.map((action) => actionButton(document, action, pressed));
    if (choices) {
      const line = htmlElement(document, 'div', 'choices');
      line.append(choices.label, ...choices.actions.map((action) => actionButton(document, action, pressed)));
      buttons.push(line);
    }
    text.append(...buttons);
    if (typeof former !== 'string') return;
    // Of another meaning, none is chosen for the person.
    const all = [...text.querySelectorAll<HTMLElement>('.action')];
    (all.find(({ textContent }) => textContent === former) ?? close.querySelector('button'))?.focus();
  }

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
      card.dataset['id'] = toast.id;
      if (toast.tone !== 'busy') bar.element.remove();
      else if (toast.progress) {
        if (!bar.element.isConnected) detail.after(bar.element);
        bar.move(toast.progress);
      }
      offer(toast);
    },
  };
};

/** How far the work is: the bar's own motion is the browser's, so that nobody has to be asked for each step of it. */
function createBar(
  document: Document,
  { progress }: ToastTexts,
): { readonly element: HTMLElement; move(progress: ToastProgress): void } {
  const element = htmlElement(document, 'div', 'work');
  const track = htmlElement(document, 'div', 'bar');
  const fill = htmlElement(document, 'div', 'fill');
  const step = htmlElement(document, 'div', 'step');
  track.setAttribute('role', 'progressbar');
  track.setAttribute('aria-label', progress);
  track.append(fill);
  element.append(track, step);
  return {
    element,
    move({ step: doing, reach }) {
      step.textContent = doing;
      track.setAttribute('aria-valuetext', doing);
      if (!reach) return;
      // A style that was never laid out has nothing to move from.
      void fill.offsetWidth;
      fill.style.transitionDuration = `${reach.milliseconds}ms`;
      fill.style.scale = `${reach.to} 1`;
    },
  };
}

function svgElement(document: Document, name: string, attributes: Readonly<Record<string, string>>): Element {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function closeButton(document: Document, texts: ToastTexts, events: CardEvents): HTMLElement {
  const button = htmlElement(document, 'button', 'close') as HTMLButtonElement;
  button.type = 'button';
  button.setAttribute('aria-label', texts.close);
  const cross = svgElement(document, 'svg', { viewBox: '0 0 14 14', 'aria-hidden': 'true' });
  cross.append(svgElement(document, 'path', { d: 'M3 3l8 8M11 3l-8 8' }));
  button.append(cross);
  return pressable(button, 'corner', () => events.onClose());
}

function actionButton(document: Document, { label, message }: ToastAction, events: CardEvents): HTMLElement {
  const button = htmlElement(document, 'button', 'action') as HTMLButtonElement;
  button.type = 'button';
  button.textContent = label;
  return pressable(button, '', () => {
    button.disabled = true;
    void events.onAction(message);
  });
}

/**
 * ms from a button to the frame over it, sooner than a person finds the button. Each frame is a document that the page's main thread makes, and
 * a toast comes while the page reads the image: with it, the image's bytes waited for all of that.
 */
const COVERED_AFTER = 300;

/** ms from the end of a press to its click, where nobody is in the way of that. */
const CLICK_PATIENCE = 60;

/**
 * Once, by the person's own hand: events that a page makes up never count as consent. The page can't reach into a closed
 * root, but it can stop a click on its way there; over the button lies a frame, whose events never come by the page's window.
 */
function pressable(button: HTMLButtonElement, className: string, act: () => void): HTMLElement {
  let pressed = false;
  const press = (event: Event): void => {
    if (!event.isTrusted || pressed || button.disabled || !button.isConnected) return;
    pressed = true;
    act();
  };
  button.addEventListener('click', press);
  let keyDown = '';
  button.addEventListener('keydown', ({ key, isTrusted }) => {
    keyDown = isTrusted && (key === 'Enter' || key === ' ') ? key : '';
  });
  button.addEventListener('keyup', (event) => {
    if (event.key === keyDown) setTimeout(press, CLICK_PATIENCE, event);
  });
  const place = htmlElement(button.ownerDocument, 'span', `press ${className}`);
  place.append(button);
  setTimeout(() => {
    if (place.isConnected) place.append(cover(button.ownerDocument, press));
  }, COVERED_AFTER);
  return place;
}

/** An empty frame of the page's own origin, which the page does not find: it is in a closed root, and so not among its `frames`. */
function cover(document: Document, press: (event: Event) => void): HTMLElement {
  const frame = htmlElement(document, 'iframe', 'cover') as HTMLIFrameElement;
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  const listen = (): void => {
    const inside = frame.contentDocument;
    if (!inside) return;
    inside.documentElement.style.cursor = 'pointer';
    inside.addEventListener('click', press);
    // The focus stays where it is.
    inside.addEventListener('mousedown', (event) => event.preventDefault());
  };
  frame.addEventListener('load', listen);
  return frame;
}
