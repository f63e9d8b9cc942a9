/** Percent-decoding that never fails: what is no valid UTF-8 stays as it was written. */

// One UTF-8 sequence at a time (RFC 3629, 4), so that one bad byte spoils nothing but itself.
const SEQUENCE =
  /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;

/** `caf%C3%A9%20100%25` is `café 100%`; `%E9` and `100%` stay. Decodes once: `%2520` is `%20`. */
export function decodePercent(text: string): string {
  return text.replace(SEQUENCE, (sequence) => {
    try {
      return decodeURIComponent(sequence);
    } catch {
      // Overlong forms and surrogates.
      return sequence;
    }
  });
}
