/** The pixels of a picture as its page shows them: from the picture itself where the browser lets it, else where it is on the screen. */
import type { ScreenPart } from '../core/protocol/page-reader.ts';

/** A PNG of the whole picture in its own pixels; null where another host's picture may be shown and not read. */
export async function pictureAsPng(element: HTMLImageElement): Promise<Blob | null> {
  try {
    const bitmap = await createImageBitmap(element);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    bitmap.close();
    return await canvas.convertToBlob({ type: 'image/png' });
  } catch {
    return null;
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Less than this is no picture, px. */
const LEAST_SIDE = 8;

/**
 * Where in the tab's viewport the visible part of it is; null when too little is in view, or in a frame whose place only
 * another site's page knows.
 */
export function partOnScreen(element: Element): ScreenPart | null {
  let box = contentBox(element);
  for (let view = element.ownerDocument.defaultView; view; view = view.parent as Window & typeof globalThis) {
    box = within(box, { left: 0, top: 0, right: view.innerWidth, bottom: view.innerHeight });
    if (view === view.top) return inVisualViewport(box, view);
    const frame = frameOf(view);
    if (!frame) return null;
    const { left, top } = contentBox(frame);
    box = { left: box.left + left, top: box.top + top, right: box.right + left, bottom: box.bottom + top };
  }
  return null;
}

function inVisualViewport({ left, top, right, bottom }: Box, view: Window): ScreenPart | null {
  const { offsetLeft = 0, offsetTop = 0, width = view.innerWidth } = view.visualViewport ?? {};
  if (right - left < LEAST_SIDE || bottom - top < LEAST_SIDE) return null;
  // The scrollbar is in the picture of the tab, and not in the visual viewport.
  const scale = view.visualViewport?.scale ?? 1;
  return {
    left: left - offsetLeft,
    top: top - offsetTop,
    width: right - left,
    height: bottom - top,
    viewport: scale === 1 ? view.innerWidth : width,
  };
}

/** Null where the frame's own element belongs to another origin. */
function frameOf(view: Window): Element | null {
  try {
    return view.frameElement;
  } catch {
    return null;
  }
}

function contentBox(element: Element): Box {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  const inset = (side: 'left' | 'top' | 'right' | 'bottom'): number =>
    ['border', 'padding'].reduce((sum, kind) => {
      const name = kind === 'border' ? `border-${side}-width` : `padding-${side}`;
      return sum + (Number.parseFloat(style?.getPropertyValue(name) ?? '') || 0);
    }, 0);
  return {
    left: left + inset('left'),
    top: top + inset('top'),
    right: right - inset('right'),
    bottom: bottom - inset('bottom'),
  };
}

function within(inner: Box, outer: Box): Box {
  return {
    left: Math.max(inner.left, outer.left),
    top: Math.max(inner.top, outer.top),
    right: Math.min(inner.right, outer.right),
    bottom: Math.min(inner.bottom, outer.bottom),
  };
}
