/**
 * Changes that are on their way to where something is kept. A view shows it with them at once, so that the next change
 * begins with what the person sees, and none takes an earlier one back.
 */
type Change<Kept> = (now: Kept) => Partial<Kept>;

export class PendingChanges<Kept extends object> {
  #all = $state.raw<readonly Change<Kept>[]>([]);

  /** What is kept, with all that is on its way. */
  onto(kept: Kept): Kept {
    return this.#all.reduce((now, change) => ({ ...now, ...partOf(change, now) }), kept);
  }

  /** @param write resolves once what is kept, as the view reads it, has the change, or never will */
  async during<Answer>(change: Change<Kept>, write: () => Promise<Answer>): Promise<Answer> {
    this.#all = [...this.#all, change];
    try {
      return await write();
    } finally {
      this.#all = this.#all.filter((each) => each !== change);
    }
  }
}

/** What can't be done shows when it is written. */
function partOf<Kept>(change: Change<Kept>, now: Kept): Partial<Kept> {
  try {
    return change(now);
  } catch {
    return {};
  }
}
