/** Where a panel's layout breaks: by boxes, not by pixels. */
import type { Page } from 'playwright-core';

interface Box {
  readonly what: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What stands where it may not: parts of a row over each other or out of it, and texts that are cut without a sign. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(() => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))));
  return page.evaluate(() => {
    const boxOf = (what: string, element: Element): Box => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { what, left, top, right, bottom };
    };
    const within = (inner: Box, outer: Box): boolean =>
      inner.left >= outer.left - 1 &&
      inner.right <= outer.right + 1 &&
      inner.top >= outer.top - 1 &&
      inner.bottom <= outer.bottom + 1;
    const overlap = (a: Box, b: Box): boolean =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const found: string[] = [];
    const list = [...document.querySelectorAll('.row')];
    const heights = new Set(list.map((row) => Math.round(row.getBoundingClientRect().height)));
    if (heights.size !== 1) found.push(`rows of different heights: ${[...heights].join(', ')}`);
    for (const row of list) {
      const name = row.querySelector('.name')?.textContent ?? '';
      const outer = boxOf('row', row);
      const parts = ['.thumbnail .picture', '.name > .name', '.facts', '.note', '.saving', '.buttons']
        .flatMap((selector) => [...row.querySelectorAll(selector)].map((element) => boxOf(selector, element)))
        .filter(({ left, right, top, bottom }) => right - left > 0 && bottom - top > 0);
      for (const part of parts) if (!within(part, outer)) found.push(`${name}: ${part.what} leaves the row`);
      parts.forEach((part, at) =>
        parts.slice(at + 1).forEach((other) => {
          if (overlap(part, other)) found.push(`${name}: ${part.what} over ${other.what}`);
        }),
      );
      const canvas = row.querySelector('canvas');
      const picture = row.querySelector('.picture');
      if (canvas && picture && !within(boxOf('canvas', canvas), boxOf('picture', picture)))
        found.push(`${name}: its picture leaves the square`);
      const end = [...(row.querySelectorAll('.name .name > span') ?? [])].at(-1);
      if (end && !within(boxOf('end', end), outer)) found.push(`${name}: the extension is not seen`);
      const saving = row.querySelector<HTMLElement>('.saving');
      if (saving && saving.scrollWidth > saving.clientWidth + 1) found.push(`${name}: the saving is cut`);
    }
    const panel = document.querySelector('.panel');
    for (const button of document.querySelectorAll<HTMLElement>('footer button, header button')) {
      if (button.scrollWidth > button.clientWidth + 1) found.push(`cut: ${button.innerText || button.title}`);
      const box = boxOf('button', button);
      if (panel && (box.left < -1 || box.right > innerWidth + 1)) found.push(`out of the window: ${button.innerText}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    return found;
  });
}

/** Buttons, fields and texts within `selector` that leave the window sideways or are cut without a sign, and words that are broken. */
export async function cutOff(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(() => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))));
  return page.evaluate((within) => {
    const found: string[] = [];
    const parts = [...document.querySelectorAll(within)].flatMap((part) => [
      ...part.querySelectorAll<HTMLElement>('button, input, select, label, a, h1, h2, h3, p, dt, dd, td'),
    ]);
    for (const part of parts) {
      const { left, right, width, height } = part.getBoundingClientRect();
      const style = getComputedStyle(part);
      const isSeen = width > 1 && height > 1 && style.visibility !== 'hidden' && style.opacity !== '0';
      // For whoever does not see it.
      const isClipped = style.clipPath !== 'none' || part.closest('[hidden]') !== null;
      if (!isSeen || isClipped) continue;
      const what = `${part.tagName.toLowerCase()} "${(part.innerText || part.title || part.getAttribute('aria-label') || '').slice(0, 40)}"`;
      if (left < -1 || right > innerWidth + 1) found.push(`${what} leaves the window: ${left} to ${right}`);
      const hasSign = style.textOverflow === 'ellipsis' || part.matches('input, select');
      if (
        !hasSign &&
        part.scrollWidth > part.clientWidth + 1 &&
        style.display !== 'inline' &&
        style.overflowX !== 'visible'
      )
        found.push(`${what} is cut`);
    }
    if (document.documentElement.scrollWidth > innerWidth) {
      const out = [...document.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > innerWidth);
      found.push(
        `the page scrolls sideways: ${out.map(({ tagName, className }) => `${tagName}.${className}`).join(', ')}`,
      );
    }
    return found;
  }, selector);
}
