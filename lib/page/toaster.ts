/**
 * The stack of toasts in somebody else's page: one host element without a name, a closed shadow root, gone without
 * a trace when the last toast is gone.
 */
import { createAnnouncer, type Announcer } from './announcer.ts';
import { Lifetime } from './lifetime.ts';
import type { ShadowOf } from './find-images.ts';
import { htmlElement } from './html-element.ts';
import { openModal } from './open-modal.ts';
import {
  LIFETIME,
  lifetimeOf,
  type CreateCard,
  type ShowToast,
  type ToastCard,
  type ToastData,
  type ToastInTab,
  type ToastTexts,
} from '../core/protocol/toast.ts';

export interface ToasterOptions {
  readonly document: Document;
  /** The text of `toast.css`. */
  readonly css: string;
  readonly texts: ToastTexts;
  readonly createCard: CreateCard;
  readonly shadowOf: ShadowOf;
  /** Sends an action's message to the extension; false when that is no longer there. */
  readonly send: (message: unknown) => Promise<boolean>;
  /** The page has taken away the toast that says this, wherever it was put. */
  readonly onLost: (toast: ToastInTab) => void;
}

interface Shown {
  toast: ToastInTab;
  readonly card: ToastCard;
  readonly life: Lifetime;
}

interface Stage {
  readonly host: HTMLElement;
  readonly stack: HTMLElement;
  readonly announcer: Announcer;
  /** Sees the page take the host away. */
  readonly watch: MutationObserver;
  /** How often the page did. */
  evictions: number;
  /** Ends what was set up outside the host. */
  readonly leave: AbortController;
}

/** Input that is meant for a toast is none of the page's business. */
const INPUT_EVENTS = [
  'click',
  'mousedown',
  'mouseup',
  'pointerdown',
  'pointerup',
  'keydown',
  'keyup',
  'focusin',
  'focusout',
  'contextmenu',
] as const;

/** How many places are tried for a toast that the page takes away. */
const PLACES = 3;

/** ms: a page that takes away what it has not made does it within this, mostly at once. */
const SETTLE = 80;

