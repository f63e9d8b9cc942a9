/** The real pointer: it moves over the screen and clicks what is there. */
import type { Locator, Page } from 'playwright-core';
import type { Browser } from './browser.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

const BUTTONS = { left: 1, middle: 2, right: 3 } as const;

/** Moves the pointer onto the middle of what is visible of an element, in any frame, and returns where on the screen that is (px). */
export async function pointAt(browser: Browser, target: Locator): Promise<Point> {
  await target.scrollIntoViewIfNeeded();
  const offset = await visibleMiddle(target);
  const guess = await onScreen(target, offset);
  const miss = await missBy(browser, target, offset, guess);
  const point = { x: guess.x + miss.x, y: guess.y + miss.y };
  if (miss.x !== 0 || miss.y !== 0) await move(browser, point);
  return point;
}

/** Clicks an element with a button of the real mouse. */
export async function click(browser: Browser, target: Locator, button: keyof typeof BUTTONS = 'left'): Promise<Point> {
  const point = await pointAt(browser, target);
  await browser.screen.xdotool('click', BUTTONS[button]);
  return point;
}

/** Clicks a point of a page, given in its own px, with a button of the real mouse. */
export async function clickAt(
  browser: Browser,
  page: Page,
  point: Point,
  button: keyof typeof BUTTONS = 'left',
): Promise<void> {
  const { x, y } = await pageOnScreen(page);
  await move(browser, { x: Math.round(x + point.x), y: Math.round(y + point.y) });
  await browser.screen.xdotool('click', BUTTONS[button]);
}

async function move(browser: Browser, { x, y }: Point): Promise<void> {
  await browser.screen.xdotool('mousemove', x, y);
}

// No function that is evaluated in a page has a name: the transpiler would wrap it in something that the page does not have.

/** The middle of the part of an element that no frame and no scrolling box cuts off, from the element's left upper corner. */
async function visibleMiddle(target: Locator): Promise<Point> {
  const middle = await target.evaluate(
    (element) =>
      new Promise<Point | null>((resolve) => {
        new IntersectionObserver(([entry], observer) => {
          observer.disconnect();
          const seen = entry?.intersectionRect;
          resolve(
            entry && seen && seen.width > 0 && seen.height > 0
              ? {
                  x: seen.left + seen.width / 2 - entry.boundingClientRect.left,
                  y: seen.top + seen.height / 2 - entry.boundingClientRect.top,
                }
              : null,
          );
        }).observe(element);
      }),
  );
  if (!middle) throw new Error('the element is not visible');
  return middle;
}

async function onScreen(target: Locator, offset: Point): Promise<Point> {
  const box = await target.boundingBox();
  if (!box) throw new Error('the element is not visible');
  const { x, y } = await pageOnScreen(target.page());
  return { x: Math.round(x + box.x + offset.x), y: Math.round(y + box.y + offset.y) };
}

/** Where a page's left upper corner should be: the window's frame is taken as even, and its toolbars as above the page. */
function pageOnScreen(page: Page): Promise<Point> {
  return page.evaluate(() => ({ x: screenX + (outerWidth - innerWidth) / 2, y: screenY + outerHeight - innerHeight }));
}

/**
 * Moves the pointer to the guess and asks the page where it saw it arrive: the guess is wrong where something stands
 * beside the page, such as a side panel or developer tools. Where the page sees nothing within 500 ms, the guess stands.
 */
async function missBy(browser: Browser, target: Locator, offset: Point, guess: Point): Promise<Point> {
  await move(browser, { x: guess.x + 2, y: guess.y + 2 });
  const seen = target.evaluate(
    (element, middle) =>
      new Promise<Point | null>((resolve) => {
        const view = element.ownerDocument.defaultView ?? window;
        view.addEventListener(
          'mousemove',
          (event) => {
            const box = element.getBoundingClientRect();
            resolve({
              x: Math.round(box.left + middle.x - event.clientX),
              y: Math.round(box.top + middle.y - event.clientY),
            });
          },
          { capture: true, once: true },
        );
        setTimeout(() => resolve(null), 500);
      }),
    offset,
  );
  // The listener is installed by the time that a second evaluation in the same page has been answered.
  await target.evaluate(() => undefined);
  await move(browser, guess);
  return (await seen) ?? { x: 0, y: 0 };
}
