/** Keys on the stage. */
import type { ViewState } from './view-state.svelte.ts';

/** Of the view's side. */
const PAN = 0.1;
const FAR = 0.5;

/** What keys ask of the image itself. */
export interface ImageKeys {
  readonly turn: (by: 90 | 270) => void;
  readonly crop: () => void;
}

export function stageKey(event: KeyboardEvent, view: ViewState, image: ImageKeys): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
  const far = event.shiftKey ? FAR : PAN;
  const actions: Readonly<Record<string, () => void>> = {
    '+': () => view.step(1),
    '=': () => view.step(1),
    '-': () => view.step(-1),
    _: () => view.step(-1),
    '0': () => view.fit(),
    '1': () => view.actualSize(),
    // The window moves over the image, as when a page is scrolled.
    ArrowLeft: () => view.panByShare(far, 0),
    ArrowRight: () => view.panByShare(-far, 0),
    ArrowUp: () => view.panByShare(0, far),
    ArrowDown: () => view.panByShare(0, -far),
    ' ': () => flip(view),
    d: () => toggleDifference(view),
    D: () => toggleDifference(view),
    r: () => image.turn(90),
    R: () => image.turn(270),
    c: () => image.crop(),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

/** One in the place of the other: what differs jumps to the eye. */
function flip(view: ViewState): void {
  view.shown = view.shown === 'after' ? 'before' : 'after';
}

function toggleDifference(view: ViewState): void {
  view.shown = view.shown === 'difference' ? 'split' : 'difference';
}
