/** Sentences above the list: each stays until it is closed, or for a while when it only confirms or can be undone. */
import type { IconName } from '../kit/icons.ts';

export interface NoticeAction {
  readonly label: string;
  readonly icon?: IconName;
  readonly run: () => void;
}

export interface NoticeText {
  readonly id: number;
  readonly text: string;
  readonly tone: 'success' | 'info' | 'error';
  readonly actions: readonly NoticeAction[];
}

export interface NoticeOptions {
  /** What can be done about it: one of these, once. */
  readonly actions?: readonly NoticeAction[];
  /** ms until it goes by itself; without it, it stays. */
  readonly lasts?: number;
  /** It is gone, by itself or by a person's hand. */
  readonly onclosed?: () => void;
}

/** What there is to say when a view opens. */
export interface NoticeToShow extends NoticeOptions {
  readonly text: string;
  readonly tone?: NoticeText['tone'];
}

/** Of what only confirms; ms. */
export const BRIEF = 4000;

export class Notices {
  #all = $state.raw<readonly (NoticeText & { readonly onclosed: () => void })[]>([]);
  #next = 0;

  get all(): readonly NoticeText[] {
    return this.#all;
  }

  /** The same sentence is there once. */
  say(
    text: string,
    tone: NoticeText['tone'] = 'info',
    { actions = [], lasts, onclosed = () => undefined }: NoticeOptions = {},
  ): void {
    const id = this.#next++;
    for (const same of this.#all.filter((notice) => notice.text === text)) this.close(same.id);
    this.#all = [...this.#all, { id, text, tone, actions, onclosed }];
    if (lasts !== undefined) setTimeout(() => this.close(id), lasts);
  }

  /** What can be done about it is done; it goes, and does not count as closed. */
  act(id: number, { run }: NoticeAction): void {
    this.#all = this.#all.filter((each) => each.id !== id);
    run();
  }

  close(id: number): void {
    const closed = this.#all.filter((notice) => notice.id === id);
    this.#all = this.#all.filter((notice) => notice.id !== id);
    for (const { onclosed } of closed) onclosed();
  }
}
