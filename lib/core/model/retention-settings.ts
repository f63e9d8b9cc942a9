/** By what the vault's deadlines go, as a message carries it to a context that can't read it itself. */
export interface RetentionSettings {
  /** ms that an item may be without activity. */
  readonly idle: number;
  /** ms that a test has moved the clock by. */
  readonly clockOffset?: number;
}
