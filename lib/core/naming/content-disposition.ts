/**
 * The file name in a Content-Disposition header: RFC 6266 with the extended values of RFC 8187, and
 * what servers really send besides (raw UTF-8, percent-encoded plain values, RFC 2047 words, RFC 2231 pieces).
 */
import { decodePercent } from './percent.ts';

/** The name that the header gives, `filename*` before `filename`; '' when it gives none. Can hold path separators. */
export function dispositionName(header: string): string {
  const parameters = parseParameters(header);
  const extended = parameters.get('filename*') ?? joinedPieces(parameters);
  if (extended !== undefined) {
    const name = decodeExtended(extended);
    if (name !== '') return name;
  }
  const plain = parameters.get('filename');
  return plain === undefined ? '' : decodePercent(decodeWords(decodeRawUtf8(plain)));
}

/** Parameters by their names in lower case; of a name given twice, the first. Values are unquoted. */
function parseParameters(header: string): Map<string, string> {
  const parameters = new Map<string, string>();
  // A quoted-string (RFC 9110, 5.6.4), or whatever stands there until the next semicolon.
  const parameter = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:\\[^]|[^"\\])*)(?:"|$)|([^;]*))/g;
  // Some servers leave the disposition type out.
  const withType = /^\s*[^\s;="]+\s*=/.test(header) ? `;${header}` : header;
  for (const [, name = '', quoted, token] of withType.matchAll(parameter)) {
    const key = name.toLowerCase();
    // Only \" and \\ are unescaped: a lone backslash is a Windows path from an old server.
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(["\\])/g, '$1') ?? (token ?? '').trim());
  }
  return parameters;
}

/**
 * RFC 2231, 3 and 4.1: `filename*0`, `filename*1*`, and so on, as mail programs cut long values. One with a `*` behind it is
 * percent-encoded, and the first of these names the charset. Given as one extended value.
 */
function joinedPieces(parameters: ReadonlyMap<string, string>): string | undefined {
  const pieces: string[] = [];
  for (let number = 0; ; number++) {
    const encoded = parameters.get(`filename*${number}*`);
    const plain = parameters.get(`filename*${number}`);
    if (encoded === undefined && plain === undefined) break;
    pieces.push(encoded ?? plain?.replaceAll('%', '%25') ?? '');
  }
  const value = pieces.join('');
  if (pieces.length === 0) return undefined;
  return parameters.has('filename*0*') ? value : `utf-8''${value}`;
}

/** RFC 8187, 3.2: charset'language'percent-encoded; '' when it isn't one. */
function decodeExtended(value: string): string {
  const [, charset = '', encoded = ''] = /^([^']*)'[^']*'(.*)$/.exec(value) ?? [];
  if (charset === '') return '';
  const bytes: number[] = [];
  for (const [, hex, plain = ''] of encoded.matchAll(/%([\da-f]{2})|([^])/gi)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...new TextEncoder().encode(plain));
  }
  return decodeBytes(bytes, charset) ?? '';
}

/** A header is read as Latin-1; where its bytes are UTF-8 in truth, as UTF-8. */
function decodeRawUtf8(text: string): string {
  const bytes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  if (!bytes.some((byte) => byte > 0x7f) || bytes.some((byte) => byte > 0xff)) return text;
  return decodeBytes(bytes, 'utf-8') ?? text;
}

/** RFC 2047 encoded words, `=?utf-8?B?...?=` and `=?utf-8?Q?...?=`. */
function decodeWords(text: string): string {
  const joined = text.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (word, charset: string, encoding: string, body: string) => {
    const bytes = encoding.toLowerCase() === 'b' ? base64Bytes(body) : quotedBytes(body);
    return (bytes && decodeBytes(bytes, charset)) ?? word;
  });
}

function base64Bytes(body: string): number[] | null {
  try {
    return Array.from(atob(body), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function quotedBytes(body: string): number[] {
  return Array.from(
    body
      .replace(/_/g, ' ')
      .replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    (character) => character.charCodeAt(0) & 0xff,
  );
}

/** null for bytes that the charset does not allow, and for an unknown charset. */
function decodeBytes(bytes: readonly number[], charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}
