/**
 * Writing as seldom as possible: what asks within one turn, or while an earlier writing is under way, is written together.
 *
 * @param write writes all that waits when it is called
 * @returns asks for it; resolves or rejects with the writing that has what was there when it was asked
 */
export function coalesced(write: () => Promise<void>): () => Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () =>
    (next ??= writing
      .catch(() => undefined)
      .then(() => {
        next = null;
        writing = write();
        return writing;
      }));
}
