/** What a toast says, as the plain data that goes from the background into a page. */

/** busy: work goes on. done: it went well. error: it went wrong. cancelled: a person ended it. notice: something to know before or besides. */
export type Tone = 'busy' | 'done' | 'error' | 'cancelled' | 'notice';

export interface ToastData {
  /** A toast of the same id is changed in place; ids of jobs are good ids. */
  readonly id: string;
  readonly tone: Tone;
  /** What it is about, mostly a file's name; one line. */
  readonly title: string;
  /** What happened to it; '' leaves the line out. */
  readonly detail: string;
  /** Buttons, the most wanted first. */
  readonly actions?: readonly ToastAction[];
  /** What else there is to have, in short, in a line of its own. */
  readonly choices?: { readonly label: string; readonly actions: readonly ToastAction[] };
  /** Of work that goes on; without it the bar stays as it is. */
  readonly progress?: ToastProgress;
}

/** A bar that never goes back: from where it stands it moves on. */
export interface ToastProgress {
  /** What is being done now. */
  readonly step: string;
  /** 0 to 1, and in how many ms it comes there; absent where the step alone is new. */
  readonly reach?: { readonly to: number; readonly milliseconds: number };
}

/** A button; a click by the person's own hand sends `message` to the extension, once. */
export interface ToastAction {
  readonly label: string;
  readonly message: unknown;
}

/** What is the same for every toast. */
export interface ToastTexts {
  /** Of the button that closes a toast. */
  readonly close: string;
  /** Of the bar. */
  readonly progress: string;
  /** In place of an action's outcome, once the extension that showed the toast is no longer there. */
  readonly orphaned: string;
  readonly direction: 'ltr' | 'rtl';
}

/** As it comes into a page, which does not know its own tab. */
export interface ToastInTab extends ToastData {
  readonly tabId: number;
}

/** Resolves to false when the page lets no toast be seen. */
export type ShowToast = (toast: ToastInTab) => Promise<boolean>;

/** The one name that `entrypoints/toast-styles.ts` sets: the text of `toast.css`. */
export const TOAST_STYLES = 'compressImageToastStyles';

/** What makes the elements of one toast. */
export type CreateCard = (document: Document, texts: ToastTexts, events: CardEvents) => ToastCard;

export interface ToastCard {
  readonly element: HTMLElement;
  update(toast: ToastData): void;
}

export interface CardEvents {
  onClose(): void;
  onAction(message: unknown): Promise<void>;
}

/** The one name that `entrypoints/toast-card.ts` sets: a `CreateCard`. It is a script of its own, so that each stays small. */
export const TOAST_CARD = 'compressImageToastCard';

/** The one name that `entrypoints/toast.ts` sets, in the extension's own world of the page. */
export const TOAST_FUNCTION = 'compressImageToast';

/**
 * How long each stays, in ms, when nobody looks closer. Work that never reports an end has been lost with its
 * background; its toast goes after the longest time that a job can take.
 */
export const LIFETIME: Readonly<Record<Tone, number>> = {
  busy: 300_000,
  done: 6_000,
  cancelled: 6_000,
  notice: 6_000,
  error: 12_000,
};

/** ms at least for one that has a button: there is something to decide, or, where all went well, to take back. */
const DECISION = { undo: 10_000, other: 20_000 };

export function lifetimeOf({ tone, actions = [] }: ToastData): number {
  if (actions.length === 0) return LIFETIME[tone];
  return Math.max(LIFETIME[tone], tone === 'done' ? DECISION.undo : DECISION.other);
}
