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
