/**
 * Lets in what may be in memory together, a few at a time or so many bytes: the rest wait outside, without their bytes. In the
 * order in which they came, so that no newcomer slips in between.
 */
export interface Gate {
  /**
   * Resolves when it is the caller's turn, with what ends it.
   *
   * @param weight of what there is room for: 1 of so many at a time, or bytes of so many bytes
   */
  enter(weight?: number): Promise<() => void>;
  /** Runs a step when it is its turn. @param weight see `enter` */
  through<T>(step: () => Promise<T>, weight?: number): Promise<T>;
  /** The weight of what has entered and not ended. */
  readonly inside: number;
}

/** @param room what weighs more goes in alone */
export function createGate(room: number): Gate {
  const waiting: { readonly weight: number; readonly go: () => void }[] = [];
  let inside = 0;

  function admit(): void {
    for (let [next] = waiting; next && (inside === 0 || inside + next.weight <= room); [next] = waiting) {
      waiting.shift();
      inside += next.weight;
      next.go();
    }
  }

  async function enter(weight = 1): Promise<() => void> {
    await new Promise<void>((go) => {
      waiting.push({ weight, go });
      admit();
    });
    let isInside = true;
    return () => {
      if (isInside) inside -= weight;
      isInside = false;
      admit();
    };
  }

  return {
    get inside() {
      return inside;
    },
    enter,
    async through(step, weight) {
      const end = await enter(weight);
      try {
        return await step();
      } finally {
        end();
      }
    },
  };
}
