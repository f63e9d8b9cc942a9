/** Watching an element's size in device px, exactly: a canvas of another size would be blurred. */
import type { Size } from './geometry.ts';

/** Calls with the size in device px and how many of them a CSS px has, now and at each change. Returns what ends that. */
export function deviceSize(element: HTMLElement, changed: (size: Size, density: number) => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0) return;
    const density = devicePixelRatio;
    const [exact] = entry.devicePixelContentBoxSize ?? [];
    const horizontal = getComputedStyle(element).writingMode.startsWith('horizontal');
    const size = exact
      ? {
          width: horizontal ? exact.inlineSize : exact.blockSize,
          height: horizontal ? exact.blockSize : exact.inlineSize,
        }
      : {
          width: Math.round(entry.contentRect.width * density),
          height: Math.round(entry.contentRect.height * density),
        };
    changed(size, density);
  });
  try {
    observer.observe(element, { box: 'device-pixel-content-box' });
  } catch {
    // Safari does not know that box.
    observer.observe(element);
  }
  return () => observer.disconnect();
}
