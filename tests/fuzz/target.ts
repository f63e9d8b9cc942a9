/** What can be fuzzed. */
export interface Target {
  readonly seeds: () => Promise<Uint8Array[]>;
  /** Throws what the parser throws. */
  readonly run: (bytes: Uint8Array) => void | Promise<void>;
}
