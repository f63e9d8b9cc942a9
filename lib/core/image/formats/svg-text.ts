/** The text of an SVG file. */
import { CompressionError } from '../../errors.ts';

/**
 * In UTF-8, UTF-16 or the encoding that its XML declaration tells: XML 1.0, 4.3.3 and appendix F.
 *
 * @throws CompressionError `unsupported-variant` for an encoding that nobody knows
 */
export function svgText(bytes: Uint8Array): string {
  return decoderFor(bytes).decode(bytes);
}

/** As UTF-8, which the declaration says too. */
export function svgBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text.replace(/^(<\?xml[^>]*?\sencoding\s*=\s*)(["'])[\w.:-]+\2/, '$1$2UTF-8$2'));
}

function decoderFor(bytes: Uint8Array): TextDecoder {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const label = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label);
  } catch {
    throw new CompressionError('unsupported-variant', { format: 'SVG', feature: label });
  }
}
