/** Bytes as text, when they are one. */
import { latin1 } from '../../bytes/reader.ts';

/**
 * UTF-8, or UTF-16 with its byte order mark, without the mark; null when a NUL or a control character shows that
 * it is no text. Cut in the middle of a character is no harm.
 */
export function readableText(bytes: Uint8Array): string | null {
  const text = decoderFor(bytes).decode(bytes);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text.slice(0, 1024)) ? null : text;
}

/**
 * Text whose character set nobody says: UTF-8 where it is valid, as it is by chance only in ASCII.
 *
 * @param mayBeCut in the middle of its last character, which is left out then. After ASCII alone that is one of Latin-1.
 */
export function utf8OrLatin1(bytes: Uint8Array, mayBeCut = false): string {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes('\ufffd')) return text;
  const begun = mayBeCut ? new TextDecoder().decode(bytes, { stream: true }) : '';
  return !begun.includes('\ufffd') && /[^\0-\x7f]/.test(begun) ? begun : latin1(bytes);
}

function decoderFor(bytes: Uint8Array): TextDecoder {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be');
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le');
  return new TextDecoder('utf-8');
}
