/**
 * What has the focus may go by being pressed: a row that is deleted, a notice that is closed. The browser then gives the focus to
 * the document's body, and who works by keys or listens is at the page's beginning. Here it goes to what is next instead.
 */

const FOCUSABLE = 'button:not(:disabled), input:not(:disabled, [hidden]), select:not(:disabled), a[href]';

/**
 * For an element that stays, around what goes.
 *
 * @param next what takes the focus; by default what is in the place of what had it, else the heading that is before it
 */
export function keepsFocus(
  next?: (container: HTMLElement) => HTMLElement | null,
): (container: HTMLElement) => () => void {
  return (container) => {
    let last: { readonly element: Element; readonly at: number } | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const all = (): HTMLElement[] => [...container.querySelectorAll<HTMLElement>(FOCUSABLE)];
    const note = ({ target }: Event): void => {
      const element = target as HTMLElement;
      last = { element, at: all().indexOf(element) };
    };
    const look = (): void => {
      const { activeElement } = container.ownerDocument;
      if (!last || last.element.isConnected || (activeElement && activeElement.localName !== 'body')) return;
      const there = all();
      const { at } = last;
      last = null;
      const found = next ? next(container) : (there[at] ?? there.at(-1) ?? headingOf(container));
      // What is looked at stays in view.
      found?.focus({ preventScroll: true });
    };
    // After whoever knows better where the focus belongs.
    const watch = new MutationObserver(() => {
      clearTimeout(timer);
      if (last && !last.element.isConnected) timer = setTimeout(look);
    });
    container.addEventListener('focusin', note);
    watch.observe(container, { childList: true, subtree: true });
    return () => {
      clearTimeout(timer);
      watch.disconnect();
      container.removeEventListener('focusin', note);
    };
  };
}

function headingOf(container: HTMLElement): HTMLElement | null {
  const heading = container.closest('section, dialog')?.querySelector<HTMLElement>('h1, h2') ?? null;
  if (heading) heading.tabIndex = -1;
  return heading;
}
