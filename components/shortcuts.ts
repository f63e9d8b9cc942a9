/** The keys that the browser really gave to the extension's commands. */

export interface Shortcut {
  /** What it does, in words. */
  readonly label: string;
  /** As the browser writes it (`Ctrl+Shift+Y`, on a Mac `⇧⌘Y`), or '' when it has none. */
  readonly keys: string;
}

/** `Ctrl+Shift+Y` by keys; what a Mac writes is one piece. A plus can be a key itself. */
export function splitKeys(keys: string): string[] {
  return keys.split(/\+(?!$)/);
}
