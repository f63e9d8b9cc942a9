/** Sentences above the list: each stays until it is closed, or for a short while when it only confirms. */

export interface NoticeText {
  readonly id: number;
  readonly text: string;
  readonly tone: 'info' | 'error';
}

/** ms. */
const BRIEF = 4000;

export class Notices {
  #all = $state.raw<readonly NoticeText[]>([]);
  #next = 0;

  get all(): readonly NoticeText[] {
    return this.#all;
  }

  /** The same sentence is there once. */
  say(text: string, tone: NoticeText['tone'] = 'info', brief = false): void {
    const id = this.#next++;
    this.#all = [...this.#all.filter((notice) => notice.text !== text), { id, text, tone }];
    if (brief) setTimeout(() => this.close(id), BRIEF);
  }

  close(id: number): void {
    this.#all = this.#all.filter((notice) => notice.id !== id);
  }
}
