/** A first look at a file, before it is taken in: is it an image, and if not, what is it? */
import { CompressionError } from '../../lib/core/errors.ts';
import { formatOfExtension } from '../../lib/core/image/format-facts.ts';
import type { InputFormat } from '../../lib/core/image/inspection.ts';
import { checkFileSize } from '../../lib/core/image/limits.ts';
import { sniff, whatInstead } from '../../lib/core/image/sniff.ts';

/** Enough for every format but a text whose root element stands behind a long comment. */
const HEAD = 4096;
const LONG_HEAD = 70_000;

/** @throws CompressionError `empty-file`, `file-too-large`, `not-an-image`, `html-instead`, `unsupported-format`; what reading throws */
export async function lookAt(file: Blob): Promise<InputFormat> {
  checkFileSize(file.size);
  const head = await bytesOf(file.slice(0, HEAD));
  const format = sniff(head);
  if (format) return format;
  // The root element of a text decides: only for a text is more to be read.
  if (file.size <= HEAD || head[0] === 0 || !/^[\s\ufeff\xef<]/.test(String.fromCharCode(head[0] ?? 0)))
    return whatInstead(head);
  const more = await bytesOf(file.slice(0, LONG_HEAD));
  return sniff(more) ?? whatInstead(more);
}

/** Whether a person would expect it to be taken in. */
export function isNamedLikeImage(name: string): boolean {
  // A file that is called `png` has no extension.
  return name.includes('.') && formatOfExtension(name.slice(name.lastIndexOf('.') + 1)) !== null;
}

/** What went wrong when a chosen file was read, in our words. */
export function readingError(thrown: unknown, name: string): CompressionError {
  // NotFoundError: deleted or moved. NotReadableError: changed since, or no right to read it (File API, 4.3).
  return CompressionError.from(
    thrown,
    thrown instanceof DOMException ? 'file-gone' : 'internal',
    thrown instanceof DOMException ? { name } : undefined,
  );
}

export async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}
