/** What can be fuzzed. */
export interface Target {
  readonly seeds: () => Promise<Uint8Array[]>;
  /** Damaged inputs in the short form of the tests, where not 400. */
  readonly inputs?: number;
  /** Processor time a call may take, where not a second: a codec is compiled and warmed up within the first ones. */
  readonly milliseconds?: number;
  /** Throws what the parser throws. */
  readonly run: (bytes: Uint8Array) => void | Promise<void>;
}
