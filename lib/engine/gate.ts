/** Lets a few through at a time: the rest wait outside, without their bytes in memory. */

export interface Gate {
  /** Runs a step when it is its turn; steps begin in the order in which they came. */
  through<T>(step: () => Promise<T>): Promise<T>;
  /** Steps that have begun and not ended. */
  readonly inside: number;
}

export function createGate(atOnce: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;

  return {
    get inside() {
      return inside;
    },
    async through(step) {
      // One that was woken takes the place of the one that left, so that no newcomer slips in between.
      if (inside < atOnce) inside++;
      else await new Promise<void>((enter) => waiting.push(enter));
      try {
        return await step();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inside--;
      }
    },
  };
}
