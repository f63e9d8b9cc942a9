/** What a `data:` URL carries (Fetch Standard, "data: URL processor"). */
import { CompressionError } from '../errors.ts';
import { fromBase64 } from './base64.ts';

/** @throws CompressionError `corrupt` when it is not a readable data: URL */
export function readDataUrl(url: string): Uint8Array<ArrayBuffer> {
  const comma = url.indexOf(',');
  if (!/^data:/i.test(url) || comma < 0) throw new CompressionError('corrupt');
  const hash = url.indexOf('#', comma);
  const body = url.slice(comma + 1, hash < 0 ? undefined : hash);
  if (!/;[ ]*base64[ ]*$/i.test(url.slice(0, comma))) return percentDecoded(body);
  // Forgiving: spaces may stand in between, and the padding may be missing (Infra, 7).
  const text = (body.includes('%') ? new TextDecoder('latin1').decode(percentDecoded(body)) : body)
    .replace(/[\t\n\f\r ]+/g, '')
    .replace(/={1,2}$/, '');
  const bytes = fromBase64(text + '='.repeat((4 - (text.length % 4)) % 4));
  if (!bytes) throw new CompressionError('corrupt');
  return bytes;
}

/** A `%` that begins no pair of digits stands for itself (URL Standard, 1.3). */
function percentDecoded(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const value = bytes[at] === 0x25 ? hexPair(bytes[at + 1], bytes[at + 2]) : -1;
    bytes[length++] = value < 0 ? bytes[at]! : value;
    if (value >= 0) at += 2;
  }
  return bytes.slice(0, length);
}

function hexPair(high = 0, low = 0): number {
  const text = String.fromCharCode(high, low);
  return /^[\da-f]{2}$/i.test(text) ? parseInt(text, 16) : -1;
}
