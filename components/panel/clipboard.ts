/** Results in the clipboard: as a picture, which the clipboard always holds as PNG, or as text. */
import { CompressionError } from '../../lib/core/errors.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';
import { mediaTypeOf } from '../../lib/core/image/format-facts.ts';
import { snippetOf, type Snippet } from '../../lib/core/texts/snippet.ts';

/** @throws CompressionError `unsupported-format` when the browser cannot show the result */
export async function copyAsPng(job: Finished, read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<void> {
  const { format } = job.receipt.output;
  // The item takes a promise: the right to write is that of the click, which waiting would lose.
  const png = (async () => {
    const blob = new Blob([await read()], { type: mediaTypeOf(format) });
    const bitmap = await createImageBitmap(blob).catch((cause: unknown) => {
      throw new CompressionError('unsupported-format', { format }, { cause });
    });
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    bitmap.close();
    return canvas.convertToBlob({ type: 'image/png' });
  })();
  const written = navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  await png;
  await written;
}

export async function copyAsText(
  job: Finished,
  kind: Snippet,
  read: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const { format, width, height } = job.receipt.output;
  await navigator.clipboard.writeText(snippetOf(kind, await read(), { format, width, height, name: job.fileName }));
}
