/**
 * The overlay in which a person picks an image: what is under the pointer glows, a click takes it, Escape leaves. Over the
 * page lies an empty frame in a closed root: the page sees none of its events, and nothing of the page is under the pointer.
 */
import type { PickedReference, PickTexts } from '../core/protocol/picker.ts';
import type { PageListApi } from '../core/protocol/page-list.ts';
import type { ShadowOf } from './find-images.ts';
import { htmlElement } from './html-element.ts';
import { openModal } from './open-modal.ts';

export interface PickerAccess {
  readonly document: Document;
  readonly css: string;
  readonly list: PageListApi;
  readonly shadowOf: ShadowOf;
  /** Null when the person leaves without an image. */
  readonly onEnd: (pick: PickedReference | null) => void;
}

interface Target {
  readonly reference: number;
  readonly element: Element;
  readonly label: string;
  readonly hasLarger: boolean;
}

/** ms between two looks at where the page's own frames are: there its overlay has holes, and theirs begin. */
const EVERY = 250;

export function openPicker({ document, css, list, shadowOf, onEnd }: PickerAccess, texts: PickTexts): () => void {
  const view = document.defaultView as Window & typeof globalThis;
  const targets = list
    .all()
    .images.filter(({ shown }) => shown)
    .flatMap((image): Target[] => {
      const element = list.found(image.reference)?.element;
      const size = image.pixels ? `${image.pixels.width} × ${image.pixels.height}` : `${image.width} × ${image.height}`;
      const label = [image.name, size].filter(Boolean).join(' · ');
      return element ? [{ reference: image.reference, element, label, hasLarger: image.largest !== '' }] : [];
    });
  let chosen: Target | null = null;

  const host = htmlElement(document, 'div', '');
  host.setAttribute('popover', 'manual');
  const root = host.attachShadow({ mode: 'closed' });
  const style = new view.CSSStyleSheet();
  style.replaceSync(css);
  root.adoptedStyleSheets = [style];
  const glow = htmlElement(document, 'div', 'glow');
  const label = htmlElement(document, 'div', 'label');
  const help = htmlElement(document, 'div', 'help');
  help.setAttribute('role', 'status');
  help.textContent = targets.length > 0 ? texts.help : texts.none;
  label.setAttribute('role', 'status');
  const frame = htmlElement(document, 'iframe', 'cover') as HTMLIFrameElement;
  frame.title = texts.help;
  frame.addEventListener('load', () => listen(frame.contentDocument));
  root.append(glow, label, frame, ...(view === view.top ? [help] : []));

  function listen(inside: Document | null): void {
    if (!inside) return;
    inside.documentElement.style.cursor = 'crosshair';
    inside.addEventListener('mousemove', ({ clientX, clientY }) => show(at(clientX, clientY)));
    inside.documentElement.addEventListener('mouseleave', () => show(null));
    inside.addEventListener('click', (event) => {
      const target = at(event.clientX, event.clientY);
      if (event.isTrusted && target) take(target, event.shiftKey);
    });
    inside.addEventListener('keydown', key);
    if (view === view.top) frame.focus();
  }

  /** The smallest of those that are there: what is over it is mostly larger, a backdrop or a link's box. */
  function at(x: number, y: number): Target | null {
    const there = targets.filter(({ element }) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return left <= x && x < right && top <= y && y < bottom;
    });
    const areaOf = ({ element }: Target): number => {
      const { width, height } = element.getBoundingClientRect();
      return width * height;
    };
    return there.sort((one, other) => areaOf(one) - areaOf(other))[0] ?? null;
  }

  function show(target: Target | null): void {
    chosen = target;
    glow.hidden = label.hidden = target === null;
    if (!target) return;
    const { left, top, width, height } = target.element.getBoundingClientRect();
    for (const [name, value] of Object.entries({ left, top, width, height }))
      glow.style.setProperty(name, `${value}px`);
    label.textContent = target.hasLarger ? `${target.label} · ${texts.larger}` : target.label;
    label.style.setProperty('left', `${Math.max(4, left)}px`);
    label.style.setProperty('top', `${Math.max(4, Math.min(top + height + 4, view.innerHeight - 36))}px`);
  }

  function key(event: KeyboardEvent): void {
    if (!event.isTrusted) return;
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const step = event.key === 'Tab' ? (event.shiftKey ? -1 : 1) : steps[event.key];
    if (event.key === 'Escape') leave(null);
    else if (event.key === 'Enter' && chosen) take(chosen, event.shiftKey);
    else if (step !== undefined && targets.length > 0) {
      const now = chosen ? targets.indexOf(chosen) : step > 0 ? -1 : 0;
      const next = targets[(now + step + targets.length) % targets.length] ?? null;
      next?.element.scrollIntoView({ block: 'nearest' });
      show(next);
    } else return;
    event.preventDefault();
  }

  function escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !event.isTrusted) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    leave(null);
  }

  function take({ reference, hasLarger }: Target, larger: boolean): void {
    leave({ reference, largest: larger && hasLarger, frameUrl: document.URL });
  }

  /** Where the page has frames, theirs take the pointer. */
  function openHoles(): void {
    const holes = [...document.querySelectorAll('iframe')].map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return `M${left} ${top}H${right}V${bottom}H${left}Z`;
    });
    const path = [`M0 0H${view.innerWidth}V${view.innerHeight}H0Z`, ...holes].join('');
    frame.style.setProperty('clip-path', holes.length > 0 ? `path(evenodd,"${path}")` : 'none');
  }

  const refresh = (): void => {
    openHoles();
    show(chosen);
  };
  const timer = setInterval(refresh, EVERY);
  view.addEventListener('scroll', refresh, { capture: true, passive: true });
  // Where something of the page has the focus, the frame hears no key: there is a way out nevertheless.
  view.addEventListener('keydown', escape, { capture: true });

  function end(): void {
    clearInterval(timer);
    view.removeEventListener('scroll', refresh, { capture: true });
    view.removeEventListener('keydown', escape, { capture: true });
    host.remove();
  }
  function leave(pick: PickedReference | null): void {
    end();
    onEnd(pick);
  }

  (openModal(document, shadowOf) ?? document.documentElement).append(host);
  host.showPopover();
  refresh();
  return end;
}
