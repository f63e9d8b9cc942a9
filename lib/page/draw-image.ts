/** What a page draws itself, as a data: URL: a canvas, the current frame of a video, an inline SVG with its styles. */
import type { Drawn, DrawFailure } from '../core/protocol/page-list.ts';
import { svgUrl } from './draw-svg.ts';
import type { CopyDrawing } from './drawn-parts.ts';
import { isUndrawable } from './undrawable.ts';

/** Fails where the page has drawn another site's pixels, which the browser keeps from scripts, or nothing at all. */
export async function drawnOf(element: Element, copyOf: CopyDrawing): Promise<Drawn> {
  const failed = (failure: DrawFailure, host = ''): Drawn => ({ url: '', failure, host });
  try {
    const url = await urlOf(element, copyOf);
    return url === '' ? failed('drawing-closed') : { url, failure: null, host: '' };
  } catch (thrown) {
    return isUndrawable(thrown) ? failed(thrown.failure, thrown.host) : failed('drawing-closed');
  }
}

async function urlOf(element: Element, copyOf: CopyDrawing): Promise<string> {
  if (element.localName === 'svg') return svgUrl(element as SVGSVGElement, copyOf);
  const canvas =
    element.localName === 'canvas' ? (element as HTMLCanvasElement) : await frameOf(element as HTMLVideoElement);
  return isBlank(canvas) ? '' : canvas.toDataURL('image/png');
}

async function frameOf(video: HTMLVideoElement): Promise<HTMLCanvasElement> {
  const canvas = newCanvas(video, video.videoWidth, video.videoHeight);
  const bitmap = await createImageBitmap(video);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/** px that are looked at together. */
const BAND = 1 << 20;

/** A WebGL canvas that does not keep what it drew gives transparent pixels afterwards; a few strokes are a drawing. */
function isBlank(canvas: HTMLCanvasElement): boolean {
  const { width, height } = canvas;
  const rows = Math.max(1, Math.floor(BAND / width));
  const band = newCanvas(canvas, width, Math.min(rows, height));
  const context = band.getContext('2d', { willReadFrequently: true });
  if (!context) return false;
  for (let top = 0; top < height; top += rows) {
    context.clearRect(0, 0, width, band.height);
    context.drawImage(canvas, 0, -top);
    const { data } = context.getImageData(0, 0, width, band.height);
    if (new Uint32Array(data.buffer).some((pixel) => pixel !== 0)) return false;
  }
  return true;
}

function newCanvas({ ownerDocument }: Element, width: number, height: number): HTMLCanvasElement {
  const canvas = ownerDocument.createElementNS('http://www.w3.org/1999/xhtml', 'canvas') as HTMLCanvasElement;
  return Object.assign(canvas, { width, height });
}
