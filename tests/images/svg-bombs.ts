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

/** Filters that each need the one before whole, over a square of `side` px: minutes of work and a gigabyte, of which the text tells nothing. */
export function heavyFilter(side: number): string {
  const step =
    '<feMorphology operator="dilate" radius="90"/><feTurbulence baseFrequency="0.9" numOctaves="9" result="t"/><feDisplacementMap in2="t" scale="50"/>';
  return `<svg ${NAMESPACES} width="${side}" height="${side}"><filter id="f" x="0" y="0" width="1" height="1">${step.repeat(20)}</filter><circle cx="${side / 2}" cy="${side / 2}" r="${side / 2}" fill="red" filter="url(#f)"/></svg>`;
}

/** So many squares of a megapixel, each of noise of its own: about half a second of work for each. */
export function noisySquares(count: number): string {
  const square = '<rect width="1000" height="1000" filter="url(#f)"/>';
  return `<svg ${NAMESPACES} width="1000" height="1000"><filter id="f" x="0" y="0" width="1" height="1"><feTurbulence baseFrequency="0.9" numOctaves="9"/></filter>${square.repeat(count)}</svg>`;
}