export function createToaster({ document, css, texts, createCard, shadowOf, send, onLost }: ToasterOptions): ShowToast {
  const shown = new Map<string, Shown>();
  /** Of toasts that could not stay. */
  const lost = new Set<string>();
  let stage: Stage | null = null;

  return async (toast) => {
    stage ??= setStage();
    place(stage);
    const known = shown.get(toast.id);
    const said = known && sentenceOf(known.toast);
    const { card, life } = known ?? add(toast, stage);
    if (known) known.toast = toast;
    card.update(toast);
    if (known) life.restart(lifetimeOf(toast));
    else stage.stack.scrollTop = stage.stack.scrollHeight;
    // A step of the work is seen, and would be noise.
    const sentence = sentenceOf(toast);
    if (sentence !== said) stage.announcer.say(toast.id, sentence, toast.tone === 'error');
    // The work does not wait for it; what came of the work is to be seen.
    if (toast.tone !== 'busy') await new Promise((resolve) => setTimeout(resolve, SETTLE));
    return !lost.delete(toast.id);
  };

  function add(toast: ToastInTab, { stack }: Stage): Shown {
    const close = (): void => remove(toast.id);
    const life = new Lifetime(lifetimeOf(toast), close);
    const card = createCard(document, texts, {
      onClose: close,
      async onAction(message) {
        const asked = shown.get(toast.id)?.toast;
        if (await send(message)) {
          // What came of it may stand there by now.
          if (shown.get(toast.id)?.toast === asked) close();
          return;
        }
        card.update({ id: toast.id, tone: 'error', title: toast.title, detail: texts.orphaned });
        life.restart(LIFETIME.error);
      },
    });
    const { element } = card;
    element.addEventListener('pointerenter', () => life.hold('pointer'));
    element.addEventListener('pointerleave', () => life.release('pointer'));
    element.addEventListener('focusin', () => life.hold('focus'));
    element.addEventListener('focusout', () => life.release('focus'));
    if (document.visibilityState === 'hidden') life.hold('hidden');
    stack.append(element);
    const entry: Shown = { toast, card, life };
    shown.set(toast.id, entry);
    return entry;
  }

  function remove(id: string): void {
    const gone = shown.get(id);
    if (!gone) return;
    gone.life.end();
    gone.card.element.remove();
    shown.delete(id);
    if (shown.size === 0) clearStage();
  }

  function clearStage(): void {
    stage?.watch.disconnect();
    stage?.leave.abort();
    stage?.host.remove();
    stage = null;
  }

  /** The page removes what it does not know: somewhere else it may stay. */
  function evicted(gone: Stage): void {
    if (gone !== stage || gone.host.isConnected) return;
    gone.evictions += 1;
    if (gone.evictions < PLACES) return place(gone);
    for (const [id, { toast, life }] of shown) {
      life.end();
      lost.add(id);
      onLost(toast);
    }
    shown.clear();
    clearStage();
  }

  function setStage(): Stage {
    const host = htmlElement(document, 'div', '');
    host.setAttribute('popover', 'manual');
    const root = host.attachShadow({ mode: 'closed' });
    adopt(root);
    const stack = htmlElement(document, 'div', 'stack');
    stack.dir = texts.direction;
    root.append(stack);
    const leave = new AbortController();
    for (const type of INPUT_EVENTS) host.addEventListener(type, (event) => event.stopPropagation());
    listen(leave.signal);
    const set: Stage = {
      host,
      stack,
      announcer: createAnnouncer(root, (name, className) => htmlElement(document, name, className)),
      watch: new MutationObserver(() => evicted(set)),
      evictions: 0,
      leave,
    };
    return set;
  }

  function listen(signal: AbortSignal): void {
    // Seen before the page sees it, and left to the page: Escape still closes the page's own dialog.
    document.addEventListener(
      'keydown',
      (event) => {
        const newest = [...shown.keys()].at(-1);
        if (event.key === 'Escape' && event.isTrusted && newest !== undefined) remove(newest);
      },
      { capture: true, signal },
    );
    // Nobody reads a toast in a tab that is not in front.
    document.addEventListener(
      'visibilitychange',
      () => {
        for (const { life } of shown.values()) {
          if (document.visibilityState === 'hidden') life.hold('hidden');
          else life.release('hidden');
        }
      },
      { signal },
    );
    document.addEventListener('close', closed, { capture: true, signal });
    document.addEventListener('fullscreenchange', () => stage && raise(stage.host), { signal });
  }

  /** A dialog, with the host in it. */
  function closed(event: Event): void {
    if (stage && event.target instanceof Node && event.target.contains(stage.host)) place(stage);
  }

  /**
   * Into the top layer, above everything that is in it now. An open modal dialog makes all outside of it inert, so
   * there the host lives inside it.
   */
  function place({ host, watch, evictions, leave }: Stage): void {
    const dialog = openModal(document, shadowOf);
    const places = [
      ...(dialog ? [dialog] : []),
      document.documentElement,
      document.body,
      document.body?.firstElementChild,
    ];
    const parent = places.filter(Boolean)[evictions] ?? document.documentElement;
    if (host.parentNode === parent && host.matches(':popover-open')) return;
    if (host.parentNode !== parent) {
      watch.disconnect();
      parent.append(host);
      // The page may take away what is around it too, and a dialog with all that is in it.
      for (let at: Node | null = parent; at; at = at instanceof ShadowRoot ? at.host : at.parentNode)
        watch.observe(at, { childList: true });
      // Of a dialog in a shadow tree, the document does not hear it.
      parent.getRootNode().addEventListener('close', closed, { capture: true, signal: leave.signal });
    }
    raise(host);
  }

  function raise(host: HTMLElement): void {
    // Without popovers (before Chrome 114, Firefox 125), and in documents that have none, z-index has to do.
    if (typeof host.showPopover !== 'function') return;
    try {
      if (host.matches(':popover-open')) host.hidePopover();
      host.showPopover();
    } catch {
      host.removeAttribute('popover');
    }
  }

  function adopt(root: ShadowRoot): void {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      // Firefox before 142 lets no content script adopt sheets (bugzilla 1751346).
      const style = htmlElement(document, 'style', '');
      style.textContent = css;
      root.append(style);
    }
  }
}

function sentenceOf({ title, detail }: ToastData): string {
  return [title, detail].filter(Boolean).join('. ');
}
