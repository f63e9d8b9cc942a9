/** What Chromium's `<img>` makes of a file: loaded from a blob, drawn on a canvas and read back. */
import { chromium } from 'playwright-core';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { chromiumCommand } from '../driver/chromium.ts';

/**
 * In one session; each answer is RGBA8, of an animation its first frame, or null where the element fires `error`. The
 * canvas holds colours multiplied with alpha, so that those under little alpha are rounded.
 */
export async function chromiumShows(files: readonly Uint8Array[]): Promise<(Pixels | null)[]> {
  const browser = await chromium.launch({
    executablePath: chromiumCommand(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage();
    const shown: (Pixels | null)[] = [];
    for (const bytes of files) {
      const answer = await page.evaluate(show, Buffer.from(bytes).toString('base64'));
      shown.push(
        answer && { ...answer, data: new Uint8ClampedArray(Buffer.from(answer.data, 'base64')) as Pixels['data'] },
      );
    }
    return shown;
  } finally {
    await browser.close();
  }
}

/** Runs in the page. */
async function show(base64: string): Promise<{ width: number; height: number; data: string } | null> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const image = new Image();
  const loaded = new Promise<boolean>((resolve) => {
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
  });
  image.src = URL.createObjectURL(new Blob([bytes]));
  if (!(await loaded)) return null;
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return { width, height, data: btoa(text) };
}
