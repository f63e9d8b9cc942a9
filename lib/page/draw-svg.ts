/** An inline SVG as a file of its own that looks as the page shows it. */
import { fontRules } from './drawn-fonts.ts';
import type { CopyDrawing } from './drawn-parts.ts';

/** @returns a data: URL. @throws Undrawable; any other error where it shows another site's image, which that lets nobody read */
export async function svgUrl(svg: SVGSVGElement, copyOf: CopyDrawing): Promise<string> {
  const { width, height, background, opacity } = boxOf(svg);
  const copy = await copyOf(svg);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  // Where and how the page has put it is no part of it.
  for (const name of ['x', 'y', 'display', 'transform', 'overflow']) copy.removeAttribute(name);
  for (const name of ['transform', 'transform-box', 'transform-origin', 'mix-blend-mode', 'isolation'])
    copy.style.removeProperty(name);
  if (opacity === 0) copy.removeAttribute('opacity');
  if (background !== '') copy.style.setProperty('background-color', background);
  if (copy.getAttribute('style') === '') copy.removeAttribute('style');
  const rules = await fontRules(copy, svg.ownerDocument);
  if (rules !== '') {
    const style = svg.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'style');
    style.textContent = rules;
    copy.prepend(style);
  }
  const text = new XMLSerializer().serializeToString(copy);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

interface SvgBox {
  /** CSS px, of the content, before transforms. */
  readonly width: number;
  readonly height: number;
  /** '' for none. */
  readonly background: string;
  readonly opacity: number;
}

function boxOf(svg: SVGSVGElement): SvgBox {
  const style = getComputedStyle(svg);
  const number = (name: string): number => Number.parseFloat(style.getPropertyValue(name));
  const side = (name: 'width' | 'height', edges: readonly string[]): number => {
    const whole = number(name);
    if (!(whole > 0)) return svg.getBoundingClientRect()[name];
    const around = edges.reduce((sum, edge) => sum + number(`padding-${edge}`) + number(`border-${edge}-width`), 0);
    return style.boxSizing === 'border-box' ? whole - around : whole;
  };
  return {
    width: side('width', ['left', 'right']),
    height: side('height', ['top', 'bottom']),
    background: style.backgroundColor === 'rgba(0, 0, 0, 0)' ? '' : style.backgroundColor,
    opacity: number('opacity'),
  };
}
