/** What can be fuzzed. */
export interface Target {
  readonly seeds: () => Promise<Uint8Array[]>;
  /** Throws what the parser throws. */
  /** Damaged inputs in the short form of the tests, where not 400. */
  readonly inputs?: number;
  readonly run: (bytes: Uint8Array) => void | Promise<void>;
}
