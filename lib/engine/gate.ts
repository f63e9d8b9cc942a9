/** Lets a few through at a time: the rest wait outside, without their bytes in memory. */

export interface Gate {
  /** Resolves when it is the caller's turn, with what ends it: turns come in the order in which they were asked for. */
  enter(): Promise<() => void>;
  /** Runs a step when it is its turn. */
  through<T>(step: () => Promise<T>): Promise<T>;
  /** Steps that have begun and not ended. */
  readonly inside: number;
}

export function createGate(atOnce: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;

  function leave(): void {
    // One that was woken takes the place of the one that left, so that no newcomer slips in between.
    const next = waiting.shift();
    if (next) next();
    else inside--;
  }

  async function enter(): Promise<() => void> {
    if (inside < atOnce) inside++;
    else await new Promise<void>((woken) => waiting.push(woken));
    let isInside = true;
    return () => {
      if (isInside) leave();
      isInside = false;
    };
  }

  return {
    get inside() {
      return inside;
    },
    enter,
    async through(step) {
      const end = await enter();
      try {
        return await step();
      } finally {
        end();
      }
    },
  };
}
