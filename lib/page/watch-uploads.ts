/**
 * On a site where the person wants it so: images that are chosen or dropped there are kept back from the page until they are
 * smaller. Whatever goes wrong, the page gets what the person chose: nothing that a person uploads is ever lost here.
 */
import type { HeldBy } from '../core/protocol/upload-field.ts';
import { chooseFiles, isFileInput, isImageFile, announceChosen } from './choose-files.ts';
import type { ShadowOf } from './find-images.ts';

/** What was chosen or dropped at once. */
export interface Hold {
  readonly by: HeldBy;
  /** The field, or what it was dropped onto. */
  readonly element: HTMLElement;
  readonly files: readonly File[];
  /**
   * Ends it: the page hears of these, in the order of `files`, as it would have heard of those. Once.
   *
   * @returns false where there is another choice by now, or the place is gone
   */
  give(files: readonly File[]): boolean;
}

/** What stands under `UPLOADS_HELD`: holds that are new since the last call. */
export type TakeHolds = () => Hold[];

export interface WatchAccess {
  readonly window: Window;
  readonly shadowOf: ShadowOf;
  /** Asks the extension to see to what is new; false when it does not. */
  readonly ask: () => Promise<boolean>;
  /** False once the extension that this script came from has ended. */
  readonly isThere: () => boolean;
  /** By the person's own hand, not by a script. */
  readonly isOwnHand: (event: Event) => boolean;
}

/** ms between two looks at whether the extension is there, only as long as something is held. */
const EVERY = 1_000;
/** ms: as long as a toast that says that work goes on. */
const LONGEST = 300_000;

export function watchUploads({ window, shadowOf, ask, isThere, isOwnHand }: WatchAccess): TakeHolds {
  const heard = new WeakSet<EventTarget>();
  let fresh: Hold[] = [];
  const open = new Set<{ readonly hold: Hold; readonly until: number }>();
  let timer: ReturnType<typeof setInterval> | undefined;

  /** Before the page, which is in line behind the window; in a shadow tree `change` comes by its root alone. */
  function listen(root: EventTarget): void {
    if (heard.has(root)) return;
    heard.add(root);
    // Each step into a closed tree is known by a click or a drag that goes there first.
    for (const type of ['click', 'dragenter']) root.addEventListener(type, enter, true);
    for (const type of ['input', 'change']) root.addEventListener(type, chosen, true);
  }

  function enter({ target }: Event): void {
    const root = target instanceof Element ? shadowOf(target) : null;
    if (root) listen(root);
  }

  function chosen(event: Event): void {
    const input = event.composedPath()[0];
    if (!isOwnHand(event) || !isFileInput(input)) return;
    listen(input.getRootNode());
    const list = input.files;
    const files = [...(list ?? [])];
    // Those of a folder know their places in it, which a file that is made anew can't.
    if (input.webkitdirectory || !files.some(isImageFile) || !isThere()) return;
    event.stopImmediatePropagation();
    // `change` comes right after `input`.
    if ([...open].some(({ hold }) => hold.element === input && hold.files.every((file, at) => file === list?.[at])))
      return;
    hold('field', input, files, (given) => {
      if (
        !input.isConnected ||
        input.files?.length !== files.length ||
        !files.every((file, at) => file === input.files?.[at])
      )
        return false;
      if (given.every((file, at) => file === files[at])) announceChosen(input);
      else chooseFiles(input, given);
      return true;
    });
  }

  function dropped(event: DragEvent): void {
    const { dataTransfer, clientX, clientY } = event;
    const [over] = event.composedPath();
    // Onto a field the browser drops itself, and then tells of a choice.
    if (!isOwnHand(event) || !dataTransfer || !(over instanceof HTMLElement) || isFileInput(over) || !isThere()) return;
    const items = [...dataTransfer.items];
    const files = [...dataTransfer.files];
    // What is dragged out of a page has more than a file; a folder is none.
    if (!files.some(isImageFile) || items.some((item) => item.kind !== 'file' || item.webkitGetAsEntry()?.isDirectory))
      return;
    let place: Element = over;
    for (let root = shadowOf(place); root; root = shadowOf(place)) {
      const inner = root.elementFromPoint(clientX, clientY);
      if (!inner || inner === place) break;
      place = inner;
    }
    if (isFileInput(place)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    hold('drop', place as HTMLElement, files, (given) => {
      if (!place.isConnected) return false;
      const transfer = new DataTransfer();
      for (const file of given) transfer.items.add(file);
      const init = { bubbles: true, cancelable: true, composed: true, clientX, clientY, dataTransfer: transfer };
      place.dispatchEvent(new DragEvent('drop', init));
      return true;
    });
  }

  function hold(
    by: HeldBy,
    element: HTMLElement,
    files: readonly File[],
    tell: (files: readonly File[]) => boolean,
  ): void {
    const made: Hold = {
      by,
      element,
      files,
      give(given) {
        const entry = [...open].find(({ hold: one }) => one === made);
        fresh = fresh.filter((one) => one !== made);
        return entry !== undefined && open.delete(entry) && tell(given);
      },
    };
    open.add({ hold: made, until: Date.now() + LONGEST });
    fresh.push(made);
    timer ??= setInterval(look, EVERY);
    void ask()
      .catch(() => false)
      .then((taken) => {
        if (!taken) made.give(files);
      });
  }

  function look(): void {
    for (const { hold: one, until } of open) if (!isThere() || Date.now() > until) one.give(one.files);
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  listen(window);
  window.addEventListener('drop', dropped, true);
  return () => {
    const taken = fresh;
    fresh = [];
    return taken;
  };
}
