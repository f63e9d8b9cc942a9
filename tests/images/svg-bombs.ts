/** Drawings of a few hundred bytes that keep whoever draws them busy for minutes. */

const NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

/** 10 to the power of `levels` rectangles. */
export function nestedUses(levels: number): string {
  const groups = Array.from(
    { length: levels },
    (_, i) => `<g id="u${i + 1}">${`<use href="#u${i}"/>`.repeat(10)}</g>`,
  ).join('');
  return `<svg ${NAMESPACES} width="100" height="100"><defs><rect id="u0" width="1" height="1"/>${groups}</defs><use href="#u${levels}"/></svg>`;
}

/** Filters over a large area, one on the other: the text does not tell how long they take. */
export function heavyFilter(side: number, times: number): string {
  const blurs =
    '<feTurbulence baseFrequency="0.9" numOctaves="9"/><feGaussianBlur stdDeviation="99"/><feMorphology operator="dilate" radius="60"/>'.repeat(
      times,
    );
  return `<svg ${NAMESPACES} width="${side}" height="${side}"><filter id="f" x="0" y="0" width="1" height="1">${blurs}</filter><rect width="${side}" height="${side}" filter="url(#f)"/></svg>`;
}
