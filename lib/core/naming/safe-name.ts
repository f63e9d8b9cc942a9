/**
 * A name that Windows, macOS, Linux and both browsers' download APIs take as it is.
 *
 * The union of their rules: Windows' reserved characters and device names
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file), Chromium's
 * `net::IsSafePortablePathComponent` (tried with each code point in Chromium 156: no format character, the two
 * joiners included, no dot, blank or tilde at either end), Firefox's `DownloadPaths.sanitize` (no run of blanks),
 * and 255 bytes of UTF-8 (ext4, APFS).
 */

/**
 * Bytes of UTF-8 that a whole name may have. 255 is the file systems' limit; Chromium adds
 * `.crdownload` while it writes, and ` (1)` when the name is taken.
 */
export const MAX_NAME_BYTES = 238;

/** Device names, with a digit in any of the spellings that Windows accepts; `desktop.ini` and `thumbs.db` are Chromium's. */
const RESERVED = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³]|desktop\.ini|thumbs\.db)$/i;

/**
 * `stem` plus `.extension`, safe and at most {@link MAX_NAME_BYTES} long, or '' when nothing that
 * can be read is left of the stem. The extension is taken as it is, and may be ''.
 */
export function safeName(stem: string, extension: string): string {
  const clean = safeStem(stem);
  if (clean === '') return '';
  const suffix = extension === '' ? '' : `.${extension}`;
  return shorten(clean, MAX_NAME_BYTES - byteLength(suffix)) + suffix;
}

/** The part before the extension: characters, ends and reserved names made safe; length not yet. */
export function safeStem(text: string): string {
  const clean = trimEnds(
    text
      .replace(/\s+/gu, ' ')
      // Within a Persian word the non-joiner is a narrow gap: a blank is what writers without one on the keyboard take.
      .replace(/(?<=\p{Script=Arabic}\p{M}*)\u200c+(?=\p{Script=Arabic})/gu, ' ')
      // Control, surrogate and noncharacter code points, and format characters: joiners (of emoji families too),
      // bidi overrides, soft hyphen, tags.
      .replace(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Cf}]/gu, '')
      .replace(/"/g, "'")
      .replace(/[?*]/g, '')
      .replace(/[<>:|/\\]/g, '-')
      .replace(/\.{2,}/g, '.')
      .replace(/ {2,}/g, ' ')
      .normalize('NFC'),
  );
  if (!/[^-_.,'~ ]/.test(clean)) return '';
  return isReserved(clean) ? `_${clean}` : clean;
}

/** A folder's name, or '' : Chromium takes a shell's special endings in no part of a path (`a.lnk`, `a.{…}`). */
export function safeFolder(text: string): string {
  return safeStem(text).replace(/\.(lnk|local|scf|url|\{[\da-f-]{36}\})$/i, '-$1');
}

/** Windows reads `con`, `CON.tar` and `con .png` as the console. */
function isReserved(stem: string): boolean {
  const device = (stem.split('.')[0] ?? '').trimEnd();
  return RESERVED.test(device) || RESERVED.test(stem);
}

/** Not more than `bytes` of UTF-8, cut between characters as a reader sees them. */
export function shorten(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  let kept = '';
  let length = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    length += byteLength(segment);
    if (length > bytes) break;
    kept += segment;
  }
  // One cluster can be longer than the whole name (a letter under a thousand accents).
  return trimEnds(kept) || trimEnds([...text].slice(0, Math.floor(bytes / 4)).join(''));
}

function trimEnds(text: string): string {
  return text.replace(/^[. ~]+|[. ~]+$/g, '');
}

const encoder = new TextEncoder();
/** Of its UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}
