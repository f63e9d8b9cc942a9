/**
 * Drawing an SVG where that can be ended: in a sandboxed page of the extension (`public/svg-drawing.html`), in a frame of the
 * engine's page. A drawing of a few kB can keep a browser busy for minutes; taking the frame away ends its process.
 */
import type { Pixels } from '../core/codecs/codec.ts';
import { checkSvgBounds } from '../core/decoders/svg-bounds.ts';
import { CompressionError } from '../core/errors.ts';
import { aborted } from './aborted.ts';
import { createGate } from '../core/bytes/gate.ts';
import { createWatchdog } from './watchdog.ts';

const PAGE = '/svg-drawing.html';

/**
 * ms of the machine's time that a drawing may take, and more for each megapixel and each megabyte of its text. A map of
 * 10 MB takes a second or two, 98 megapixels of flat colour take one.
 */
const PATIENCE = 10_000;
const PATIENCE_PER_MEGAPIXEL = 100;
const PATIENCE_PER_MEGABYTE = 1000;

/** One at a time: each may take a process and four bytes a pixel. */
const gate = createGate(1);

type Answer =
  { readonly pixels: Uint8ClampedArray<ArrayBuffer> } | { readonly failed: 'memory' | 'tainted' | 'unreadable' };

/**
 * @returns RGBA8, straight alpha, of this size
 * @throws CompressionError `corrupt` when the browser cannot draw it, `too-complex` when it takes too long or repeats its parts
 * too often, `unsupported-variant` when the browser shows it and keeps the pixels back, `too-much-memory`, `cancelled`
 */
export function drawSvg(
  bytes: Uint8Array<ArrayBuffer>,
  size: { readonly width: number; readonly height: number },
  signal?: AbortSignal,
): Promise<Pixels> {
  checkSvgBounds(bytes);
  return gate.through(async () => {
    if (signal?.aborted) throw new CompressionError('cancelled');
    const frame = Object.assign(document.createElement('iframe'), { src: PAGE, hidden: true });
    const watch = createWatchdog(
      PATIENCE + (PATIENCE_PER_MEGAPIXEL * size.width * size.height + PATIENCE_PER_MEGABYTE * bytes.length) / 1e6,
    );
    const settled = new AbortController();
    try {
      const answer = await Promise.race([
        drawIn(frame, bytes, size),
        watch.hung.catch(() => {
          throw new CompressionError('too-complex');
        }),
        aborted(signal, settled.signal),
      ]);
      if ('pixels' in answer) return { ...size, data: answer.pixels };
      if (answer.failed === 'tainted') {
        throw new CompressionError('unsupported-variant', { format: 'svg', feature: 'foreignObject' });
      }
      if (answer.failed === 'memory') throw new CompressionError('too-much-memory', { format: 'svg', limit: 0 });
      throw new CompressionError('corrupt');
    } finally {
      settled.abort();
      watch.stop();
      frame.remove();
    }
  });
}

async function drawIn(
  frame: HTMLIFrameElement,
  bytes: Uint8Array<ArrayBuffer>,
  size: { width: number; height: number },
): Promise<Answer> {
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<Answer>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
  });
  // It has no origin that could be named; nobody else is in that window.
  frame.contentWindow?.postMessage({ bytes, width: size.width, height: size.height }, '*', [port2]);
  return answer;
}
